#include "net/exchange.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <optional>

#include "net/address.hpp"
#include "net/answer_reader.hpp"
#include "net/message.hpp"
#include "net/url.hpp"

namespace todod::net {

namespace asio = boost::asio;
using base::Async;
using base::Error;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds retry_after{5};
/// A server that closes what was idle does so before it knows of a request: one that has crossed
/// the closing learns of it in no more than this.
constexpr std::chrono::seconds crossing_time{1};
/// How long the rest of an answer that nobody reads any more may take.
constexpr std::chrono::milliseconds linger_time{200};
constexpr std::size_t read_size = std::size_t{16} * 1024;
constexpr int ok = 200;
constexpr int first_redirect = 300;

/// How the end of a connection looks like to whoever uses it.
bool is_closing(const error_code& error)
{
    return error == asio::error::broken_pipe || error == asio::error::connection_reset ||
           error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

/// RFC 9110 §9.2.2: done twice it is as done once.
bool is_idempotent(std::string_view method)
{
    constexpr std::string_view methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    return std::ranges::find(methods, method) != std::end(methods);
}

SteadyClock::time_point after(std::chrono::milliseconds time)
{
    constexpr std::chrono::hours for_ever{24 * 365};
    return SteadyClock::now() + std::min<std::chrono::milliseconds>(time, for_ever);
}

class OneExchange final : public Exchange, public std::enable_shared_from_this<OneExchange> {
public:
    OneExchange(Shared& shared, HttpRequest request)
        : shared_(shared),
          request_(std::move(request)),
          url_(check_url(request_.url)),
          proxy_(find_proxy(shared.proxies, url_)),
          deadline_timer_(shared.io),
          step_timer_(shared.io),
          deadline_(after(request_.timeout))
    {
    }

    Async<void> run(Receiver& receiver) override
    {
        const std::string bytes = write_request(request_, url_, proxy_);
        begin();
        try {
            co_await ask(bytes, receiver);
            end();
        } catch (...) {
            end();
            throw;
        }
    }

    void abort(std::string_view why) override
    {
        if (given_up_.empty()) given_up_ = why;
        close();
        wake();
    }

    void let_go() override
    {
        set_deadline(std::min(deadline_, SteadyClock::now() + linger_time));
        wake();
    }

    void go_on() override { wake(); }

private:
    /// For a lookup, or for the receiver. Giving up ends it too.
    struct Pause {
        OneExchange& exchange;

        bool await_ready() const noexcept { return !exchange.given_up_.empty(); }
        void await_suspend(std::coroutine_handle<> waiting) const { exchange.waiting_ = waiting; }
        void await_resume() const noexcept {}
    };

    struct RequestStop {
        std::weak_ptr<OneExchange> exchange;
        std::function<void(std::function<void()>)> post;

        void operator()() const
        {
            post([weak = exchange] {
                if (const auto found = weak.lock()) found->abort("cancelled");
            });
        }
    };

    void set_deadline(SteadyClock::time_point end)
    {
        deadline_timer_.expires_at(end);
        deadline_timer_.async_wait([weak = weak_from_this()](const error_code& error) {
            const auto exchange = weak.lock();
            if (!error && exchange) exchange->abort("timed out");
        });
    }

    void begin()
    {
        set_deadline(deadline_);
        if (request_.stopped.stop_possible()) {
            on_stop_.emplace(request_.stopped, RequestStop{weak_from_this(), shared_.post});
        }
    }

    /// A connection that was open may turn out to have been closed by the server meanwhile, which
    /// shows only when it is used. No byte of an answer has come then, and the request is sent
    /// once more over a new one, if it cannot have been done or may be done twice.
    Async<void> ask(const std::string& bytes, Receiver& receiver)
    {
        connection_ = shared_.pool.take(place());
        if (connection_ && co_await converse(bytes, receiver, true)) co_return;
        connection_ = std::make_unique<Connection>(shared_.io);
        co_await connect();
        co_await converse(bytes, receiver, false);
    }

    /// Whose connections this request may use.
    std::string place() const
    {
        return fmt::format("{} {} {}", url_.origin(), request_.public_only,
                           proxy_ == nullptr ? "" : proxy_->place());
    }

    Async<void> connect()
    {
        set_step(request_.idle_timeout);
        const std::string host = proxy_ == nullptr ? url_.host : proxy_->host;
        const std::uint16_t port = proxy_ == nullptr ? url_.port : proxy_->port;
        if (proxy_ != nullptr && request_.public_only &&
            (is_private_host(url_.host) || is_local_name(url_.host))) {
            throw not_public();
        }
        co_await connect(co_await find_addresses(host), port);
        if (proxy_ != nullptr && url_.is_secure) co_await ask_proxy();
        if (!url_.is_secure) co_return;
        set_step(request_.idle_timeout);
        const auto fault = co_await connection_->secure(shared_.trust.context(), url_.host);
        check_given_up("TLS");
        if (!fault.empty()) fail("TLS", fault);
    }

    static Error not_public()
    {
        return {base::ErrorCode::bad_request, "The URL leads to no public address."};
    }

    Async<std::vector<std::string>> find_addresses(std::string host)
    {
        error_code failed;
        asio::ip::make_address(host, failed);
        found_ = {.addresses = {host}, .failure = {}};
        if (failed) co_await look_up(host);
        if (found_.addresses.empty()) fail("look up", found_.failure);
        if (request_.public_only && proxy_ == nullptr) {
            std::erase_if(found_.addresses,
                          [](const auto& address) { return !is_public_address(address); });
        }
        if (found_.addresses.empty()) throw not_public();
        co_return std::move(found_.addresses);
    }

    Async<void> look_up(std::string host)
    {
        const auto done = [weak = weak_from_this()](const Addresses& found) {
            const auto exchange = weak.lock();
            if (!exchange) return;
            exchange->found_ = found;
            exchange->wake();
        };
        shared_.lookups.start(host, request_.public_only && proxy_ == nullptr, done);
        co_await Pause{*this};
        check_given_up("look up");
    }

    /// Each address gets its share of the time that is left.
    Async<void> connect(std::vector<std::string> addresses, std::uint16_t port)
    {
        error_code error = asio::error::host_unreachable;
        const auto end = std::min(deadline_, after(request_.idle_timeout));
        for (std::size_t i = 0; error && i < addresses.size(); ++i) {
            const auto now = SteadyClock::now();
            const auto left = static_cast<int>(addresses.size() - i);
            set_step(now + (end - now) / left, &OneExchange::close);
            error = co_await connection_->connect(addresses[i], port);
            check_given_up("connect");
        }
        if (error == asio::error::operation_aborted) error = asio::error::timed_out;
        if (error) fail("connect", error.message());
    }

    Async<void> ask_proxy()
    {
        const std::string bytes = write_connect(url_, *proxy_);
        set_step(request_.idle_timeout);
        const error_code error = co_await connection_->write(bytes);
        check_given_up("proxy");
        if (error) fail("proxy", error.message());
        // Whatever stands in its header, there is no body: what follows are the server's bytes.
        AnswerReader answer{true, 0};
        while (!answer.is_done())
            co_await read_more(answer, "proxy");
        const int status = answer.take_head().status;
        if (status < ok || status >= first_redirect) {
            fail("proxy", fmt::format("{} answered {}", proxy_->place(), status));
        }
    }

    /// False when the connection, which `is_reused`, was closed before there was any answer.
    Async<bool> converse(const std::string& bytes, Receiver& receiver, bool is_reused)
    {
        set_step(request_.idle_timeout);
        const error_code error = co_await connection_->write(bytes);
        check_given_up("send");
        // A server may answer, and close, before it has read all.
        if (error && !is_closing(error)) fail("send", error.message());
        const auto closed_until = is_reused ? end_of_crossing() : SteadyClock::time_point::min();
        AnswerReader answer{request_.method == "HEAD", request_.max_body_bytes};
        bool has_begun = false;
        do {
            if (!co_await read_more(answer, "receive", closed_until)) co_return false;
            if (!answer.has_head()) continue;
            if (!std::exchange(has_begun, true)) receiver.begin(answer.take_head());
            std::string piece = answer.take_body();
            const bool has_room = piece.empty() || receiver.take(std::move(piece));
            if (!has_room && !answer.is_done()) co_await wait_for_room();
        } while (!answer.is_done());
        if (!error && answer.keeps_connection()) shared_.pool.put(place(), std::move(connection_));
        co_return true;
    }

    /// How long the request, which has just been sent, may be taken for one that the server has not
    /// seen if it closes.
    SteadyClock::time_point end_of_crossing() const
    {
        return is_idempotent(request_.method) ? SteadyClock::time_point::max()
                                              : SteadyClock::now() + crossing_time;
    }

    /// False when nothing has come but the connection's end, by `closed_until`.
    Async<bool> read_more(AnswerReader& answer, std::string_view doing,
                          SteadyClock::time_point closed_until = SteadyClock::time_point::min())
    {
        set_step(request_.idle_timeout);
        std::array<char, read_size> bytes;
        const auto [error, size] = co_await connection_->read(bytes);
        check_given_up(doing);
        const bool is_closed = !answer.has_begun() && is_closing(error);
        if (is_closed && SteadyClock::now() <= closed_until) co_return false;
        std::string fault = answer.put({bytes.data(), size});
        if (fault.empty() && error) {
            fault = error == asio::error::eof ? answer.put_end() : error.message();
        }
        if (!fault.empty()) fail(doing, fault);
        co_return true;
    }

    /// The server is not to blame for that time: only the deadline ends it.
    Async<void> wait_for_room()
    {
        end_step();
        co_await Pause{*this};
        check_given_up("receive");
    }

    void set_step(std::chrono::milliseconds time)
    {
        if (time == std::chrono::milliseconds::max()) return end_step();
        set_step(after(time), &OneExchange::stall);
    }

    void end_step()
    {
        step_timer_.cancel();
        step_end_ = {};
    }

    /// Calls `late` unless another step has begun by `end`.
    void set_step(SteadyClock::time_point end, void (OneExchange::*late)())
    {
        step_end_ = end;
        step_timer_.expires_at(end);
        step_timer_.async_wait([weak = weak_from_this(), end, late](const error_code& error) {
            const auto exchange = weak.lock();
            // One that was due already could no longer be cancelled.
            if (!error && exchange && exchange->step_end_ == end) ((*exchange).*late)();
        });
    }

    void stall() { abort("nothing came for too long"); }

    void wake()
    {
        if (const auto waiting = std::exchange(waiting_, {})) waiting.resume();
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
        if (connection_) connection_->close();
    }

    void end()
    {
        on_stop_.reset();
        deadline_timer_.cancel();
        end_step();
        close();
    }

    Shared& shared_;
    const HttpRequest request_;
    const Url url_;
    const Proxy* const proxy_;
    std::unique_ptr<Connection> connection_;
    asio::steady_timer deadline_timer_;
    asio::steady_timer step_timer_;
    const SteadyClock::time_point deadline_;
    SteadyClock::time_point step_end_;
    std::string given_up_;  ///< why, once it is
    std::coroutine_handle<> waiting_;
    Addresses found_;
    std::optional<std::stop_callback<RequestStop>> on_stop_;
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
