#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;
using std::chrono::days;

constexpr int weekday_search_years = 2;
constexpr int leap_search_years = 8;
constexpr days recent{31};

Maybe<Dates> as_dates(const Maybe<Span>& span)
{
    if (!span || !is_in_range(span->value.start)) return std::nullopt;
    return Found{Dates{.span = span->value}, span->next};
}

Maybe<Dates> as_dates(const Maybe<Fields>& fields)
{
    if (!fields) return std::nullopt;
    return Found{Dates{.fields = fields->value}, fields->next};
}

/// "Today": keeps the time of day that it is.
Maybe<Dates> read_relative_day(const Reader& r, std::size_t at)
{
    const auto by = r.value(at, relative_day);
    if (!by) return std::nullopt;
    Dates dates{.span = whole_day(r.today() + days{*by})};
    dates.span->at = r.now() + days{*by};
    if (!is_in_range(dates.span->at)) return std::nullopt;
    return Found{dates, at + 1};
}

Maybe<Dates> read_now(const Reader& r, std::size_t at)
{
    std::size_t next = at;
    if (r.is(next, just)) ++next;
    const auto which = r.value(next, now);
    if (!which) return std::nullopt;
    const bool is_sure =
        next != at || r.size() <= 2 || which == 1 || (r.is(at - 1, linking) && r.is_end(next + 1));
    if (!is_sure) return std::nullopt;
    return Found{Dates{.elapsed = std::chrono::seconds{0}}, next + 1};
}

/// "Next hour", "last 24 hours".
Maybe<Dates> read_shifted_time(const Reader& r, std::size_t at)
{
    const auto by = r.value(at, shift);
    if (!by || *by == 0) return std::nullopt;
    const auto duration = read_duration(r, at + 1);
    Dates dates;
    if (duration && duration->value.length.is_elapsed()) {
        dates.elapsed = std::chrono::seconds{*by * duration->value.length.seconds};
        return Found{dates, duration->next};
    }
    if (r.value(at + 1, unit) != static_cast<int>(Unit::hour)) return std::nullopt;
    dates.elapsed = std::chrono::hours{*by};
    return Found{dates, at + 2};
}

/// "Wednesday after next", "March after next".
Maybe<Dates> read_after_next(const Reader& r, std::size_t at)
{
    if (!r.is(at + 1, Particle::after) || r.value(at + 2, shift) != 1) return std::nullopt;
    Dates dates;
    if (const auto day = r.value(at, weekday)) {
        dates.span = whole_day(next_weekday(r.today(), *day) + days{7});
    } else {
        auto of = r.value(at, month);
        if (!of) of = r.value(at, weak_month);
        if (!of) return std::nullopt;
        const auto next = resolve(Fields{.month = *of}, r.today());
        if (!next) return std::nullopt;
        const Day start = std::chrono::floor<days>(next->start);
        dates.span = unit_shifted(start, Unit::month, 12);
        if (!dates.span) return std::nullopt;
    }
    return Found{dates, at + 3};
}

/// "The week of october 6th".
Maybe<Dates> read_week_of(const Reader& r, std::size_t at)
{
    const std::size_t start = r.is(at, the) ? at + 1 : at;
    if (r.value(start, unit) != static_cast<int>(Unit::week)) return std::nullopt;
    if (!r.is(start + 1, Particle::of)) return std::nullopt;
    const std::size_t of = r.is(start + 2, the) ? start + 3 : start + 2;
    auto fields = read_numeric_date(r, of);
    if (!fields) fields = read_named_date(r, of, false);
    if (!fields || fields->value.day == 0) return std::nullopt;
    const auto day = resolve(fields->value, r.today());
    if (!day) return std::nullopt;
    return Found{Dates{.span = unit_around(std::chrono::floor<days>(day->start), Unit::week)},
                 fields->next};
}

/// "The rest of the week": ends with it.
Maybe<Dates> read_rest(const Reader& r, std::size_t at)
{
    const std::size_t start = r.is(at, the) ? at + 1 : at;
    if (!r.is(start, Particle::rest) || !r.is(start + 1, Particle::of)) return std::nullopt;
    const auto range = read_range(r, start + 2);
    if (!range) return std::nullopt;
    Span span = range->value;
    span.start = std::max(span.start, Local{r.today()});
    span.at = span.end - std::chrono::hours{12};
    if (span.end <= span.start) return std::nullopt;
    return Found{Dates{.span = span}, range->next};
}

Maybe<Dates> read_season_or_year(const Reader& r, std::size_t at, bool is_first)
{
    const bool is_led = r.is_led(at) || r.is(at - 1, Particle::of);
    if (r.is(at, season) && (is_led || r.is(at - 1, the))) {
        const auto of = r.value(at, season);
        const auto year = read_year(r, at + 1);
        const int in = year ? year->value : 0;
        const auto start = resolve(Fields{.year = in, .month = *of, .day = 21}, r.today());
        if (!start) return std::nullopt;
        return Found{Dates{.span = start}, year ? year->next : at + 1};
    }
    const auto year = read_year(r, at);
    if (!year || r.is_unknown(year->next) || r.is(at - 1, Particle::at)) return std::nullopt;
    const bool is_alone = at == 0 && r.is_end(year->next) && r.number(at) >= 0;
    if (is_first && !is_led && !is_alone) return std::nullopt;
    if (!is_first && !is_led) return std::nullopt;
    return Found{Dates{.fields = {.year = year->value}}, year->next};
}

/// How often: "every 2 weeks", "each friday", "every other day".
Maybe<Dates> read_every(const Reader& r, std::size_t at)
{
    Dates dates{.repeats = true};
    std::size_t next = at + 1;
    int count = 1;
    if (r.value(next, every) == 2) {
        count = 2;
        ++next;
    } else if (const auto ordinal = read_ordinal(r, next)) {
        count = ordinal->value;
        next = ordinal->next;
    } else if (const auto number = read_integer(r, next)) {
        count = number->value;
        next = number->next;
    }
    auto day = r.value(next, weekday);
    if (!day) day = r.value(next, weekdays);
    if (!day) day = r.value(next, weak_weekday);
    if (day) {
        dates.fields.weekday = *day;
        return Found{dates, next + 1};
    }
    if (r.is(next, weekend)) {
        const Day friday = r.today() - days{1};
        dates.span = whole_day(next_weekday(friday, 6));
        return Found{dates, next + 1};
    }
    if (r.is(next, part) && !r.is_unknown(next + 1)) return Found{dates, next};
    const auto unit_of = r.value(next, unit);
    if (!unit_of || count < 1 || count > 1000) return std::nullopt;
    Length length;
    switch (const auto u = static_cast<Unit>(*unit_of)) {
        case Unit::second:
            length.seconds = count;
            break;
        case Unit::minute:
            length.seconds = 60 * count;
            break;
        case Unit::hour:
            length.seconds = 3600 * count;
            break;
        case Unit::day:
        case Unit::business_day:
            length.days = count;
            break;
        case Unit::week:
            length.days = 7 * count;
            break;
        case Unit::fortnight:
            length.days = 14 * count;
            break;
        default:
            length.months = count * (u == Unit::month ? 1 : u == Unit::quarter ? 3 : 12);
    }
    dates.period = length;
    return Found{dates, next + 1};
}

std::optional<Span> month_span(int year, int month)
{
    const auto first = make_day(year, month, 1);
    if (!first) return std::nullopt;
    return unit_around(*first, Unit::month);
}

/// The day of a month, ending with `last_day` where it is said.
std::optional<Span> day_span(const Fields& fields, int year)
{
    const auto day = make_day(year, fields.month, fields.day);
    if (!day) return std::nullopt;
    Span span = whole_day(*day);
    if (fields.last_day > fields.day) span.end += days{fields.last_day - fields.day};
    return span;
}

std::optional<Span> resolve_day_and_month(const Fields& fields, Day today)
{
    if (fields.year > 0) return day_span(fields, fields.year);
    const int year = year_of(today);
    std::optional<Span> next;
    for (int i = 0; i <= leap_search_years; ++i) {
        const auto span = day_span(fields, year + i);
        if (!span || span->end <= Local{today}) continue;
        if (!next) next = span;
        if (fields.weekday < 0) return next;
        const bool fits = weekday_of(std::chrono::floor<days>(span->start)) == fields.weekday;
        if (fits && i <= weekday_search_years) return span;
    }
    if (const auto span = day_span(fields, year); span && fields.weekday >= 0) {
        const auto day = std::chrono::floor<days>(span->start);  // "Sunday, Feb 10" that has been
        if (weekday_of(day) == fields.weekday && today - day <= recent) return span;
    }
    return next;
}

/// "The 15th": the next month's that has one, on that weekday if there is one soon.
std::optional<Span> resolve_day_alone(const Fields& fields, Day today)
{
    constexpr int months = 24;
    std::optional<Span> next;
    for (int i = 0; i < months; ++i) {
        const auto month = unit_shifted(today, Unit::month, i);
        if (!month) return next;
        const Day first = std::chrono::floor<days>(month->start);
        const Day day = first + days{fields.day - 1};
        if (day < today || Local{day} >= month->end) continue;
        if (!next) next = whole_day(day);
        if (fields.weekday < 0 || weekday_of(day) == fields.weekday) return whole_day(day);
    }
    return next;
}

}  // namespace

std::optional<Span> resolve(const Fields& fields, Day today)
{
    if (fields.day > 0 && fields.month > 0) return resolve_day_and_month(fields, today);
    if (fields.day > 0) return fields.year > 0 ? std::nullopt : resolve_day_alone(fields, today);
    if (fields.month > 0) {
        auto span = month_span(fields.year > 0 ? fields.year : year_of(today), fields.month);
        if (span && fields.year == 0 && span->end <= Local{today}) {
            span = month_span(year_of(today) + 1, fields.month);
        }
        if (!span || fields.weekday < 0) return span;
        return whole_day(
            next_weekday(std::chrono::floor<days>(span->start) - days{1}, fields.weekday));
    }
    if (fields.year > 0) {
        const auto first = make_day(fields.year, 1, 1);
        if (!first) return std::nullopt;
        return unit_around(*first, Unit::year);
    }
    if (fields.weekday < 0) return std::nullopt;
    return whole_day(next_weekday(today, fields.weekday));
}

Maybe<Dates> read_repeat(const Reader& r, std::size_t at)
{
    if (r.value(at, every) == 1) return read_every(r, at);
    if (const auto day = r.value(at, weekdays); day && r.is(at - 1, Particle::on)) {
        return Found{Dates{.fields = {.weekday = *day}, .repeats = true}, at + 1};
    }
    const auto unit_of = r.value(at, frequency);
    if (!unit_of ||
        !(r.is_end(at + 1) || r.is(at + 1, Particle::at) || r.is(at + 1, Particle::on))) {
        return std::nullopt;
    }
    Length length;
    switch (static_cast<Unit>(*unit_of)) {
        case Unit::hour:
            length.seconds = 3600;
            break;
        case Unit::day:
            length.days = 1;
            break;
        case Unit::week:
            length.days = 7;
            break;
        case Unit::fortnight:
            length.days = 14;
            break;
        case Unit::month:
            length.months = 1;
            break;
        case Unit::quarter:
            length.months = 3;
            break;
        default:
            length.months = 12;
    }
    return Found{Dates{.repeats = true, .period = length}, at + 1};
}

Maybe<Dates> read_dates(const Reader& r, std::size_t at, bool is_first, int depth)
{
    if (auto found = read_repeat(r, at)) return found;
    if (auto found = read_offset(r, at, depth)) return found;
    if (auto found = read_relative_day(r, at)) return found;
    if (auto found = read_now(r, at)) return found;
    if (auto found = read_after_next(r, at)) return found;
    if (auto found = as_dates(read_nth(r, at))) return found;
    if (auto found = as_dates(read_quarter(r, at))) return found;
    if (auto found = as_dates(read_shift(r, at))) return found;
    if (auto found = read_shifted_time(r, at)) return found;
    if (auto found = read_week_of(r, at)) return found;
    if (auto found = read_rest(r, at)) return found;
    if (auto found = as_dates(read_holiday(r, at, is_first))) return found;
    if (auto found = as_dates(read_edge(r, at))) return found;
    if (auto found = as_dates(read_numeric_date(r, at))) return found;
    if (auto found = as_dates(read_named_date(r, at, is_first))) return found;
    if (auto found = as_dates(read_weekday(r, at))) return found;
    return read_season_or_year(r, at, is_first);
}

}  // namespace todod::assistant::builtin::dates
