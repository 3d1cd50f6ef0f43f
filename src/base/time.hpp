#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace todod::base {

/// Reads an RFC 3339 date-time with its offset ("2026-11-21T10:00:00.5+01:00"), upper or lower
/// case T and Z, or a space for the T. Further digits of the fraction are dropped. A leap second
/// is read as the second before it. Nothing for anything else, a missing offset, a day that does
/// not exist, or a year outside 0001–9999 once in UTC.
std::optional<Instant> parse_instant(std::string_view text) noexcept;

/// Reads "YYYY-MM-DD", a day that exists, from year 0001 on.
std::optional<std::chrono::sys_days> parse_date(std::string_view text) noexcept;

/// "2026-11-21T10:00:00.000Z": UTC, milliseconds, 24 characters.
std::string to_string(Instant instant);
void append(std::string& out, Instant instant);

/// "2026-11-21".
std::string to_string(std::chrono::sys_days day);
void append(std::string& out, std::chrono::sys_days day);

/// Whether to_string can show it: the years 0001–9999 of UTC.
bool is_in_calendar(Instant instant) noexcept;

/// The nearest that is_in_calendar.
Instant put_in_calendar(Instant instant) noexcept;

/// "Sat".
std::string_view weekday_of(std::chrono::sys_days day) noexcept;

/// "Sat, 21 Nov 2026 10:00:00 GMT" (RFC 9110 §5.6.7), for the Date header.
std::string http_date(Instant instant);

/// What a clock and a calendar on the wall show.
struct WallTime {
    std::chrono::sys_days day;
    std::chrono::milliseconds time;  ///< since midnight
    std::string_view zone;           ///< whose they are; a view into the zone that was asked
};

/// A time zone by its IANA name ("Europe/Berlin") or a fixed offset ("+02:00"); from the system's
/// tzdata through Howard Hinnant's date library. It reads the changes that tzdata lists, and those
/// end with 2037: later, a zone keeps the offset it has then (no summer time).
class TimeZone {
public:
    static TimeZone utc() noexcept;

    /// Nothing if there is no such zone. Throws Error{internal} where there is no tzdata.
    static std::optional<TimeZone> find(std::string_view name);

    /// What is to be added to UTC to get the zone's own time at `instant`.
    std::chrono::seconds offset_at(Instant instant) const;

    /// The zone's own calendar day at `instant`.
    std::chrono::sys_days day_at(Instant instant) const;

    /// What is shown at `instant`, which is_in_calendar: in UTC where the zone's own day would be
    /// outside the years 0001–9999.
    WallTime show(Instant instant) const;

    /// When the zone's clock shows `shown`, read as UTC; of a moment that it skips or shows twice,
    /// the earlier one. Nothing for what is not is_in_calendar.
    std::optional<Instant> find_shown(Instant shown) const;

    /// When `day` begins in this zone; where midnight is skipped, the first moment after it.
    Instant start_of(std::chrono::sys_days day) const;

    const std::string& name() const noexcept { return name_; }

private:
    TimeZone() = default;

    std::string name_ = "UTC";
    const void* zone_ = nullptr;  ///< date::time_zone of the process-wide list; null: fixed offset
    std::chrono::seconds fixed_{0};
};

}  // namespace todod::base
