#include "assistant/builtin/dates/calendar.hpp"

#include <algorithm>

namespace todod::assistant::builtin::dates {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::year_month_day;

constexpr int first_year = 1;
constexpr int last_year = 9999;
constexpr int days_a_week = 7;
constexpr int months_a_year = 12;

year_month_day date_of(Day day)
{
    return year_month_day{day};
}

/// The first of a month, counted from January of year 0.
std::optional<Day> month_start(std::int64_t index)
{
    const std::int64_t year = index / months_a_year;
    if (index < 0 || year < first_year || year > last_year + 1) return std::nullopt;
    const auto month = static_cast<unsigned>(index % months_a_year) + 1;
    return Day{std::chrono::year{static_cast<int>(year)} / std::chrono::month{month} / 1};
}

std::int64_t month_index(Day day)
{
    const auto date = date_of(day);
    return std::int64_t{int{date.year()}} * months_a_year + unsigned{date.month()} - 1;
}

std::int64_t months_in(Unit unit)
{
    switch (unit) {
        case Unit::month:
            return 1;
        case Unit::quarter:
            return 3;
        case Unit::year:
            return months_a_year;
        case Unit::decade:
            return 10 * months_a_year;
        default:
            return 0;
    }
}

Day easter(int year)
{
    // The anonymous Gregorian computus.
    const int a = year % 19;
    const int b = year / 100;
    const int c = year % 100;
    const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    return Day{std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(f / 31)} /
               std::chrono::day{static_cast<unsigned>(f % 31 + 1)}};
}

}  // namespace

std::optional<Day> make_day(int year, int month, int day)
{
    if (year < first_year || year > last_year || month < 1 || day < 1) return std::nullopt;
    const year_month_day date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (month > months_a_year || day > 31 || !date.ok()) return std::nullopt;
    return Day{date};
}

bool is_in_range(Local time) noexcept
{
    // A day is left at either end for what zones add.
    static constexpr Day first{std::chrono::year{first_year} / 1 / 2};
    static constexpr Day last{std::chrono::year{last_year} / 12 / 31};
    return time >= first && time < last;
}

std::optional<Local> add(Local time, const Length& length, int sign)
{
    const Day day = std::chrono::floor<days>(time);
    const auto date = date_of(day);
    const auto start = month_start(month_index(day) + sign * length.months);
    if (!start) return std::nullopt;
    const year_month_day first = date_of(*start);
    const auto last = (first.year() / first.month() / std::chrono::last).day();
    const Day moved{first.year() / first.month() / std::min(date.day(), last)};
    const Local found = moved + (time - day) + days{sign * length.days} +
                        std::chrono::seconds{sign * length.seconds};
    return is_in_range(found) ? std::optional{found} : std::nullopt;
}

Span unit_around(Day day, Unit unit)
{
    if (const auto found = unit_shifted(day, unit, 0)) return *found;
    return whole_day(day);
}

std::optional<Span> unit_shifted(Day day, Unit unit, int by)
{
    Day start = day;
    Day end = day + days{1};
    if (const auto months = months_in(unit); months > 0) {
        const auto index = (month_index(day) / months + by) * months;
        const auto first = month_start(index);
        const auto last = month_start(index + months);
        if (!first || !last) return std::nullopt;
        start = *first;
        end = *last;
    } else if (unit == Unit::week || unit == Unit::fortnight) {
        const int weeks = unit == Unit::week ? 1 : 2;
        start = day - days{(weekday_of(day) + 6) % days_a_week} + days{days_a_week * weeks * by};
        end = start + days{days_a_week * weeks};
    } else {
        start += days{by};
        end += days{by};
    }
    if (!is_in_range(start) || !is_in_range(end)) return std::nullopt;
    return span_of(start, end, grain_of(unit));
}

std::optional<Local> unit_shifted(Local time, Unit unit, int by)
{
    Length length{.months = months_in(unit) * std::abs(by)};
    if (length.months == 0) {
        const int days_each = unit == Unit::week ? days_a_week : unit == Unit::fortnight ? 14 : 1;
        length.days = days_each * std::abs(by);
    }
    return add(time, length, by < 0 ? -1 : 1);
}

Span whole_day(Day day)
{
    return span_of(day, day + std::chrono::days{1}, Grain::day);
}

Span span_of(Day first, Day last, Grain grain)
{
    const auto at = grain == Grain::quarter ? Local{first} : first + 12h;
    return {.start = first, .end = last, .at = at, .grain = grain};
}

int weekday_of(Day day) noexcept
{
    return static_cast<int>(std::chrono::weekday{day}.c_encoding());
}

Day next_weekday(Day after, int weekday) noexcept
{
    const int distance = (weekday - weekday_of(after) + days_a_week) % days_a_week;
    return after + std::chrono::days{distance == 0 ? days_a_week : distance};
}

Day last_weekday(Day before, int weekday) noexcept
{
    const int distance = (weekday_of(before) - weekday + days_a_week) % days_a_week;
    return before - std::chrono::days{distance == 0 ? days_a_week : distance};
}

int year_of(Day day) noexcept
{
    return int{date_of(day).year()};
}

std::optional<Day> nth_weekday(int year, int month, int weekday, int n)
{
    const auto first = make_day(year, month, 1);
    if (!first || n == 0) return std::nullopt;
    const Span whole = unit_around(*first, Unit::month);
    const Day end = std::chrono::floor<std::chrono::days>(whole.end);
    const Day found = n > 0 ? next_weekday(*first - std::chrono::days{1}, weekday) +
                                  std::chrono::days{days_a_week * (n - 1)}
                            : last_weekday(end, weekday) + std::chrono::days{days_a_week * (n + 1)};
    if (found < *first || found >= end) return std::nullopt;
    return found;
}

std::optional<Day> day_of(const Holiday& holiday, int year)
{
    if (holiday.month == 0) {
        if (!make_day(year, 1, 1)) return std::nullopt;
        return easter(year) + std::chrono::days{holiday.day};
    }
    if (holiday.weekday < 0) return make_day(year, holiday.month, holiday.day);
    // 104: one day after the 4th.
    const int later = holiday.day > 0 ? holiday.day / 100 : 0;
    const auto found = nth_weekday(year, holiday.month, holiday.weekday, holiday.day - 100 * later);
    if (!found) return std::nullopt;
    return *found + std::chrono::days{later};
}

base::Instant to_instant(Local time, const base::TimeZone& zone)
{
    const auto as_utc = base::Instant{time.time_since_epoch()};
    const auto before = zone.offset_at(as_utc - 24h);
    if (zone.offset_at(as_utc - before) == before) return as_utc - before;
    const auto after = zone.offset_at(as_utc + 24h);
    return zone.offset_at(as_utc - after) == after ? as_utc - after : as_utc - before;
}

Local to_local(base::Instant instant, const base::TimeZone& zone)
{
    const auto shifted = instant + zone.offset_at(instant);
    return Local{std::chrono::floor<std::chrono::seconds>(shifted).time_since_epoch()};
}

Grain grain_of(Unit unit) noexcept
{
    switch (unit) {
        case Unit::second:
            return Grain::second;
        case Unit::minute:
            return Grain::minute;
        case Unit::hour:
            return Grain::hour;
        case Unit::day:
        case Unit::business_day:
            return Grain::day;
        case Unit::week:
        case Unit::fortnight:
            return Grain::week;
        case Unit::month:
            return Grain::month;
        case Unit::quarter:
            return Grain::quarter;
        case Unit::year:
        case Unit::decade:
            return Grain::year;
    }
    return Grain::day;
}

}  // namespace todod::assistant::builtin::dates
