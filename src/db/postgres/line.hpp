#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

#include "base/blocking_loop.hpp"
#include "base/loop.hpp"
#include "db/postgres/pool.hpp"
#include "db/postgres/reads.hpp"

namespace todod::db::postgres {

/// A thread that speaks with the server for several I/O threads: its loop, its connections, and the
/// reads that wait for them. What all of them ask makes larger sets than what each asks, and the
/// fewer statements there are the less each request costs (docs/adr/0005-postgresql.md).
class Line {
public:
    /// One of `lines`, among which the connections are divided.
    Line(Connector& connector, std::size_t lines);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    base::Loop& loop() noexcept { return loop_; }
    /// For the line's own thread alone.
    Pool& pool() noexcept { return pool_; }
    Reads& reads() noexcept { return reads_; }
    /// For any thread.
    const PoolCounters& pool_counters() const noexcept { return pool_.counters(); }

    /// Ends the thread, when what runs aside has ended: what it has resumed may go before the line
    /// does. Nothing else may be under way.
    void stop();

    /// Runs `work` on the line's thread; the caller goes on on its own `loop`.
    template <class T>
    base::Async<T> run(base::Loop& loop, base::Async<T> work)
    {
        std::exception_ptr failure;
        std::optional<T> value;
        co_await base::next_turn(loop_);
        try {
            value.emplace(co_await std::move(work));
        } catch (...) {
            failure = std::current_exception();
        }
        co_await base::next_turn(loop);
        if (failure) std::rethrow_exception(failure);
        co_return *std::move(value);
    }

    /// Runs `work`, which must not throw, on the line's thread; nobody but stop() waits for it.
    void run_aside(base::Async<void> work);

private:
    base::Async<void> end();
    base::Async<void> note_end_of(base::Async<void> work);

    base::BlockingLoop loop_;
    Pool pool_;
    Reads reads_;
    std::atomic<std::size_t> aside_ = 0;
    // Of the thread alone:
    bool is_stopping_ = false;
    bool is_stopped_ = false;
    std::thread thread_;
};

}  // namespace todod::db::postgres
