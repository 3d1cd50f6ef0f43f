#pragma once

#include <functional>
#include <memory>

#include "base/async.hpp"
#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/lookup.hpp"
#include "net/pool.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"

namespace todod::net {

/// What the exchanges of a client share; it outlives them.
struct Shared {
    boost::asio::io_context& io;
    const ProxySettings proxies;
    /// Runs what it is given on the client's thread, or not at all when the client has gone. From
    /// any thread, and for longer than the rest holds.
    const std::function<void(std::function<void()>)> post;
    Pool pool{io};
    SharedLookups lookups{post};
    Trust trust{};
};

class Exchange;

/// Whom an answer is for. On the client's thread, but for end() where there is no exchange.
class Receiver {
public:
    virtual ~Receiver() = default;

    /// Whose answer it will be.
    virtual void follow(std::weak_ptr<Exchange>) {}

    /// Status and headers, once, before the rest.
    virtual void begin(HttpResponse head) = 0;

    /// The next piece of the body, never an empty one. False: no other one before Exchange::go_on.
    virtual bool take(std::string piece) = 0;

    /// Last, once. Without a `failure` all has come.
    virtual void end(std::exception_ptr failure) = 0;
};

/// One request and its answer. On the client's thread only.
class Exchange {
public:
    virtual ~Exchange() = default;

    /// To be awaited once; ends with the body, and leaves Receiver::end to whoever waits for that.
    /// Throws as HttpClient::send.
    virtual base::Async<void> run(Receiver& receiver) = 0;

    /// Lets it fail, and says why in the cause.
    virtual void abort(std::string_view why) = 0;

    /// Nobody waits for the rest. It is given a moment to come, for the connection to be kept.
    virtual void let_go() = 0;

    /// Its receiver has room again.
    virtual void go_on() = 0;
};

/// Throws as HttpClient::send.
std::shared_ptr<Exchange> make_exchange(Shared& shared, HttpRequest request);

/// What HttpClient::send throws when no answer came.
base::Error no_answer(std::string cause);

}  // namespace todod::net
