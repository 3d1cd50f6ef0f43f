#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// When people do things: what an hour without am or pm is taken for.
constexpr int first_hour = 6;
constexpr int last_early_hour = 4;  ///< "tonight at 2" is after midnight
constexpr int half_day = 12;
constexpr int whole_hours = 24;

enum class PartOf : std::uint8_t { morning, afternoon, evening, night };

seconds time_of(const Clock& clock, int hour)
{
    return hours{hour} + minutes{clock.minute} + seconds{clock.second};
}

int hour_in_part(int hour, PartOf part)
{
    if (part == PartOf::morning) return hour % half_day;
    if (part == PartOf::afternoon) return hour % half_day + half_day;
    if (hour == half_day) return whole_hours;
    if (part == PartOf::night && hour <= last_early_hour) return hour + whole_hours;
    return hour + half_day;
}

/// The hour that is said, where the words alone tell.
std::optional<int> exact_hour(const When& when)
{
    const Clock& clock = *when.clock;
    if (clock.is_24 || clock.hour > half_day) return clock.hour;
    if (clock.meridian) return clock.hour % half_day + half_day * *clock.meridian;
    if (when.part) return hour_in_part(clock.hour, static_cast<PartOf>(when.part->part));
    return std::nullopt;
}

/// The next time that a clock shows `clock` while people are up.
Local next_of(const Clock& clock, Local now, Day today)
{
    Local best{};
    for (int day = 0; day <= 1; ++day) {
        for (const int hour : {clock.hour % half_day, clock.hour % half_day + half_day}) {
            if (hour < first_hour) continue;
            best = today + days{day} + time_of(clock, hour);
            if (best > now) return best;
        }
    }
    return best;
}

/// The hour on no day in particular.
int usual_hour(const Clock& clock)
{
    return clock.hour <= first_hour ? clock.hour + half_day : clock.hour;
}

Local time_on(const When& when, Day day, const Reader& r)
{
    const Clock& clock = *when.clock;
    if (const auto hour = exact_hour(when)) return day + time_of(clock, *hour);
    if (day == r.today()) {
        const Local found = next_of(clock, r.now(), r.today());
        return found < day + days{1} ? found : found - days{1};
    }
    return day + time_of(clock, usual_hour(clock));
}

Local time_without_day(const When& when, const Reader& r)
{
    auto hour = exact_hour(when);
    if (!hour && when.dates.repeats) hour = usual_hour(*when.clock);
    if (!hour) return next_of(*when.clock, r.now(), r.today());
    const Local found = r.today() + time_of(*when.clock, *hour);
    const bool is_today = when.part && when.part->day;
    return found <= r.now() && !is_today ? found + days{1} : found;
}

/// The first day of `span` that the fields fit.
std::optional<Span> chosen(const Dates& dates, Day today)
{
    const Span& span = *dates.span;
    Fields fields = dates.fields;
    const Day first = std::chrono::floor<days>(span.start);
    if (fields.month > 0 && (dates.is_year_offset || span.grain == Grain::year)) {
        fields.year = year_of(first);
        return resolve(fields, today);
    }
    std::optional<Day> near;
    for (Day day = first; Local{day} < span.end; day += days{1}) {
        const auto date = std::chrono::year_month_day{day};
        if (fields.day > 0 && unsigned{date.day()} != static_cast<unsigned>(fields.day)) continue;
        if (fields.weekday >= 0 && weekday_of(day) != fields.weekday) {
            if (fields.day > 0 && !near) near = day;
            continue;
        }
        return whole_day(day);
    }
    if (near) return whole_day(*near);
    return std::nullopt;
}

std::optional<Span> resolve_dates(const Dates& dates, const Reader& r)
{
    if (!dates.span) return resolve(dates.fields, r.today());
    if (dates.fields.empty() || dates.span->grain == Grain::day) {
        if (!dates.is_year_offset || dates.fields.empty()) return dates.span;
    }
    return chosen(dates, r.today());
}

/// The first time of what repeats without a day of its own.
std::optional<Span> first_of(const Length& period, const Reader& r)
{
    const auto at = add(r.now(), period, 1);
    if (!at) return std::nullopt;
    Span span = whole_day(std::chrono::floor<days>(*at));
    span.at = *at;
    return span;
}

Resolved with_part(const When& when, std::optional<Day> day, const Reader& r)
{
    const PartOfDay& part = r.words().parts[static_cast<std::size_t>(when.part->part)];
    Day on = day.value_or(r.today() + days{when.part->day.value_or(0)});
    const bool is_over = r.now() >= on + hours{part.to};
    if (!day && !when.part->day && is_over) on += days{1};
    Resolved found{.start = on + hours{part.from},
                   .end = on + hours{part.to},
                   .at = on + hours{part.at},
                   .grain = Grain::hour};
    if (r.now() > found.at && r.now() < *found.end) found.at = *found.end - minutes{1};
    return found;
}

std::optional<Resolved> with_time(const When& when, const std::optional<Span>& span,
                                  const Reader& r)
{
    std::optional<Day> day;
    if (span) day = std::chrono::floor<days>(span->start);
    if (!day && when.part && when.part->day && when.clock) {
        day = r.today() + days{*when.part->day};
    }
    if (!when.clock) return with_part(when, day, r);
    Resolved found{.start = day ? time_on(when, *day, r) : time_without_day(when, r),
                   .end = {},
                   .at = {},
                   .grain = when.clock->grain};
    found.at = found.start;
    found.zone = when.zone;
    return found;
}

}  // namespace

std::optional<Resolved> resolve(const When& when, const Reader& r)
{
    std::optional<Resolved> found;
    const Dates& dates = when.dates;
    if (dates.elapsed || (dates.period && dates.period->is_elapsed())) {
        const auto by = dates.elapsed ? *dates.elapsed : seconds{dates.period->seconds};
        const Local at = r.now() + by;
        const bool is_fine = by.count() % 60 != 0 || by.count() == 0;
        found = Resolved{.start = at,
                         .end = {},
                         .at = at,
                         .grain = is_fine ? Grain::second : Grain::minute,
                         .elapsed = by};
    } else {
        const bool has_day = dates.span || !dates.fields.empty();
        const bool has_time = when.clock || when.part;
        std::optional<Span> span;
        if (has_day) {
            span = resolve_dates(dates, r);
            if (!span) return std::nullopt;
        } else if (dates.period && !has_time) {
            span = first_of(*dates.period, r);
        }
        if (has_time) {
            found = with_time(when, span, r);
        } else if (span) {
            found = Resolved{.start = span->start, .end = {}, .at = span->at, .grain = span->grain};
            const bool is_more = span->end - span->start > days{1} + hours{1};
            if (span->grain > Grain::day || is_more) found->end = span->end;
        }
    }
    if (!found) return std::nullopt;
    if (when.lasts) found->end = add(found->start, *when.lasts, 1);
    if (!is_in_range(found->start) || !is_in_range(found->at)) return std::nullopt;
    if (found->end && !is_in_range(*found->end)) return std::nullopt;
    return found;
}

}  // namespace todod::assistant::builtin::dates
