#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "assistant/builtin/tokens.hpp"
#include "base/time.hpp"
#include "types/task.hpp"

namespace todod::assistant::builtin {

/// How exactly a moment was named.
enum class Grain : std::uint8_t { second, minute, hour, day, week, month, quarter, year };

std::string_view to_string(Grain grain) noexcept;  ///< "second" …

/// A date or a time that a text names.
struct TimeMention {
    std::size_t first = 0;  ///< its tokens: [first, last)
    std::size_t last = 0;
    base::Instant start;
    std::optional<base::Instant> end;  ///< of a span ("this week", "from 3 to 5"): not included
    Grain grain = Grain::day;
    bool is_duration = false;  ///< "for two hours": says how long, not when
    bool repeats = false;      ///< "every Monday": `start` is the first to come
    /// Where the prepositions before it begin ("by", "on the"); `first` if there are none.
    std::size_t lead = 0;
    /// The moment that stands for it where one is wanted: `start` of a time; of a day its noon, or
    /// the time that it is now if it was named by now ("tomorrow", "in 3 days"); "tonight" is
    /// 20:00.
    base::Instant at;
    bool is_running = false;  ///< a span that has begun: "this week"
    bool is_clock = false;    ///< times without a day, "at 4", "from 3 to 5": `start` is the next
};

/// When whoever speaks does so.
struct Moment {
    base::Instant now;
    base::TimeZone zone = base::TimeZone::utc();
};

/// The dates and times in `tokens`, in order; none overlaps another.
///
/// Where people differ: a weekday is the next one after today, "this Friday" too; "next Friday" is
/// that of next week (Monday to Sunday), "last Friday" the latest before today. A date without a
/// year is the next to come. An hour without am or pm is the next to come between 6:00 and
/// midnight; on another day than today, 1 to 6 are in the afternoon. "2/15" is month and day, and
/// day and month where it can be nothing else. "Within" and "by" name the end. Years 1–9999.
std::vector<TimeMention> find_times(std::span<const Token> tokens, const Moment& moment);

/// As a task is due by it: a whole day, or an instant. What has begun is due on its last day.
types::Due to_due(const TimeMention& mention, const base::TimeZone& zone);

}  // namespace todod::assistant::builtin
