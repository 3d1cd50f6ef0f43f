#include "net/exchange.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <coroutine>
#include <optional>

#include "net/address.hpp"
#include "net/message.hpp"
#include "net/url.hpp"

namespace todod::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Async;
using base::Error;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds retry_after{5};

/// What is read ahead of the parser: a header, and a part of the body.
constexpr std::size_t max_ahead_bytes = HttpClient::max_header_bytes + std::size_t{64} * 1024;

/// Answers before the answer (1xx) that are put up with.
constexpr int max_interim = 8;

/// `co_await Operation{start}` hands Asio's operation a handler, and gives its error.
template <class Start>
struct Operation {
    Start start;
    error_code outcome{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        start([this, waiting](const error_code& error, auto&&...) {
            outcome = error;
            waiting.resume();
        });
    }
    error_code await_resume() const noexcept { return outcome; }
};

template <class Start>
Operation(Start) -> Operation<Start>;

using Parser = http::response_parser<http::string_body>;

HttpResponse take_response(Parser& parser)
{
    auto message = parser.release();
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
        response.headers.push_back({field.name_string(), field.value()});
    response.body = std::move(message.body());
    return response;
}

class OneExchange final : public Exchange, public std::enable_shared_from_this<OneExchange> {
public:
    OneExchange(Shared& shared, HttpRequest request)
        : shared_(shared),
          request_(std::move(request)),
          url_(check_url(request_.url)),
          socket_(shared.io),
          timer_(shared.io),
          deadline_(SteadyClock::now() + request_.timeout)
    {
    }

    Async<HttpResponse> run() override
    {
        const std::string bytes = write_request(request_, url_);
        wait_until(deadline_);
        try {
            co_await connect(co_await find_addresses());
            HttpResponse response = url_.is_secure ? co_await converse_securely(bytes)
                                                   : co_await converse(socket_, bytes);
            end();
            co_return response;
        } catch (...) {
            end();
            throw;
        }
    }

    void abort() override { give_up("the client is stopped"); }

private:
    /// The answer of a lookup, for which the coroutine waits. A time-out wakes it too.
    struct Lookup {
        OneExchange& exchange;

        bool await_ready() const noexcept { return !exchange.given_up_.empty(); }
        void await_suspend(std::coroutine_handle<> waiting) const
        {
            exchange.looking_up_ = waiting;
        }
        void await_resume() const noexcept {}
    };

    Async<std::vector<std::string>> find_addresses()
    {
        error_code failed;
        asio::ip::make_address(url_.host, failed);
        Addresses found{.addresses = {url_.host}, .failure = {}};
        if (failed) {
            co_await look_up();
            found = std::move(found_);
        }
        if (found.addresses.empty()) fail("look up", found.failure);
        if (request_.public_only) {
            std::erase_if(found.addresses,
                          [](const auto& address) { return !is_public_address(address); });
        }
        if (found.addresses.empty()) {
            throw Error{base::ErrorCode::bad_request, "The URL leads to no public address."};
        }
        co_return std::move(found.addresses);
    }

    Async<void> look_up()
    {
        shared_.lookups.start(url_.host,
                              [weak = weak_from_this(), post = shared_.post](Addresses found) {
                                  post([weak, found = std::move(found)]() mutable {
                                      const auto exchange = weak.lock();
                                      if (!exchange) return;
                                      exchange->found_ = std::move(found);
                                      exchange->wake();
                                  });
                              });
        co_await Lookup{*this};
        check_given_up("look up");
    }

    /// Each address gets its share of the time that is left.
    Async<void> connect(std::vector<std::string> addresses)
    {
        error_code error = asio::error::host_unreachable;
        for (std::size_t i = 0; error && i < addresses.size(); ++i) {
            const auto now = SteadyClock::now();
            const auto left = static_cast<int>(addresses.size() - i);
            wait_until(now + (deadline_ - now) / left);
            const tcp::endpoint endpoint{asio::ip::make_address(addresses[i]), url_.port};
            error = co_await Operation{
                [&](auto handler) { socket_.async_connect(endpoint, std::move(handler)); }};
            check_given_up("connect");
            if (error) close();
        }
        if (error) fail("connect", error.message());
        wait_until(deadline_);
        socket_.set_option(tcp::no_delay{true}, error);
    }

    Async<HttpResponse> converse_securely(const std::string& bytes)
    {
        asio::ssl::stream<tcp::socket&> stream{socket_, shared_.trust.context()};
        expect_host(stream.native_handle(), url_.host);
        const error_code error = co_await Operation{[&](auto handler) {
            stream.async_handshake(asio::ssl::stream_base::client, std::move(handler));
        }};
        check_given_up("TLS");
        if (error) {
            const std::string fault = certificate_fault(stream.native_handle());
            fail("TLS", fault.empty() ? error.message() : fault);
        }
        co_return co_await converse(stream, bytes);
    }

    template <class Stream>
    Async<HttpResponse> converse(Stream& stream, const std::string& bytes)
    {
        error_code error = co_await Operation{[&](auto handler) {
            asio::async_write(stream, asio::buffer(bytes), std::move(handler));
        }};
        check_given_up("send");
        // A server may answer, and close, before it has read all.
        const bool may_answer =
            error == asio::error::broken_pipe || error == asio::error::connection_reset;
        if (error && !may_answer) fail("send", error.message());
        boost::beast::flat_buffer ahead{max_ahead_bytes};
        for (int i = 0; i < max_interim; ++i) {
            Parser parser;
            parser.header_limit(static_cast<std::uint32_t>(HttpClient::max_header_bytes));
            parser.body_limit(request_.max_body_bytes);
            parser.skip(request_.method == "HEAD");
            error = co_await Operation{
                [&](auto handler) { http::async_read(stream, ahead, parser, std::move(handler)); }};
            check_given_up("receive");
            if (error) fail("receive", error.message());
            if (parser.get().result_int() >= 200) co_return take_response(parser);
        }
        fail("receive", "only interim answers");
    }

    /// What is under way then ends with an error; at the deadline all of it.
    void wait_until(SteadyClock::time_point end)
    {
        timer_.expires_at(end);
        timer_.async_wait([weak = weak_from_this(), end](const error_code& error) {
            const auto exchange = weak.lock();
            // One that was due already could no longer be cancelled.
            if (error || !exchange || exchange->timer_.expiry() != end) return;
            if (end >= exchange->deadline_) {
                exchange->give_up("timed out");
            } else {
                exchange->close();
            }
        });
    }

    void give_up(std::string_view why)
    {
        if (given_up_.empty()) given_up_ = why;
        close();
        wake();
    }

    void wake()
    {
        if (const auto waiting = std::exchange(looking_up_, {})) waiting.resume();
    }

    void check_given_up(std::string_view doing) const
    {
        if (!given_up_.empty()) fail(doing, given_up_);
    }

    [[noreturn]] void fail(std::string_view doing, std::string_view why) const
    {
        throw no_answer(fmt::format("{}: {}: {}", url_.origin(), doing, why));
    }

    void close()
    {
        error_code ignored;
        socket_.close(ignored);
    }

    void end()
    {
        timer_.expires_at(SteadyClock::time_point::max());  // which cancels
        close();
    }

    Shared& shared_;
    const HttpRequest request_;
    const Url url_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    const SteadyClock::time_point deadline_;
    std::string given_up_;  ///< why, once it is
    std::coroutine_handle<> looking_up_;
    Addresses found_;
};

}  // namespace

std::shared_ptr<Exchange> make_exchange(Shared& shared, HttpRequest request)
{
    return std::make_shared<OneExchange>(shared, std::move(request));
}

Error no_answer(std::string cause)
{
    return Error::unavailable("Another server that is needed for this did not answer.", retry_after,
                              std::move(cause));
}

}  // namespace todod::net
