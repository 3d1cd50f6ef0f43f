#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;
using std::chrono::days;

constexpr int days_a_week = 7;
constexpr int max_count = 10000;

Day day_of_span(Local time)
{
    return std::chrono::floor<std::chrono::days>(time);
}

Span weekend_of(Day day)
{
    const Day monday = day_of_span(unit_around(day, Unit::week).start);
    return span_of(monday + days{5}, monday + days{7}, Grain::day);
}

/// "Next 3 days": with today, and what stands for it is its far end.
Maybe<Span> several(const Reader& r, Unit unit, int count, int by, std::size_t next)
{
    if (by == 0 || count < 1 || count > max_count) return std::nullopt;
    const auto at = unit_shifted(r.now(), unit, by * count);
    if (!at) return std::nullopt;
    const Day far = day_of_span(*at);
    const Day first = std::min(far, r.today());
    const Day last = std::max(far, r.today());
    return Found{Span{.start = first, .end = last + days{1}, .at = *at, .grain = grain_of(unit)},
                 next};
}

/// "Upcoming two weeks", "2 upcoming weeks": the last of them.
Maybe<Span> read_upcoming(const Reader& r, std::size_t at)
{
    std::size_t next = at;
    int count = 1;
    auto number = read_integer(r, next);
    if (number) next = number->next;
    if (!r.is(next, upcoming)) return std::nullopt;
    ++next;
    if (!number) {
        number = read_integer(r, next);
        if (number) next = number->next;
    }
    if (number) count = number->value;
    const auto found = r.value(next, unit);
    if (!found || count < 1 || count > max_count || static_cast<Unit>(*found) < Unit::day) {
        return std::nullopt;
    }
    const auto span = unit_shifted(r.today(), static_cast<Unit>(*found), count);
    if (!span) return std::nullopt;
    return Found{*span, next + 1};
}

Maybe<Span> shifted_weekday(const Reader& r, std::size_t at, int by)
{
    auto day = r.value(at, weekday);
    if (!day) day = r.value(at, weak_weekday);
    if (!day) return std::nullopt;
    Day found = next_weekday(r.today(), *day);
    if (by < 0) found = last_weekday(r.today(), *day);
    if (by > 0) {
        const auto week = unit_shifted(r.today(), Unit::week, 1);
        if (!week) return std::nullopt;
        found = day_of_span(week->start) + days{(*day + 6) % days_a_week};
    }
    return Found{whole_day(found), at + 1};
}

std::optional<Span> month_by(Day today, int of, int by)
{
    int year = year_of(today);
    auto span = resolve(Fields{.year = year, .month = of}, today);
    if (!span || by == 0) return span;
    if (by > 0 && span->start <= Local{today}) ++year;
    if (by < 0 && span->end > Local{today}) --year;
    return resolve(Fields{.year = year, .month = of}, today);
}

Maybe<Span> shifted_month(const Reader& r, std::size_t at, int by)
{
    auto of = r.value(at, month);
    if (!of) of = r.value(at, weak_month);
    if (!of || r.number(at + 1) >= 0 || read_ordinal(r, at + 1)) return std::nullopt;
    const auto span = month_by(r.today(), *of, by);
    if (!span) return std::nullopt;
    return Found{*span, at + 1};
}

std::optional<Span> season_of(int year, int month)
{
    constexpr int first_day = 21;
    const auto start = make_day(year, month, first_day);
    const auto end = make_day(month == 12 ? year + 1 : year, month % 12 + 3, first_day);
    if (!start || !end) return std::nullopt;
    return span_of(*start, *end, Grain::quarter);
}

Maybe<Span> shifted_season(const Reader& r, std::size_t at, int by)
{
    const auto of = r.value(at, season);
    if (!of) return std::nullopt;
    for (int year = year_of(r.today()) - 1; year <= year_of(r.today()) + 2; ++year) {
        const auto span = season_of(year, *of);
        if (!span || span->end <= Local{r.today()}) continue;  // the one that is or comes
        const bool has_begun = span->start <= Local{r.today()};
        const int shifted = by > 0 ? (has_begun ? 1 : 0) : by;
        const auto found = season_of(year + shifted, *of);
        if (!found) return std::nullopt;
        return Found{*found, at + 1};
    }
    return std::nullopt;
}

Maybe<Span> shifted_unit(const Reader& r, std::size_t at, int by)
{
    const auto count = read_quantity(r, at);
    const bool is_counted = count && !count->value.is_article && count->value.value >= 1;
    const std::size_t unit_at = is_counted ? count->next : at;
    const auto found = r.value(unit_at, unit);
    if (!found) return std::nullopt;
    const auto of = static_cast<Unit>(*found);
    if (of < Unit::day) return std::nullopt;
    const bool is_of_more =
        r.is(unit_at + 1, Particle::of) || r.is(unit_at, part) || (by < 0 && of == Unit::day);
    if (by != 0 && is_of_more && !is_counted) return std::nullopt;
    if (is_counted) {
        return several(r, of, static_cast<int>(count->value.value), by, unit_at + 1);
    }
    const auto span = unit_shifted(r.today(), of, by);
    if (!span) return std::nullopt;
    return Found{*span, unit_at + 1};
}

std::size_t skip_the(const Reader& r, std::size_t at)
{
    return r.is(at, the) ? at + 1 : at;
}

/// A week ends with its Friday, as long as that has not been.
Span edge_of(const Span& whole, Edge edge, Day today)
{
    const Day first = day_of_span(whole.start);
    Day last = day_of_span(whole.end) - days{1};
    const Day friday = last - days{2};
    switch (edge) {
        case Edge::beginning:
        case Edge::early:
            return whole_day(first);
        case Edge::middle:
        case Edge::mid:
            return whole_day(first + (last - first - days{1}) / 2);
        case Edge::late:
            return span_of(last - (last - first) / 3, last + days{1}, Grain::day);
        case Edge::end:
            return whole_day(whole.grain == Grain::week && friday >= today ? friday : last);
    }
    return whole;
}

/// The nth day, week or weekday within a span; from its end if `is_last`.
std::optional<Span> nth_in(const Span& range, Unit unit, std::optional<int> weekday, int n,
                           bool is_last)
{
    const Day first = day_of_span(range.start);
    const Day last = day_of_span(range.end);
    if (weekday) {
        const Day found =
            is_last ? last_weekday(last, *weekday) - days{days_a_week * (n - 1)}
                    : next_weekday(first - days{1}, *weekday) + days{days_a_week * (n - 1)};
        if (found < first || found >= last) return std::nullopt;
        return whole_day(found);
    }
    if (unit == Unit::day) {
        const Day found = is_last ? last - days{n} : first + days{n - 1};
        if (found < first || found >= last) return std::nullopt;
        return whole_day(found);
    }
    // Only weeks and months that lie in it whole.
    auto around = unit_around(is_last ? last - days{1} : first, unit);
    const bool is_whole = is_last ? around.end <= range.end : around.start >= range.start;
    const int steps = n - 1 + (is_whole ? 0 : 1);
    const auto found = unit_shifted(day_of_span(around.start), unit, is_last ? -steps : steps);
    if (!found || found->start < range.start || found->end > range.end) return std::nullopt;
    return found;
}

}  // namespace

Maybe<Span> read_shift(const Reader& r, std::size_t at)
{
    if (auto found = read_upcoming(r, at)) return found;
    std::size_t start = skip_the(r, at);
    auto by = r.value(start, shift);
    const bool is_coming = !by && r.is(start, upcoming);
    if (!by && !is_coming) return std::nullopt;
    ++start;
    if (by == 0 && r.is(start, upcoming)) ++start;  // "this coming friday"
    if (auto found = shifted_weekday(r, start, is_coming ? 0 : *by)) return found;
    const int shifted = is_coming ? 1 : *by;
    if (r.is(start, weekend)) {
        const auto week = unit_shifted(r.today(), Unit::week, is_coming ? 0 : shifted);
        if (week) return Found{weekend_of(day_of_span(week->start)), start + 1};
    }
    if (auto found = shifted_month(r, start, shifted)) return found;
    if (auto found = shifted_season(r, start, shifted)) return found;
    if (const auto holiday = find_holiday(r, start)) {
        const auto day = holiday_by(r, *holiday->value, shifted);
        if (day) return Found{whole_day(*day), holiday->next};
    }
    return shifted_unit(r, start, shifted);
}

Maybe<Span> read_range(const Reader& r, std::size_t at)
{
    if (auto found = read_shift(r, at)) return found;
    const std::size_t start = skip_the(r, at);
    if (const auto found = r.value(start, unit); found && start != at) {
        const auto unit_of = static_cast<Unit>(*found);
        if (unit_of < Unit::day) return std::nullopt;
        return Found{unit_around(r.today(), unit_of), start + 1};
    }
    if (auto found = read_quarter(r, start)) return found;
    if (const auto year = read_year(r, start)) {
        const auto span = resolve(Fields{.year = year->value}, r.today());
        if (span) return Found{*span, year->next};
    }
    auto of = r.value(start, month);
    if (!of) of = r.value(start, weak_month);
    if (!of) return std::nullopt;
    Fields fields{.month = *of};
    std::size_t next = start + 1;
    const std::size_t year_at = r.is_mark(next, ',') || r.is(next, Particle::of) ? next + 1 : next;
    if (const auto year = read_year(r, year_at)) {
        fields.year = year->value;
        next = year->next;
    }
    const auto span = resolve(fields, r.today());
    if (!span) return std::nullopt;
    return Found{*span, next};
}

Maybe<Span> read_nth(const Reader& r, std::size_t at)
{
    std::size_t next = skip_the(r, at);
    int n = 1;
    if (const auto ordinal = read_ordinal(r, next)) {
        n = ordinal->value;
        next = ordinal->next;
    } else if (r.value(next, shift) != -1) {
        return std::nullopt;
    }
    if (r.is(next, Particle::to) && r.value(next + 1, shift) == -1) ++next;  // "second to last"
    const bool is_last = r.value(next, shift) == -1;
    if (is_last) ++next;
    auto day = r.value(next, weekday);
    if (!day) day = r.value(next, weak_weekday);
    const auto unit_at = r.value(next, unit);
    const bool is_weekend = r.is(next, weekend);
    if (!day && !unit_at && !is_weekend) return std::nullopt;
    const Unit of = is_weekend ? Unit::week : static_cast<Unit>(unit_at.value_or(0));
    if (!day && (of < Unit::day || of > Unit::month)) return std::nullopt;
    if (!r.is(next + 1, Particle::of) && !r.is(next + 1, Particle::in)) return std::nullopt;
    const auto range = read_range(r, next + 2);
    if (!range || n < 1 || n > 366) return std::nullopt;
    auto found = nth_in(range->value, of, day, n, is_last);
    if (!found) return std::nullopt;
    if (is_weekend) found = weekend_of(day_of_span(found->start));
    return Found{*found, range->next};
}

Maybe<Span> read_edge(const Reader& r, std::size_t at)
{
    if (const auto word = r.value(at, edge_word)) {
        const auto whole = unit_around(r.today(), static_cast<Unit>(*word));
        return Found{edge_of(whole, Edge::end, r.today()), at + 1};
    }
    std::size_t next = skip_the(r, at);
    const auto which = r.value(next, edge);
    if (!which) return std::nullopt;
    ++next;
    const bool is_joined = r.is_mark(next, '-');
    if (is_joined) ++next;
    const bool is_of = r.is(next, Particle::of);
    if (is_of) ++next;
    const auto edge = static_cast<Edge>(*which);
    if (!is_of && !is_joined && edge < Edge::early) return std::nullopt;
    std::optional<Found<Span>> range = read_range(r, next);
    if (!range && is_of) {
        if (const auto unit_of = r.value(next, unit); unit_of >= static_cast<int>(Unit::day)) {
            range = Found{unit_around(r.today(), static_cast<Unit>(*unit_of)), next + 1};
        } else if (const auto day = r.value(next, relative_day)) {
            range = Found{whole_day(r.today() + days{*day}), next + 1};
        }
    }
    if (!range) return std::nullopt;
    return Found{edge_of(range->value, edge, r.today()), range->next};
}

Maybe<Span> read_quarter(const Reader& r, std::size_t at)
{
    Fields fields;
    std::size_t next = skip_the(r, at);
    int n = 0;
    if (r.is(next, quarter_letter) && r.is_joined(next + 1)) {  // "Q4 2018"
        n = r.number(next + 1);
        next += 2;
    } else if (const int year = r.number(next); year >= 0 && r.is(next + 1, quarter_letter)) {
        if (!r.is_joined(next + 1) || !r.is_joined(next + 2)) return std::nullopt;
        fields.year = r.item(next).digits == 2 ? 2000 + year : year;  // "2018Q4"
        n = r.number(next + 2);
        next += 3;
    } else if (const auto ordinal = read_ordinal(r, next)) {
        if (r.value(ordinal->next, unit) != static_cast<int>(Unit::quarter)) return std::nullopt;
        n = ordinal->value;
        next = ordinal->next + 1;
    }
    if (n < 1 || n > 4) return std::nullopt;
    if (fields.year == 0) {
        const bool is_of = r.is(next, Particle::of) || r.is(next, Particle::in);
        const std::size_t year_at = is_of ? next + 1 : next;
        if (const auto year = read_year(r, year_at)) {
            fields.year = year->value;
            next = year->next;
        } else if (const auto span = is_of ? read_range(r, year_at) : std::nullopt) {
            fields.year = year_of(day_of_span(span->value.start));
            next = span->next;
        }
    }
    const int year = fields.year > 0 ? fields.year : year_of(r.today());
    const auto first = make_day(year, 3 * n - 2, 1);
    if (!first) return std::nullopt;
    auto span = unit_around(*first, Unit::quarter);
    if (fields.year == 0 && span.end <= Local{r.today()}) {
        const auto later = unit_shifted(*first, Unit::quarter, 4);
        if (!later) return std::nullopt;
        span = *later;
    }
    return Found{span, next};
}

Maybe<const Holiday*> find_holiday(const Reader& r, std::size_t at)
{
    if (!r.is(at, holiday)) return std::nullopt;
    for (const Holiday& holiday : r.words().holidays) {
        std::size_t next = at;
        std::string_view rest = holiday.name;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            if (r.item(next).text != rest.substr(0, end)) break;
            rest.remove_prefix(std::min(end + 1, rest.size()));
            ++next;
        }
        if (rest.empty()) return Found{&holiday, next};
    }
    return std::nullopt;
}

std::optional<Day> holiday_by(const Reader& r, const Holiday& holiday, int shift)
{
    const int year = year_of(r.today());
    auto found = day_of(holiday, year);
    if (!found) return std::nullopt;
    if (shift < 0) return *found < r.today() ? found : day_of(holiday, year - 1);
    return *found >= r.today() ? found : day_of(holiday, year + 1);
}

Maybe<Span> read_holiday(const Reader& r, std::size_t at, bool is_first)
{
    const std::size_t start = skip_the(r, at);
    const auto named = find_holiday(r, start);
    if (!named) return std::nullopt;
    std::size_t next = named->next;
    const std::size_t year_at =
        r.is(next, Particle::in) || r.is(next, Particle::of) ? next + 1 : next;
    auto day = holiday_by(r, *named->value, 0);
    if (const auto year = read_year(r, year_at)) {
        day = day_of(*named->value, year->value);
        next = year->next;
    }
    // "christmas gifts" are no day
    if (is_first && !r.is_led(at) && (r.is_unknown(next) || r.is(next, counted))) {
        return std::nullopt;
    }
    if (!day) return std::nullopt;
    return Found{whole_day(*day), next};
}

}  // namespace todod::assistant::builtin::dates
