#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "assistant/builtin/dates.hpp"
#include "assistant/builtin/dates/words.hpp"

namespace todod::assistant::builtin::dates {

/// What a clock and a calendar on the wall show.
using Local = std::chrono::local_seconds;
using Day = std::chrono::local_days;

/// Some time of the calendar: [start, end), and the moment that stands for it.
struct Span {
    Local start;
    Local end;
    Local at;
    Grain grain = Grain::day;
};

/// How long: what a calendar counts is kept apart from what a clock does.
struct Length {
    std::int64_t months = 0;
    std::int64_t days = 0;
    std::int64_t seconds = 0;
    Grain grain = Grain::year;  ///< the least unit in it

    bool is_elapsed() const noexcept { return months == 0 && days == 0; }
};

std::optional<Day> make_day(int year, int month, int day);  ///< one that exists, years 1–9999
bool is_in_range(Local time) noexcept;                      ///< years 1–9999

/// A day that the month does not have becomes its last.
std::optional<Local> add(Local time, const Length& length, int sign);

/// The whole unit around `day`; weeks begin on Monday.
Span unit_around(Day day, Unit unit);
/// The unit `by` units later.
std::optional<Span> unit_shifted(Day day, Unit unit, int by);
std::optional<Local> unit_shifted(Local time, Unit unit, int by);  ///< the same time of day then

Span whole_day(Day day);                             ///< stood for by its noon
Span span_of(Day first, Day last, Grain grain);      ///< last is not included
int weekday_of(Day day) noexcept;                    ///< 0 is Sunday
Day next_weekday(Day after, int weekday) noexcept;   ///< the first one after that day
Day last_weekday(Day before, int weekday) noexcept;  ///< the last one before that day
int year_of(Day day) noexcept;

/// The nth weekday of a month; from its end if n is negative.
std::optional<Day> nth_weekday(int year, int month, int weekday, int n);
std::optional<Day> day_of(const Holiday& holiday, int year);

/// When a zone's clock shows `time`: the first of two, and what is skipped is put later.
base::Instant to_instant(Local time, const base::TimeZone& zone);
Local to_local(base::Instant instant, const base::TimeZone& zone);

Grain grain_of(Unit unit) noexcept;

}  // namespace todod::assistant::builtin::dates
