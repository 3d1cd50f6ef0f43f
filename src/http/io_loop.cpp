#include "http/io_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace todod::http {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

class IoWatch final : public base::Watch {
public:
    IoWatch(asio::io_context& io, int descriptor, std::function<void()> readable,
            std::function<void()> writable)
        : descriptor_(io, descriptor), state_(std::make_shared<State>())
    {
        state_->reading.call = std::move(readable);
        state_->writing.call = std::move(writable);
    }
    ~IoWatch() override
    {
        state_->is_ended = true;
        descriptor_.release();
    }
    IoWatch(const IoWatch&) = delete;
    IoWatch& operator=(const IoWatch&) = delete;

    void wait_readable() override
    {
        wait(asio::posix::descriptor_base::wait_read, &State::reading);
    }
    void wait_writable() override
    {
        wait(asio::posix::descriptor_base::wait_write, &State::writing);
    }

private:
    struct Direction {
        std::function<void()> call;
        bool is_waiting = false;
    };

    /// Shared with the handlers, which may be queued or running when the watch is destroyed.
    struct State {
        Direction reading;
        Direction writing;
        bool is_ended = false;
    };

    void wait(asio::posix::descriptor_base::wait_type type, Direction State::* which)
    {
        if (std::exchange((*state_.*which).is_waiting, true)) return;
        // An error is for whoever reads or writes then to see.
        descriptor_.async_wait(type, [state = state_, which](const ErrorCode&) {
            if (state->is_ended) return;
            Direction& direction = *state.*which;
            direction.is_waiting = false;
            direction.call();
        });
    }

    asio::posix::stream_descriptor descriptor_;
    std::shared_ptr<State> state_;
};

class IoTimer final : public base::Timer {
public:
    IoTimer(asio::io_context& io, std::function<void()> due)
        : timer_(io), state_(std::make_shared<State>(std::move(due)))
    {
    }
    ~IoTimer() override { ++state_->start; }
    IoTimer(const IoTimer&) = delete;
    IoTimer& operator=(const IoTimer&) = delete;

    void start(std::chrono::milliseconds time) override
    {
        timer_.expires_after(time);
        timer_.async_wait([state = state_, start = ++state_->start](const ErrorCode&) {
            if (state->start == start) state->due();
        });
    }
    void stop() override
    {
        ++state_->start;
        timer_.cancel();
    }

private:
    /// Shared with the handlers, of which only that of the last start calls: one that is queued
    /// can no longer be cancelled.
    struct State {
        std::function<void()> due;
        std::uint64_t start = 0;
    };

    asio::steady_timer timer_;
    std::shared_ptr<State> state_;
};

}  // namespace

void IoLoop::post(std::span<const std::coroutine_handle<>> ready)
{
    if (ready.empty()) return;
    // Under the lock to the end: what is resumed may be the last that the loop was there for.
    const std::lock_guard lock{mutex_};
    const bool is_first = ready_.empty();
    ready_.insert(ready_.end(), ready.begin(), ready.end());
    if (is_first) asio::post(io_, [this] { resume_all(); });
}

IoLoop::~IoLoop()
{
    const std::lock_guard whoever_posts_has_ended{mutex_};
}

std::unique_ptr<base::Watch> IoLoop::watch(int descriptor, std::function<void()> readable,
                                           std::function<void()> writable)
{
    return std::make_unique<IoWatch>(io_, descriptor, std::move(readable), std::move(writable));
}

std::unique_ptr<base::Timer> IoLoop::timer(std::function<void()> due)
{
    return std::make_unique<IoTimer>(io_, std::move(due));
}

void IoLoop::resume_all()
{
    {
        const std::lock_guard lock{mutex_};
        running_.swap(ready_);
    }
    for (const auto handle : running_)
        handle.resume();
    running_.clear();
}

}  // namespace todod::http
