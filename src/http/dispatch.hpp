#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "auth/limits.hpp"
#include "base/async.hpp"
#include "http/arguments.hpp"
#include "http/common.hpp"
#include "http/cors.hpp"
#include "http/event_stream.hpp"
#include "http/json_body.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"
#include "http/request_id.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/static_files.hpp"

namespace todod::http {

/// A request on its way to its answer. A connection has one, and uses it again and again.
struct Exchange {
    const Request* request = nullptr;
    std::string* output = nullptr;  ///< the answer is appended to it
    Address client;                 ///< who asks
    bool keep_alive = false;        ///< the connection outlives the answer
    bool is_abandoned = false;  ///< the server has gone: nothing but the operation's end is awaited

    // Of an operation that streams alone.
    EventStream* events = nullptr;  ///< where they go, if the client wants any
    std::stop_source stop{std::nostopstate};
    bool is_unheard = false;  ///< the client has gone: nothing is written any more

    // The dispatcher's own.
    std::string_view request_id;
    std::string made_id;
    Router::Found found;
    const Endpoint* endpoint = nullptr;
    Arguments arguments;
    std::unique_ptr<unsigned char[]> memory;  ///< where a JSON body's values begin
    std::chrono::steady_clock::time_point started;
    auth::Meter meter;
    bool is_recalled = false;  ///< let in by what was remembered of the account
    bool lacks_scope = false;  ///< who asks has a token that is not for this
};

/// Brings requests to operations: finds the one, sees who asks and whether they may, reads the
/// body, and writes the answer or the problem. One a thread.
class Dispatcher {
public:
    /// Both must outlive the dispatcher; `site` must stay where it is.
    Dispatcher(Common& common, const Site& site);

    /// Answers what needs no operation. False: answer() is to be awaited.
    bool answer_at_once(Exchange& exchange);

    /// `exchange` must outlive the coroutine. Never throws.
    base::Async<void> answer(Exchange& exchange);

    /// Answers what has not become a request. The connection is to be closed after it.
    void refuse(const Refusal& why, std::string& output);

private:
    void begin(Exchange& exchange);
    void answer_options(Exchange& exchange);
    void serve_file(Exchange& exchange, const Asset& file);
    void serve_page(Exchange& exchange, const Page& page);
    operation::Call make_call(Exchange& exchange) const;
    void open_events(Exchange& exchange, operation::Call& call);
    boost::json::value read_body(const Request& request, boost::json::storage_ptr memory);
    base::Async<std::exception_ptr> confirm(const Request& request, std::exception_ptr failure);
    void fail(Exchange& exchange, const std::exception_ptr& failure);
    void fail(Exchange& exchange, const Problem& problem,
              std::vector<operation::Header> headers = {},
              std::optional<operation::Reply> explained = {});
    std::optional<operation::Reply> explain(const Exchange& exchange, const base::Error& error);
    void give(Exchange& exchange, const operation::Reply& reply);
    void finish(Exchange& exchange, const Answer& answer);
    void finish_events(Exchange& exchange, const operation::Reply& reply);
    void finish_events(Exchange& exchange, std::string_view name, std::string_view data,
                       EventStream::Headers headers = {});
    bool is_shown_to_page(const Request& request) const;
    Envelope make_envelope(Exchange& exchange) const;
    void count(const Exchange& exchange, int status);
    void log_cause(const Exchange& exchange, std::string_view cause);

    const Common& common_;
    const Site& site_;
    base::Log& log_;
    StaticFiles files_;
    Router router_;
    Cors cors_;
    ResponseWriter writer_;
    RequestIds ids_;
    JsonReader json_;
    ThreadTraffic* traffic_;  ///< of this thread
};

}  // namespace todod::http
