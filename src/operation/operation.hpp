#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "auth/limits.hpp"
#include "auth/principal.hpp"
#include "base/async.hpp"
#include "base/error.hpp"
#include "operation/challenge.hpp"
#include "operation/events.hpp"
#include "schema/type.hpp"
#include "types/change.hpp"

namespace todod::operation {

enum class Method : std::uint8_t { get, post, put, patch, remove };

std::string_view to_string(Method method) noexcept;  ///< "GET" … "DELETE"

/// Of an answer over HTTP.
int status_of(base::ErrorCode code) noexcept;

/// One way to reach an operation over HTTP. `path` has its parameters in braces:
/// "/api/{user_id}/tasks/{task_id}". A {user_id} must be the caller's own, else 403.
struct Route {
    Method method;
    std::string_view path;
    schema::Dialect dialect = schema::Dialect::scoped;
};

/// Who may call.
enum class Needs : std::uint8_t {
    nobody,
    user,
    person,  ///< a user, but by no token of a program's: what concerns the account itself
};

/// What calls are counted for (auth/limits.hpp).
enum class Limit : std::uint8_t {
    by_method,  ///< reads or writes of the user; where nobody is signed in, of the address
    chat,
    login,
    by_handler,  ///< what it counts itself (Call::meter); who is not let in, as anywhere
    none,
};

/// A header of an answer, as the OpenAPI document shows it.
struct HeaderDoc {
    std::string_view name;
    std::string_view doc;
};

/// What comes back when all went well.
struct Output {
    int status = 200;
    const schema::Type* type = nullptr;  ///< null: no body
    bool list = false;                   ///< a plain array of `type`
    std::vector<HeaderDoc> headers{};
    const schema::Type* preview = nullptr;  ///< of a dry run; null: it has none
};

/// One request, whichever way it came in. Views hold until the operation has ended.
struct Call {
    auth::Principal caller{};  ///< user_id is empty where nobody needs to be signed in
    schema::Dialect dialect = schema::Dialect::scoped;
    schema::RawInput input{};
    bool ignore_unknown_fields = false;
    std::string_view path{};  ///< as sent, without the query: for Location and Link
    std::string_view request_id{};
    auth::Meter* meter = nullptr;  ///< null: the call is counted for nothing
    EventSink* events = nullptr;   ///< null: one answer is wanted
    types::Via via = types::Via::rest;
    /// The change set that it belongs to, with others; null: it makes one of its own.
    std::shared_ptr<types::ChangeScope> changes{};
    /// Of an operation that streams, even where one answer is wanted: requested, on the I/O thread,
    /// when nobody waits for the answer any more. Of others it never is.
    std::stop_token stopped{};
};

struct Header {
    std::string name;
    std::string value;
};

/// An answer, already written in the call's dialect.
struct Reply {
    int status = 200;
    std::string body;  ///< JSON; empty: none
    std::vector<Header> headers;
};

/// How an operation answers in events to who accepts text/event-stream.
struct Stream {
    std::string_view last = "done";  ///< the name of the event that the reply becomes
    /// The reply is an event only where something was sent before it; else it is a plain answer
    /// with its own status.
    bool is_optional = false;
    /// There is no other answer: it streams whatever the client accepts, and where nothing was sent
    /// the reply has no body.
    bool is_only = false;
    std::string_view doc{};  ///< of its events; empty: they are the answer while it is being made
};

/// What failed before or in `run`, in the operation's own words; nothing: a problem, as ever. Of an
/// internal error it is told no more than the caller would be. The limit's headers, Retry-After and
/// WWW-Authenticate are added to it.
using Explain = std::function<std::optional<Reply>(const base::Error&)>;

/// What agents are told of an operation that is a tool of theirs (MCP's tool annotations).
struct Tool {
    std::string_view title{};
    bool is_read_only = false;
    bool is_destructive = false;  ///< does away with what is the user's: only where they ask for it
    bool overwrites = false;      ///< what was there before is gone from where it was
    bool is_idempotent = false;   ///< doing it again changes nothing more
};

/// One thing that can be asked of todod. REST, OpenAPI, tools and the assistant read this.
struct Operation {
    std::string_view name{};  ///< "create_task": operationId, and the tool's name
    std::string_view summary{};
    std::string_view doc{};
    std::string_view tag{};  ///< the group it is shown in
    std::vector<Route> routes{};
    Needs needs = Needs::user;
    auth::Scope scope = auth::Scope::read;
    bool takes_any_scope = false;          ///< `scope` is not asked for: what it does sees to that
    std::optional<Challenge> challenge{};  ///< nothing: as problems have it
    Limit limit = Limit::by_method;
    /// All that it does goes through a store that confirms who asks (store::User).
    bool is_confirmed = false;
    const schema::Type* input = nullptr;  ///< null: takes nothing
    bool body_optional = false;           ///< a missing body is read as an empty object
    bool takes_any_body = false;          ///< it reads the JSON of Call::input by itself
    std::optional<Stream> stream{};       ///< nothing: it sends no events
    bool is_documented = true;            ///< false: not in the OpenAPI document
    Output output{};
    std::optional<Tool> tool{};   ///< nothing: agents are not offered it
    std::vector<int> problems{};  ///< the statuses it may fail with, beside those all may
    std::function<base::Async<Reply>(Call)> run{};
    Explain explain{};
};

using Table = std::vector<Operation>;

}  // namespace todod::operation
