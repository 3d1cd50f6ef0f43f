#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "feed/hub.hpp"
#include "store/database.hpp"

namespace todod::feed {

/// How often a Watcher does what.
struct WatchTimes {
    /// Between two looks at whose logs have grown, where no other process says so.
    std::chrono::milliseconds between_looks{1000};
    /// And where they do, so that one which is lost is made up for.
    std::chrono::milliseconds between_safe_looks{10'000};
    /// Between two notices: what is written meanwhile is one.
    std::chrono::milliseconds between_notices{10};
};

/// Sees, on a thread of its own, to what the Hub is not told by its own process: other processes on
/// the same database tell it, and it them (db/signals.hpp); and it looks now and then at the logs
/// of those who have streams.
class Watcher {
public:
    /// The schema must have been migrated. All must outlive this.
    Watcher(store::Storage& storage, Hub& hub, base::Metrics& metrics, base::Log& log,
            WatchTimes times = {});
    /// Ends it after the look that is under way.
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    /// Lets it end, and does not wait. From any thread.
    void stop();

private:
    class Round;
    class Reachable;

    /// How long it rests where it cannot go on.
    static constexpr std::chrono::milliseconds pause{1000};

    void run();
    bool is_stopping();

    store::Storage& storage_;
    Hub& hub_;
    base::Log& log_;
    const WatchTimes times_;
    base::Gauge& is_connected_;
    std::mutex mutex_;  ///< of what follows
    Round* round_ = nullptr;
    bool is_stopping_ = false;
    std::condition_variable stopped_;
    std::thread thread_;
};

}  // namespace todod::feed
