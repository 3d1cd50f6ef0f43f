#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

#include "base/blocking_loop.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/database.hpp"

namespace todod::store {

/// Deletes what has expired (KeptAnswer, Retention), once at the start and then now and again, on a
/// thread of its own and in small writes. Nobody depends on it: that something stays longer does no
/// harm, and while the database is away it waits for the next time.
class Sweeper {
public:
    static constexpr std::chrono::hours pause{1};

    /// The schema must have been migrated. All must outlive this.
    Sweeper(Storage& storage, const base::Clock& clock, base::Log& log, Retention retention,
            std::chrono::milliseconds between = pause);
    /// Ends it after the write that is under way.
    ~Sweeper();
    Sweeper(const Sweeper&) = delete;
    Sweeper& operator=(const Sweeper&) = delete;

    /// Lets it end, and does not wait. From any thread.
    void stop();

private:
    void run();
    void sweep(base::BlockingLoop& loop, Database& database);
    /// Calls `step` with where to go on until there is no more.
    template <class Step>
    void go_through(base::BlockingLoop& loop, Step step);
    void warn(std::string_view cause);
    bool is_stopping();

    Storage& storage_;
    const base::Clock& clock_;
    base::Log& log_;
    const Retention retention_;
    const std::chrono::milliseconds between_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace todod::store
