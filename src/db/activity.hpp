#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/counter.hpp"

namespace todod::db {

/// What a queue counts of the batches that are made of it.
struct BatchCounters {
    base::LocalCounter batches;
    base::LocalCounter requests;  ///< that were in them
    base::Counter refused;        ///< there was no room, or they had waited for too long
    base::Gauge waiting;
};

/// The same as it was at one moment.
struct BatchActivity {
    std::string_view kind;  ///< of requests: "create"
    std::uint64_t batches = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;
    std::uint64_t waiting = 0;
};

inline BatchActivity read(std::string_view kind, const BatchCounters& counters)
{
    return {kind, counters.batches.value(), counters.requests.value(), counters.refused.value(),
            counters.waiting.value()};
}

/// What a pool of connections to a server counts.
struct PoolCounters {
    base::Gauge open;  ///< idle and handed out
    base::Gauge idle;
    base::Gauge waiting;  ///< for one
    base::LocalCounter connects;
    base::LocalCounter failures;  ///< to connect, or to answer at all
};

struct PoolActivity {
    std::uint64_t open = 0;
    std::uint64_t idle = 0;
    std::uint64_t waiting = 0;
    std::uint64_t connects = 0;
    std::uint64_t failures = 0;
};

inline PoolActivity read(const PoolCounters& counters)
{
    return {counters.open.value(), counters.idle.value(), counters.waiting.value(),
            counters.connects.value(), counters.failures.value()};
}

/// What a cache counts of what it was asked for.
struct CacheCounters {
    base::Counter hits;
    base::Counter misses;  ///< it was not there, or not as it is now
};

struct CacheActivity {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
};

inline CacheActivity read(const CacheCounters& counters)
{
    return {counters.hits.value(), counters.misses.value()};
}

/// What has been asked of a database so far. A kind is there once for each queue that it has, and
/// a pool for each line; they add up.
struct Activity {
    std::vector<BatchActivity> batches;
    std::vector<PoolActivity> pools;    ///< none where the database is no server
    std::vector<CacheActivity> caches;  ///< of pages of tasks; none where the database is a file
};

}  // namespace todod::db
