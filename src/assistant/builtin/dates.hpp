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
};

/// When whoever speaks does so.
struct Moment {
    base::Instant now;
    base::TimeZone zone = base::TimeZone::utc();
};

/// The dates and times in `tokens`, in order; none overlaps another.
std::vector<TimeMention> find_times(std::span<const Token> tokens, const Moment& moment);

/// As a task is due by it: a whole day, or an instant.
types::Due to_due(const TimeMention& mention, const base::TimeZone& zone);

}  // namespace todod::assistant::builtin
