#include "base/blocking_loop.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>
#include <vector>

namespace todod::base {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// What a watch waits for: POLLIN, POLLOUT. Nothing once it is destroyed.
struct Watched {
    int descriptor;
    std::function<void()> readable;
    std::function<void()> writable;
    short events = 0;
};

/// When a timer is due, if it was started. Never once it is destroyed.
struct Timed {
    std::function<void()> due;
    std::optional<SteadyClock::time_point> at;
};

/// Shared with whoever calls: a callback may destroy the watch or timer it is called for.
using AllWatched = std::vector<std::shared_ptr<Watched>>;
using AllTimed = std::vector<std::shared_ptr<Timed>>;

class PolledWatch final : public Watch {
public:
    PolledWatch(AllWatched& all, Watched watched)
        : all_(all), watched_(std::make_shared<Watched>(std::move(watched)))
    {
        all_.push_back(watched_);
    }
    ~PolledWatch() override
    {
        watched_->events = 0;
        std::erase(all_, watched_);
    }
    PolledWatch(const PolledWatch&) = delete;
    PolledWatch& operator=(const PolledWatch&) = delete;

    void wait_readable() override { watched_->events |= POLLIN; }
    void wait_writable() override { watched_->events |= POLLOUT; }

private:
    AllWatched& all_;
    std::shared_ptr<Watched> watched_;
};

class PolledTimer final : public Timer {
public:
    PolledTimer(AllTimed& all, std::function<void()> due)
        : all_(all), timed_(std::make_shared<Timed>(std::move(due), std::nullopt))
    {
        all_.push_back(timed_);
    }
    ~PolledTimer() override
    {
        timed_->at.reset();
        std::erase(all_, timed_);
    }
    PolledTimer(const PolledTimer&) = delete;
    PolledTimer& operator=(const PolledTimer&) = delete;

    void start(std::chrono::milliseconds time) override { timed_->at = SteadyClock::now() + time; }
    void stop() override { timed_->at.reset(); }

private:
    AllTimed& all_;
    std::shared_ptr<Timed> timed_;
};

/// The started one that is due first; nothing when none is started.
std::shared_ptr<Timed> find_first(const AllTimed& all)
{
    std::shared_ptr<Timed> first;
    for (const auto& timed : all) {
        if (timed->at && (!first || *timed->at < *first->at)) first = timed;
    }
    return first;
}

/// A watch and what poll said of its descriptor.
struct Polled {
    std::shared_ptr<Watched> watched;
    short events;

    void call_if(short event, const std::function<void()>& callback) const
    {
        constexpr short broken = POLLHUP | POLLERR | POLLNVAL;
        if ((watched->events & event) == 0 || (events & (event | broken)) == 0) return;
        watched->events &= static_cast<short>(~event);
        callback();
    }
};

}  // namespace

/// The watches and the timers, and the eventfd that wakes whoever polls for them.
class BlockingLoop::Poller {
public:
    Poller() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (wake_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    }
    ~Poller() { ::close(wake_); }
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    std::unique_ptr<Watch> watch(Watched watched)
    {
        return std::make_unique<PolledWatch>(watched_, std::move(watched));
    }
    std::unique_ptr<Timer> timer(std::function<void()> due)
    {
        return std::make_unique<PolledTimer>(timed_, std::move(due));
    }

    /// From any thread: ends the poll that is waiting, or the next one.
    void wake() const { ::eventfd_write(wake_, 1); }

    bool is_waiting() const
    {
        return find_first(timed_) ||
               std::ranges::any_of(watched_, [](const auto& each) { return each->events != 0; });
    }

    /// What is ready now; with `may_wait`, not before there is something, a timer is due, or
    /// wake().
    std::vector<Polled> poll(bool may_wait) const
    {
        std::vector<pollfd> asked{{wake_, POLLIN, 0}};
        std::vector<Polled> polled;
        for (const auto& watched : watched_) {
            if (watched->events == 0) continue;
            asked.push_back({watched->descriptor, watched->events, 0});
            polled.push_back({watched, 0});
        }
        if (::poll(asked.data(), asked.size(), may_wait ? time_left() : 0) < 0 && errno != EINTR)
            throw std::system_error{errno, std::generic_category(), "poll"};
        eventfd_t count = 0;
        if (asked.front().revents != 0) ::eventfd_read(wake_, &count);
        for (std::size_t i = 0; i < polled.size(); ++i)
            polled[i].events = asked[i + 1].revents;
        return polled;
    }

    /// Descriptors before timers: what has come in is not too late.
    void call(const std::vector<Polled>& polled, const bool& done) const
    {
        for (const auto& each : polled) {
            if (!done) each.call_if(POLLIN, each.watched->readable);
            if (!done) each.call_if(POLLOUT, each.watched->writable);
        }
        const auto now = SteadyClock::now();
        while (!done) {
            const auto first = find_first(timed_);
            if (!first || *first->at > now) return;
            first->at.reset();
            first->due();
        }
    }

private:
    /// In milliseconds until a timer is due, as poll takes it: negative without an end.
    int time_left() const
    {
        const auto first = find_first(timed_);
        if (!first) return -1;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*first->at - SteadyClock::now()).count();
        return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, INT_MAX));
    }

    AllWatched watched_;
    AllTimed timed_;
    const int wake_;
};

BlockingLoop::BlockingLoop() : poller_(std::make_unique<Poller>()) {}
BlockingLoop::~BlockingLoop() = default;

void BlockingLoop::post(std::span<const std::coroutine_handle<>> ready)
{
    // Woken under the lock: the loop may go as soon as its thread has seen what is ready.
    const std::lock_guard lock{mutex_};
    ready_.insert(ready_.end(), ready.begin(), ready.end());
    if (std::exchange(is_asleep_, false)) poller_->wake();
}

std::unique_ptr<Watch> BlockingLoop::watch(int descriptor, std::function<void()> readable,
                                           std::function<void()> writable)
{
    return poller_->watch({descriptor, std::move(readable), std::move(writable)});
}

std::unique_ptr<Timer> BlockingLoop::timer(std::function<void()> due)
{
    return poller_->timer(std::move(due));
}

void BlockingLoop::run_until(const bool& done)
{
    while (!done) {
        if (running_.empty()) {
            begin_round(done);
        } else {
            resume_next();
        }
    }
}

/// A round is what was ready at its beginning, so that coroutines that never cease to be ready
/// keep no watch and no timer from its turn.
void BlockingLoop::begin_round(const bool& done)
{
    bool may_wait = false;
    {
        const std::lock_guard lock{mutex_};
        running_.swap(ready_);
        may_wait = is_asleep_ = running_.empty();
    }
    if (!may_wait && !poller_->is_waiting()) return;
    const auto polled = poller_->poll(may_wait);
    if (may_wait) {
        const std::lock_guard lock{mutex_};
        is_asleep_ = false;
        running_.swap(ready_);
    }
    poller_->call(polled, done);
}

void BlockingLoop::resume_next()
{
    const auto next = running_.front();
    running_.pop_front();
    next.resume();
}

}  // namespace todod::base
