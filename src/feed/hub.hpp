#pragma once

#include <array>
#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/loop.hpp"
#include "feed/user_key.hpp"

namespace todod::feed {

class Subscription;

/// How many streams may be open at once.
struct HubLimits {
    std::size_t of_user = 32;
    std::size_t in_all = 20'000;
};

/// Who waits for users' logs to grow, in one process: wakes are hints, and the log is what is gone
/// by. A wake may be for nothing, and one that is missed is made up for by whoever looks at the log
/// now and then (feed/watcher.hpp). For any thread.
class Hub {
public:
    explicit Hub(HubLimits limits = {}) : limits_(limits) {}
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// The log of a user has grown, by a write of this process. Costs next to nothing where nobody
    /// waits and nobody is to be told.
    void wake(UserKey user)
    {
        if (waiting_ != 0) wake_here(user);
        if (is_gathering_) gather(user);
    }

    /// Another process has written.
    void wake_here(UserKey user);

    /// All streams end. They see it as Subscription::is_over.
    void stop();

    // For who looks at the log.

    /// Somebody who follows a log.
    struct Follower {
        std::string user_id;
        UserKey key;
    };

    /// Calls `visit` with the followers of a piece of them after the other, each user once.
    void visit_followers(const std::function<void(std::vector<Follower>)>& visit);

    /// Wakes those of `user` who have not seen the change with the number `last`, or have seen more
    /// than there is.
    void tell_last(const Follower& user, std::int64_t last);

    /// A stream could not read the log: it is to be looked at again soon.
    void ask_for_look() noexcept { is_look_wanted_ = true; }
    bool take_wish_for_look() noexcept { return is_look_wanted_.exchange(false); }

    /// How many streams are open.
    std::size_t streams() const noexcept { return streams_; }

    // For who tells other processes.

    /// Those whose logs have grown by writes of this process.
    struct Grown {
        std::vector<UserKey> users{};  ///< each once
        bool is_more = false;          ///< there were too many to keep
    };

    /// From now on they are gathered. `first` is called by the write that finds none gathered, and
    /// must be quick.
    void gather_for(std::function<void()> first);
    Grown take_grown();
    /// From now on nobody is told.
    void end_gathering();

private:
    friend class Subscription;

    static constexpr std::size_t max_gathered = 16 * 1024;

    /// Of some of the users.
    struct Shard {
        std::mutex mutex;
        std::unordered_map<UserKey, std::vector<Subscription*>> of_user;
    };

    Shard& shard_of(UserKey user) noexcept { return shards_[user % shards_.size()]; }
    void add(Subscription& subscription);
    void remove(Subscription& subscription) noexcept;
    void gather(UserKey user);

    const HubLimits limits_;
    std::array<Shard, 64> shards_;
    std::atomic<std::size_t> waiting_ = 0;  ///< subscriptions
    std::atomic<std::size_t> streams_ = 0;  ///< those of them that are counted
    std::atomic<bool> is_stopping_ = false;
    std::atomic<bool> is_look_wanted_ = false;
    std::atomic<bool> is_gathering_ = false;
    std::mutex gathered_mutex_;  ///< of what follows
    std::vector<UserKey> gathered_;
    bool is_more_gathered_ = false;
    std::function<void()> on_first_gathered_;
};

/// Somebody who waits for a user's log to grow, on one loop's thread.
class Subscription {
public:
    enum class Kind : std::uint8_t {
        stream,  ///< follows the log: is counted, and woken as well when the log is looked at
        hint,    ///< looks by itself now and then, and sooner when woken
    };

    /// Of a stream, throws Error{too_many_requests} when the user has too many, Error{unavailable}
    /// when there are too many in all. Both references must outlive this.
    Subscription(Hub& hub, base::Loop& loop, std::string user_id, Kind kind = Kind::stream);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// `co_await subscription.woken()` goes on once it has been woken since it last did. True: the
    /// log may have grown. False: it was woken for another reason alone, by wake() or to end.
    struct Woken {
        Subscription& subscription;

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() const noexcept { return subscription.is_hinted_.exchange(false); }
    };
    Woken woken() noexcept { return {*this}; }

    /// From any thread. It goes on on its loop, later.
    void wake();

    /// So far the log has been read.
    void note_seen(std::int64_t seq) noexcept { seen_ = seq; }

    /// The process stops.
    bool is_over() const noexcept { return hub_.is_stopping_; }

private:
    friend class Hub;

    static constexpr std::int64_t nothing_yet = -1;

    void hint_locked();
    void wake_locked();

    Hub& hub_;
    base::Loop& loop_;
    const std::string user_id_;
    const UserKey key_;
    const Kind kind_;
    std::atomic<std::int64_t> seen_ = nothing_yet;
    std::atomic<bool> is_hinted_ = false;
    // Of the shard's mutex:
    std::coroutine_handle<> waiting_{};
    bool is_woken_ = false;
};

}  // namespace todod::feed
