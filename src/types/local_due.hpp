#pragma once

#include "base/time.hpp"
#include "types/task.hpp"

namespace todod::types {

/// When a task is due, as an agent or a person says it: also by the clock on their wall.
struct LocalDue {
    Due due;
    bool is_local = false;  ///< `due.at` is what the clock shows, in whatever zone that hangs

    bool operator==(const LocalDue&) const = default;
};

/// In `zone`; of a moment that the clock skips or shows twice, the earlier one. Nothing where that
/// is outside the years 0001–9999 of UTC.
std::optional<Due> resolve(const LocalDue& local, const base::TimeZone& zone);

}  // namespace todod::types

namespace todod::schema {

/// What Codec<Due> takes, and an instant without an offset ("2026-11-21T10:00", seconds or not).
template <>
struct Codec<types::LocalDue> {
    static bool read(const boost::json::value&, types::LocalDue&, const Limits&, Reader&);
    static bool parse(std::string_view, types::LocalDue&, const Limits&, Reader&);
    static void write(const types::LocalDue&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

}  // namespace todod::schema
