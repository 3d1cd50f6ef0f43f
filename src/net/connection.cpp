#include "net/connection.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <coroutine>
#include <optional>

#include "net/tls.hpp"

namespace todod::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Async;
using boost::system::error_code;

namespace {

/// `co_await Operation{start}` hands Asio's operation a handler, and gives what it came to.
template <class Start>
struct Operation {
    Start start;
    Connection::Read outcome{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        start([this, waiting](const error_code& error, auto&&... more) {
            outcome.error = error;
            if constexpr (std::is_convertible_v<First<decltype(more)...>, std::size_t>) {
                ((outcome.size = more), ...);
            }
            waiting.resume();
        });
    }
    Connection::Read await_resume() const noexcept { return outcome; }

private:
    template <class... More>
    using First = std::tuple_element_t<0, std::tuple<More..., void*>>;
};

template <class Start>
Operation(Start) -> Operation<Start>;

/// Whether all that has been taken from the socket has been read, half a record too.
bool is_drained(const SSL* tls)
{
    return SSL_has_pending(tls) == 0 && BIO_pending(SSL_get_rbio(tls)) == 0;
}

}  // namespace

struct Connection::Sockets {
    explicit Sockets(asio::io_context& io) : socket(io) {}

    tcp::socket socket;
    std::optional<asio::ssl::stream<tcp::socket&>> tls;
};

Connection::Connection(asio::io_context& io) : sockets_(std::make_unique<Sockets>(io)) {}

Connection::~Connection() = default;

Async<error_code> Connection::connect(std::string address, std::uint16_t port)
{
    tcp::socket& socket = sockets_->socket;
    const tcp::endpoint endpoint{asio::ip::make_address(address), port};
    const auto [error, _] = co_await Operation{
        [&](auto handler) { socket.async_connect(endpoint, std::move(handler)); }};
    error_code ignored;
    // It may have been closed when all that was left to do was to say so.
    if (!error && !socket.is_open()) co_return asio::error::operation_aborted;
    if (error) {
        socket.close(ignored);
    } else {
        socket.set_option(tcp::no_delay{true}, ignored);
    }
    co_return error;
}

Async<std::string> Connection::secure(asio::ssl::context& context, std::string host)
{
    auto& tls = sockets_->tls.emplace(sockets_->socket, context);
    expect_host(tls.native_handle(), host);
    const auto [error, _] = co_await Operation{[&](auto handler) {
        tls.async_handshake(asio::ssl::stream_base::client, std::move(handler));
    }};
    if (!error) co_return std::string{};
    std::string fault = certificate_fault(tls.native_handle());
    co_return fault.empty() ? error.message() : std::move(fault);
}

Async<error_code> Connection::write(std::string_view bytes)
{
    const auto [error, _] = co_await Operation{[&](auto handler) {
        const auto buffer = asio::buffer(bytes);
        if (sockets_->tls) {
            asio::async_write(*sockets_->tls, buffer, std::move(handler));
        } else {
            asio::async_write(sockets_->socket, buffer, std::move(handler));
        }
    }};
    co_return error;
}

Async<Connection::Read> Connection::read(std::span<char> into)
{
    co_return co_await Operation{[&](auto handler) {
        const auto buffer = asio::buffer(into.data(), into.size());
        if (sockets_->tls) {
            sockets_->tls->async_read_some(buffer, std::move(handler));
        } else {
            sockets_->socket.async_read_some(buffer, std::move(handler));
        }
    }};
}

void Connection::close() noexcept
{
    error_code ignored;
    sockets_->socket.close(ignored);
}

bool Connection::is_quiet() noexcept
{
    if (!sockets_->socket.is_open()) return false;
    if (sockets_->tls && !is_drained(sockets_->tls->native_handle())) return false;
    char byte = 0;
    const auto size = ::recv(sockets_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace todod::net
