#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "net/proxy.hpp"

namespace todod::net {

class HttpStream;

struct Header {
    std::string name;
    std::string value;
};

/// Host, Content-Length and what concerns the connection are the client's own to set.
struct HttpRequest {
    std::string method = "GET";
    std::string url{};  ///< as parse_url takes it
    std::vector<Header> headers{};
    std::string body{};
    std::chrono::milliseconds timeout = std::chrono::seconds{10};  ///< of all, connecting included
    /// For the server to be connected to, and to say something, from when something was heard last.
    std::chrono::milliseconds idle_timeout = std::chrono::milliseconds::max();
    std::size_t max_body_bytes = std::size_t{1} << 20U;  ///< of the answer
    /// Whatever the host's name leads to must be a public address (see is_public_address), and
    /// just the address that was looked at is connected to. Where a proxy looks up names, only
    /// hosts that are private by what they are called are refused.
    bool public_only = false;
    std::stop_token stopped{};  ///< once stop is requested the request fails at once
};

struct HttpResponse {
    int status = 0;  ///< whatever it is: redirects are not followed
    std::vector<Header> headers;
    std::string body;

    /// The first of that name, in any letter case; empty where there is none.
    std::string_view header(std::string_view name) const noexcept;
};

/// An answer, or why there is none: one of the errors that HttpClient::send throws.
struct HttpOutcome {
    HttpResponse response;
    std::exception_ptr failure;
};

/// Asks other servers, over HTTP/1.1, on a thread of its own. https needs TLS 1.2 and a certificate
/// that holds for the host under the system's store (or SSL_CERT_FILE, SSL_CERT_DIR). No header,
/// path, query or body is in an error or a log. May be used from any thread.
///
/// A connection that has brought a whole answer is kept for a while (Pool) and used again. A server
/// may close it meanwhile: a request that meets with that, and with no byte of an answer, is sent
/// once more over a new connection; one that is not idempotent (RFC 9110 §9.2.2), as POST, only if
/// that comes within a second, before the server can have worked on it.
class HttpClient {
public:
    static constexpr std::size_t max_requests = 384;  ///< under way at once
    static constexpr std::size_t max_header_bytes = std::size_t{32} * 1024;

    explicit HttpClient(ProxySettings proxies = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Goes on on `caller`, which must outlive the request. Throws Error{unavailable}, with a cause
    /// for the log alone, when no whole answer has come within the limits, the request is cancelled
    /// or the client is stopped; Error{bad_request} when the URL is none, or leads to no public
    /// address where it must; Error{internal} for a method or a header that HTTP has not.
    base::Async<HttpResponse> send(HttpRequest request, base::Loop& caller);

    /// The same, but gives the answer as soon as its headers have come, and then its body piece by
    /// piece. Throws as send. `caller` must outlive the stream.
    base::Async<std::unique_ptr<HttpStream>> open(HttpRequest request, base::Loop& caller);

    /// The same as send, for whom no coroutine waits. `done` is called once, on the client's thread
    /// (or at once, when too many are under way or the client is stopped), must not take long and
    /// must not throw.
    void start(HttpRequest request, std::function<void(HttpOutcome)> done);

    /// Lets what is under way fail with Error{unavailable}, and ends the thread.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::net
