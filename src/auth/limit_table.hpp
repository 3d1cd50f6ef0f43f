#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/random.hpp"
#include "base/siphash.hpp"

namespace todod::auth {

/// What is counted is forgotten after so long.
inline constexpr std::uint32_t limit_window_seconds = 60;

/// Where one stands after having asked to be counted.
struct Count {
    bool is_allowed = true;  ///< and counted; what is refused is not
    std::uint32_t remaining = 0;
    std::uint32_t reset_seconds = limit_window_seconds;  ///< until there is more, at most a window
};

/// Counts by subject in a sliding window of a minute, by the second: what was counted leaves the
/// window 59 to 60 seconds later, so that no 59 seconds hold more than the quota. May be used from
/// any thread.
///
/// Memory has a bound: capacity subjects, of which each has its place among the ways of one set. A
/// new one takes the place of one that has not asked for a minute, else of the one that has asked
/// least: to be forgotten before its time, a subject that has asked n times needs about n requests
/// by each of as many others as the table holds. Who shares a set the key of the hash decides.
class LimitTable {
public:
    static constexpr std::size_t ways = 16;
    static constexpr std::size_t set_count = 4096;
    static constexpr std::size_t capacity = ways * set_count;

    explicit LimitTable(base::Random& random);
    ~LimitTable();
    LimitTable(const LimitTable&) = delete;
    LimitTable& operator=(const LimitTable&) = delete;

    /// Subjects of different `kind`s have nothing to do with each other. `second` is the time, in
    /// seconds since 1970; one that goes back starts anew.
    Count take(std::uint8_t kind, std::string_view subject, std::uint32_t quota,
               std::uint32_t second);

    /// Counts what has been allowed elsewhere.
    void add(std::uint8_t kind, std::string_view subject, std::uint32_t second);

private:
    struct Set;
    struct Unmap {
        void operator()(Set* sets) const noexcept;
    };
    struct alignas(64) Lock {
        std::mutex mutex;
    };
    static constexpr std::size_t lock_count = 64;

    std::uint64_t fingerprint(std::uint8_t kind, std::string_view subject) const noexcept;
    static std::size_t find(Set& set, std::uint64_t print, std::uint32_t second) noexcept;

    base::SipKey key_{};
    std::unique_ptr<Set[], Unmap> sets_;
    std::array<Lock, lock_count> locks_;
};

}  // namespace todod::auth
