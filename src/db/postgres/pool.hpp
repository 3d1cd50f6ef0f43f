#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "db/activity.hpp"
#include "db/postgres/connection.hpp"
#include "db/postgres/connector.hpp"

namespace todod::db::postgres {

class Pool;

/// A connection for as long as this lives, and nobody else's.
class Lease {
public:
    Lease() = default;
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection))
    {
    }
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection* operator->() const noexcept { return connection_.get(); }
    Connection& operator*() const noexcept { return *connection_; }

private:
    Pool* pool_ = nullptr;
    std::unique_ptr<Connection> connection_;
};

/// An I/O thread's connections: opened when they are needed, kept for the next, replaced when they
/// are old or broken. While the server is away whoever asks is refused at once, but for one that
/// tries it again, after a time that doubles with each failure. For its loop's thread only; must
/// outlive every lease.
class Pool {
public:
    static constexpr std::size_t max_waiting = 1000;
    static constexpr std::chrono::milliseconds first_pause{50};
    static constexpr std::chrono::milliseconds max_pause{2000};

    /// One of `pools`, among which the settings' connections are divided.
    Pool(Connector& connector, std::size_t pools, base::Loop& loop);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Throws Error{unavailable} when the server is away, or no connection is free in time.
    base::Async<Lease> lease();

    void give_back(std::unique_ptr<Connection> connection);

    /// For any thread.
    const PoolCounters& counters() const noexcept { return counters_; }

private:
    struct Waiter;
    struct Wait;

    bool is_old(const Connection& connection) const;
    bool is_any_lent() const;
    bool is_away() const;
    std::unique_ptr<Connection> take_idle();
    void push(Waiter& waiter);
    void open_more();
    void take_mail();
    void take_failure(const ConnectionError& error);
    void give_up_idle();
    void hand_out(std::unique_ptr<Connection> connection);
    Waiter* pop();
    void fail_waiting(const std::exception_ptr& failure);
    void fail_late();
    void count() noexcept;

    Connector& connector_;
    base::Loop& loop_;
    const std::size_t max_open_;
    const std::size_t max_idle_;
    base::SecureRandom random_;
    std::shared_ptr<Mailbox> mailbox_;
    std::unique_ptr<base::Watch> mail_;
    std::unique_ptr<base::Timer> late_;
    std::vector<std::unique_ptr<Connection>> idle_;  ///< the last one back is the first to go
    std::size_t open_ = 0;                           ///< idle and handed out
    bool is_opening_ = false;
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
    std::size_t waiting_ = 0;
    int failures_ = 0;  ///< to connect, since it last went well
    std::exception_ptr failure_;
    std::chrono::steady_clock::time_point try_again_at_;
    PoolCounters counters_;
};

}  // namespace todod::db::postgres
