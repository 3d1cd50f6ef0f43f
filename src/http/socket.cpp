#include "http/socket.hpp"

#include <poll.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace todod::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

Transfer to_transfer(const ErrorCode& error, std::size_t size) noexcept
{
    using enum Transfer::Outcome;
    if (!error) return {done, size};
    if (error == asio::error::would_block) return {would_block, size};
    return {error == asio::error::operation_aborted ? cancelled : ended, size};
}

}  // namespace

struct Socket::State {
    /// Without the type-erased executor of tcp::socket.
    asio::basic_stream_socket<tcp, asio::io_context::executor_type> socket;
    std::unique_ptr<asio::steady_timer> timer{};  ///< from the first ready() on
};

Socket::Socket(asio::io_context& io, int descriptor)
    : state_(new State{decltype(State::socket){io}})
{
    ErrorCode error;
    auto& socket = state_->socket;
    socket.assign(tcp::v4(), descriptor, error);  // IPv6 is no different from here on
    if (error) {
        ::close(descriptor);
        throw boost::system::system_error{error};
    }
    socket.non_blocking(true);
    socket.set_option(tcp::no_delay{true}, error);
}

Socket::Socket(Socket&&) noexcept = default;

Socket::~Socket() = default;

void Socket::Read::await_suspend(std::coroutine_handle<> handle)
{
    waiting = handle;
    socket.state_->socket.async_read_some(asio::buffer(room.data(), room.size()),
                                          [this](const ErrorCode& error, std::size_t size) {
                                              transfer = to_transfer(error, size);
                                              waiting.resume();
                                          });
}

void Socket::Write::await_suspend(std::coroutine_handle<> handle)
{
    waiting = handle;
    socket.state_->socket.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                                           [this](const ErrorCode& error, std::size_t size) {
                                               transfer = to_transfer(error, size);
                                               waiting.resume();
                                           });
}

bool Socket::Ready::await_suspend(std::coroutine_handle<> handle)
{
    waiting = handle;
    auto& [watched, timer] = *socket.state_;
    // The first to come ends the others, and with the last it goes on.
    const auto came = [this](const ErrorCode&) {
        if (!std::exchange(is_over, true)) socket.cancel();
        if (--outstanding == 0) waiting.resume();
    };
    const auto await = [&](tcp::socket::wait_type what) {
        watched.async_wait(what, came);
        ++outstanding;
    };
    try {
        if (!timer) timer = std::make_unique<asio::steady_timer>(watched.get_executor());
        timer->expires_after(time);
        timer->async_wait(came);
        ++outstanding;
        if (to_read) await(tcp::socket::wait_read);
        if (to_write) await(tcp::socket::wait_write);
    } catch (...) {
        // Out of memory. What has been started comes to its end in this, and so before the failure.
        failure = std::current_exception();
        is_over = true;
        socket.cancel();
    }
    return outstanding != 0;
}

Socket::Look Socket::look() const noexcept
{
    pollfd seen{state_->socket.native_handle(), POLLIN | POLLRDHUP, 0};
    ::poll(&seen, 1, 0);
    constexpr auto ends = POLLRDHUP | POLLHUP | POLLERR | POLLNVAL;
    return {.has_input = (seen.revents & POLLIN) != 0, .has_ended = (seen.revents & ends) != 0};
}

Transfer Socket::read_now(std::span<char> room)
{
    ErrorCode error;
    const auto size = state_->socket.read_some(asio::buffer(room.data(), room.size()), error);
    return to_transfer(error, size);
}

Transfer Socket::write_now(std::string_view bytes)
{
    ErrorCode error;
    const auto size = state_->socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    return to_transfer(error, size);
}

void Socket::cancel() noexcept
{
    ErrorCode ignored;
    state_->socket.cancel(ignored);
    if (state_->timer) state_->timer->cancel();
}

void Socket::end_writing() noexcept
{
    ErrorCode ignored;
    state_->socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Socket::close() noexcept
{
    ErrorCode ignored;
    state_->socket.close(ignored);
    if (state_->timer) state_->timer->cancel();
}

}  // namespace todod::http
