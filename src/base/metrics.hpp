#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/counter.hpp"

namespace todod::base {

/// Names and values, in the order they are shown in. A value is one of a few that the program
/// knows: never what somebody sent.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// What parts of todod count under a name of their own: /metrics shows it beside what the server
/// and the database count.
///
///     base::Counter& refused = metrics.counter("todod_rate_limit_decisions_total",
///                                              "Requests by what the limits said of them.",
///                                              {{"class", "read"}, {"decision", "refused"}});
///
/// To be called when a part is made, not when it is asked. Each call gives a counter of its own,
/// so that threads need not share one; /metrics shows those of one name and labels as their sum.
/// May be called from any thread; must outlive all that use what it has given.
class Metrics {
public:
    /// Past it nothing more can be counted, so that no mistake can make labels without end.
    static constexpr std::size_t max_counters = 10'000;

    enum class Type : std::uint8_t { counter, milliseconds, gauge };

    struct Reading {
        std::string name;
        std::string help;
        Type type = Type::counter;
        Labels labels;
        std::uint64_t value = 0;
    };

    /// `name` is "todod_…_total", in base units; `help` a sentence, the same for all of one name.
    /// Throws Error{internal} past max_counters.
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});

    /// A counter of milliseconds, which are shown as seconds: `name` is "todod_…_seconds_total".
    Counter& milliseconds(std::string_view name, std::string_view help, Labels labels = {});

    /// `name` is "todod_…". Throws as counter().
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});

    /// One reading a name and labels; those of one name stand together.
    std::vector<Reading> read() const;

private:
    struct Entry {
        Reading of;
        Counter counter;
        Gauge gauge;
    };

    Entry& add(std::string_view name, std::string_view help, Type type, Labels labels);

    mutable std::mutex mutex_;
    std::deque<Entry> entries_;
};

}  // namespace todod::base
