#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "feed/watcher.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::feed {

/// What one process has of its own.
struct Process {
    explicit Process(store::Storage& storage, base::Log& log, WatchTimes times)
        : watcher(storage, hub, metrics, log, times)
    {
    }

    bool is_connected() const
    {
        for (const auto& reading : metrics.read()) {
            if (reading.name == "todod_feed_listener_connected") return reading.value == 1;
        }
        return false;
    }

    Hub hub;
    base::Metrics metrics;
    Watcher watcher;
};

/// Ada and Bob, whose logs are watched, and a log is kept.
class WatcherTest : public ::testing::Test, public testing::TestDatabase {
protected:
    /// Looks, where it looks at all, again and again.
    static constexpr WatchTimes often{.between_looks = std::chrono::milliseconds{10},
                                      .between_safe_looks = std::chrono::milliseconds{10}};
    /// Once it hears of others it does not look any more.
    static constexpr WatchTimes once{.between_looks = std::chrono::milliseconds{10},
                                     .between_safe_looks = std::chrono::hours{1}};

    WatcherTest()
    {
        add_user("ada");
        add_user("bob");
    }

    void write()
    {
        run(testing::create_task(tasks(), testing::new_task("ada", "Tea", clock().now())));
    }

    /// Whether the stream is woken soon.
    bool is_woken(Subscription& subscription,
                  std::chrono::milliseconds within = std::chrono::seconds{20})
    {
        bool is_over = false;
        bool was_woken = false;
        const auto timer = loop().timer([&] { is_over = true; });
        timer->start(within);
        base::spawn(wait(subscription, was_woken, is_over));
        loop().run_until(is_over);
        if (was_woken) return true;
        is_over = false;
        subscription.wake();  // who waits still is to leave
        loop().run_until(is_over);
        return false;
    }

    static base::Async<void> wait(Subscription& subscription, bool& was_woken, bool& is_over)
    {
        co_await subscription.woken();
        was_woken = !is_over;
        is_over = true;
    }

    static bool comes_up(const Process& process)
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!process.is_connected()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        return true;
    }

    std::string logged()
    {
        log_.flush();
        std::ifstream file{folder_.file("log")};
        return {std::istreambuf_iterator{file}, {}};
    }

    testing::TempFolder folder_;
    base::Log log_{{.file = folder_.file("log")}};
};

}  // namespace todod::feed
