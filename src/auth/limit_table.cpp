#include "auth/limit_table.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <limits>
#include <new>
#include <span>

namespace todod::auth {

/// A page each: those of sets that nobody has been in are never touched.
struct LimitTable::Set {
    /// What one subject has asked for, a bucket a second.
    using Buckets = std::array<std::uint32_t, limit_window_seconds>;

    std::array<std::uint64_t, ways> prints;  ///< of whom; means nothing where total is 0
    std::array<std::uint32_t, ways> totals;  ///< the sum of the buckets
    std::array<std::uint32_t, ways> oldest;  ///< the second of the first bucket that counts
    std::array<Buckets, ways> buckets;       ///< by the second modulo their number

    /// Forgets what has left the window.
    void age(std::size_t way, std::uint32_t second) noexcept;
    void count(std::size_t way, std::uint32_t second) noexcept;
};

void LimitTable::Set::age(std::size_t way, std::uint32_t second) noexcept
{
    std::uint32_t& total = totals[way];
    std::uint32_t& first = oldest[way];
    if (total == 0) {
        first = second;
        return;
    }
    Buckets& all = buckets[way];
    if (second + limit_window_seconds < first || first + 2 * limit_window_seconds <= second) {
        // Nothing of it is left; or the clock has gone back.
        all.fill(0);
        total = 0;
        first = second;
        return;
    }
    for (; total > 0; ++first) {
        std::uint32_t& bucket = all[first % limit_window_seconds];
        if (first + limit_window_seconds > second && bucket != 0) return;
        total -= bucket;
        bucket = 0;
    }
    first = second;
}

void LimitTable::Set::count(std::size_t way, std::uint32_t second) noexcept
{
    if (totals[way] == std::numeric_limits<std::uint32_t>::max()) return;
    ++totals[way];
    // Where the clock has gone back a little, in the first bucket there is.
    ++buckets[way][std::max(second, oldest[way]) % limit_window_seconds];
}

void LimitTable::Unmap::operator()(Set* sets) const noexcept
{
    ::munmap(sets, set_count * sizeof(Set));
}

LimitTable::LimitTable(base::Random& random)
{
    random.fill(std::as_writable_bytes(std::span{key_}));
    void* const memory = ::mmap(nullptr, set_count * sizeof(Set), PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    sets_.reset(static_cast<Set*>(memory));
}

LimitTable::~LimitTable() = default;

std::uint64_t LimitTable::fingerprint(std::uint8_t kind, std::string_view subject) const noexcept
{
    return base::siphash({key_[0] + kind, key_[1]}, subject);
}

/// Where the subject is counted: its place, or one that is free or made so.
std::size_t LimitTable::find(Set& set, std::uint64_t print, std::uint32_t second) noexcept
{
    for (std::size_t way = 0; way < ways; ++way) {
        if (set.prints[way] != print || set.totals[way] == 0) continue;
        set.age(way, second);
        return way;
    }
    for (std::size_t way = 0; way < ways; ++way)
        set.age(way, second);
    const auto least = std::ranges::min_element(set.totals);
    const auto way = static_cast<std::size_t>(least - set.totals.begin());
    if (*least != 0) set.buckets[way].fill(0);
    *least = 0;
    set.oldest[way] = second;
    set.prints[way] = print;
    return way;
}

Count LimitTable::take(std::uint8_t kind, std::string_view subject, std::uint32_t quota,
                       std::uint32_t second)
{
    const std::uint64_t print = fingerprint(kind, subject);
    const std::size_t index = print % set_count;
    const std::lock_guard lock{locks_[index % lock_count].mutex};
    Set& set = sets_[index];
    const std::size_t way = find(set, print, second);
    const bool is_allowed = set.totals[way] < quota;
    if (is_allowed) set.count(way, second);
    const std::uint32_t total = set.totals[way];
    const std::uint32_t end = set.oldest[way] + limit_window_seconds;
    return {.is_allowed = is_allowed,
            .remaining = quota - std::min(quota, total),
            .reset_seconds = std::clamp(end - second, 1U, limit_window_seconds)};
}

void LimitTable::add(std::uint8_t kind, std::string_view subject, std::uint32_t second)
{
    take(kind, subject, std::numeric_limits<std::uint32_t>::max(), second);
}

}  // namespace todod::auth
