#pragma once

#include <atomic>
#include <cstdint>

namespace todod::base {

/// Counts events, on any thread. What is read on another thread is never torn, and may be a moment
/// old; so with all of these.
class Counter {
public:
    void add(std::uint64_t count = 1) noexcept
    {
        value_.fetch_add(count, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// A counter that one thread at a time adds to, be it the only one or the holder of a lock: costs
/// what a plain integer costs.
class LocalCounter {
public:
    void add(std::uint64_t count = 1) noexcept
    {
        value_.store(value() + count, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// How many of something there are now.
class Gauge {
public:
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace todod::base
