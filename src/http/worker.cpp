#include "http/worker.hpp"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "http/connections.hpp"
#include "http/dispatch.hpp"
#include "http/io_loop.hpp"

namespace todod::http {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

/// How often time-outs are looked at.
constexpr std::chrono::seconds tick_time{1};

/// Clients taken in at one go, so that those who are in get their turn.
constexpr int accepted_max = 64;

/// What is cut off gets so long to notice.
constexpr std::chrono::seconds cut_off_time{1};

}  // namespace

struct Worker::State {
    explicit State(int socket) : listener(io, socket) {}

    // One thread runs it and touches its sockets; others only post.
    asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    IoLoop loop{io};
    asio::posix::stream_descriptor listener;
    asio::steady_timer timer{io};
    std::optional<Site> site;
    std::optional<Dispatcher> dispatcher;
    std::optional<Connections> connections;
    bool is_stopping = false;
    bool is_full = false;  ///< no more descriptors: no client is taken in before the next tick
    bool is_cut_off = false;
    std::chrono::steady_clock::time_point cut_off_at;
    std::size_t remaining = 0;
};

Worker::Worker(std::shared_ptr<Common> common, int listener)
    : common_(std::move(common)), state_(std::make_unique<State>(listener))
{
}

Worker::~Worker() = default;

void Worker::run()
{
    State& state = *state_;
    state.site.emplace(common_->make_site(state.loop));
    state.dispatcher.emplace(*common_, *state.site);
    state.connections.emplace(state.io, *state.dispatcher, *common_);
    wait_for_clients();
    wait_for_tick();
    state.io.run();
    if (state.remaining != 0) {
        common_->log.write(base::LogLevel::warning, "todod.http",
                           fmt::format("{} requests were cut off", state.remaining));
        return;
    }
    state.connections.reset();
    state.dispatcher.reset();
    state.site.reset();
}

void Worker::stop()
{
    asio::post(state_->io, [this] { begin_stop(); });
}

void Worker::post(std::function<void()> work)
{
    asio::post(state_->io, std::move(work));
}

void Worker::wait_for_clients()
{
    state_->listener.async_wait(asio::posix::stream_descriptor::wait_read,
                                [this](const ErrorCode& error) {
                                    if (!error) accept_clients();
                                });
}

void Worker::accept_clients()
{
    State& state = *state_;
    // The last time all who have connected are taken in, as many as may wait.
    const int most = state.is_stopping ? SOMAXCONN : accepted_max;
    for (int i = 0; i < most; ++i) {
        sockaddr_storage storage{};
        socklen_t size = sizeof(storage);
        auto& from = reinterpret_cast<sockaddr&>(storage);
        const int socket =
            ::accept4(state.listener.native_handle(), &from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            state.connections->start(socket, to_address(from), shared_from_this());
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            common_->log.write(base::LogLevel::error, "todod.http",
                               "No more clients can be taken in: out of file descriptors");
            state.is_full = true;
            return;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        }
        // Anything else went wrong with that one client only (accept(2)).
    }
    if (!state.is_stopping) wait_for_clients();
}

void Worker::wait_for_tick()
{
    state_->timer.expires_after(tick_time);
    state_->timer.async_wait([this](const ErrorCode& error) {
        if (error) return;
        tick();
        wait_for_tick();
    });
}

void Worker::tick()
{
    State& state = *state_;
    state.connections->tick();
    if (state.is_full && !state.is_stopping) {
        state.is_full = false;
        wait_for_clients();
    }
    if (state.is_stopping && std::chrono::steady_clock::now() >= state.cut_off_at) cut_off();
}

void Worker::begin_stop()
{
    State& state = *state_;
    state.is_stopping = true;
    state.cut_off_at = std::chrono::steady_clock::now() + common_->settings.limits.stop;
    // Who has connected already is served; nobody else is let in.
    accept_clients();
    ErrorCode ignored;
    state.listener.close(ignored);
    state.connections->stop();
}

void Worker::cut_off()
{
    State& state = *state_;
    state.remaining = state.connections->cut_off();
    if (state.is_cut_off || state.remaining == 0) state.io.stop();
    state.is_cut_off = true;
    state.cut_off_at = std::chrono::steady_clock::now() + cut_off_time;
}

}  // namespace todod::http
