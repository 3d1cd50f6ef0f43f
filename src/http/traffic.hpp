#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/counter.hpp"
#include "http/request.hpp"

namespace todod::http {

/// Up to where a bucket of durations reaches; past the last there is one more.
inline constexpr std::array<std::chrono::microseconds, 14> duration_bounds{
    {std::chrono::microseconds{500}, std::chrono::milliseconds{1}, std::chrono::microseconds{2500},
     std::chrono::milliseconds{5}, std::chrono::milliseconds{10}, std::chrono::milliseconds{25},
     std::chrono::milliseconds{50}, std::chrono::milliseconds{100}, std::chrono::milliseconds{250},
     std::chrono::milliseconds{500}, std::chrono::seconds{1}, std::chrono::milliseconds{2500},
     std::chrono::seconds{5}, std::chrono::seconds{10}}};

/// What an answer counts as whose client had gone before anything was said: none that is sent.
inline constexpr int unheard_status = 499;

using StatusCounts = std::vector<std::pair<int, std::uint64_t>>;  ///< status 0: any other

/// What was answered to one method on one route.
struct RouteTraffic {
    std::string route;        ///< the pattern; "unmatched" where there is no such path
    std::string_view method;  ///< "other" where todod does not know it
    StatusCounts statuses;    ///< those that were sent, and unheard_status
    std::array<std::uint64_t, duration_bounds.size() + 1> durations{};  ///< not cumulative
    std::chrono::nanoseconds total_duration{};
};

/// What a server has done so far.
struct TrafficTotals {
    std::vector<RouteTraffic> routes;  ///< sorted by route and method, each pair once
    StatusCounts refused;              ///< what did not become a request
    std::uint64_t in_flight = 0;       ///< begun and not answered yet
    std::uint64_t connections = 0;     ///< open
};

/// Answers by status.
class StatusCounters {
public:
    void add(int status) noexcept { counters_[slot_of(status)].add(); }
    void add_to(StatusCounts& counts) const;

private:
    static constexpr std::size_t classes = 4;      ///< 2xx to 5xx
    static constexpr std::size_t class_size = 32;  ///< x31 is the greatest that is sent
    static constexpr std::size_t unheard = classes * class_size;
    static constexpr std::size_t other = unheard + 1;

    static std::size_t slot_of(int status) noexcept;
    static int status_of(std::size_t slot) noexcept;

    std::array<base::LocalCounter, other + 1> counters_;
};

/// What one I/O thread counts of its requests, without an allocation (but for the first of a route
/// and method) or a lock. Written by that thread alone, read by any.
class ThreadTraffic {
public:
    /// `routes`: their patterns, by the index that answered() takes.
    explicit ThreadTraffic(std::vector<std::string> routes);
    ~ThreadTraffic();
    ThreadTraffic(const ThreadTraffic&) = delete;
    ThreadTraffic& operator=(const ThreadTraffic&) = delete;

    void begun() noexcept { begun_.add(); }

    /// `route` is an index, or unmatched().
    void answered(std::size_t route, Verb verb, int status, std::chrono::nanoseconds took);

    /// What has not become a request.
    void refused(int status) noexcept { refused_.add(status); }

    std::size_t unmatched() const noexcept { return routes_.size() - 1; }

    void add_to(TrafficTotals& totals) const;

private:
    struct Series {
        StatusCounters statuses;
        std::array<base::LocalCounter, duration_bounds.size() + 1> durations;
        base::LocalCounter nanoseconds;
    };
    struct Route {
        std::string pattern;
        std::array<std::atomic<Series*>, verb_count> by_verb{};  ///< null: none has come yet
    };

    static void add_to(RouteTraffic& traffic, const Series& series);

    std::vector<Route> routes_;  ///< the last: unmatched
    StatusCounters refused_;
    base::LocalCounter begun_;
    base::LocalCounter answered_;
};

/// What all threads of a server count. From any thread.
class Traffic {
public:
    /// For as long as this lives.
    ThreadTraffic& add_thread(std::vector<std::string> routes);

    TrafficTotals totals() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<ThreadTraffic>> threads_;
};

}  // namespace todod::http
