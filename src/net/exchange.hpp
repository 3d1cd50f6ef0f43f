#pragma once

#include <functional>
#include <memory>

#include "base/async.hpp"
#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/lookup.hpp"
#include "net/tls.hpp"

namespace boost::asio {
class io_context;
}

namespace todod::net {

/// What the exchanges of a client share; it outlives them.
struct Shared {
    boost::asio::io_context& io;
    Lookups lookups;
    Trust trust;
    /// Runs what it is given on the client's thread, or not at all when the client has gone. From
    /// any thread, and for longer than the rest holds.
    std::function<void(std::function<void()>)> post;
};

/// One request and its answer. On the client's thread only.
class Exchange {
public:
    virtual ~Exchange() = default;

    /// To be awaited once. Throws as HttpClient::send.
    virtual base::Async<HttpResponse> run() = 0;

    /// Lets it fail, since the client stops.
    virtual void abort() = 0;
};

std::shared_ptr<Exchange> make_exchange(Shared& shared, HttpRequest request);

/// What HttpClient::send throws when no answer came.
base::Error no_answer(std::string cause);

}  // namespace todod::net
