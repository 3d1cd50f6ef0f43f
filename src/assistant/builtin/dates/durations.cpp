#include <cmath>

#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;
using std::chrono::seconds;

constexpr double seconds_a_day = 86400;
constexpr double max_days = 4e6;  // above 9999 years
constexpr int max_terms = 6;

struct UnitSize {
    double months;
    double days;
    double seconds;
};

UnitSize size_of(Unit unit)
{
    switch (unit) {
        case Unit::second:
            return {0, 0, 1};
        case Unit::minute:
            return {0, 0, 60};
        case Unit::hour:
            return {0, 0, 3600};
        case Unit::day:
        case Unit::business_day:
            return {0, 1, 0};
        case Unit::week:
            return {0, 7, 0};
        case Unit::fortnight:
            return {0, 14, 0};
        case Unit::month:
            return {1, 0, 0};
        case Unit::quarter:
            return {3, 0, 0};
        case Unit::year:
            return {12, 0, 0};
        case Unit::decade:
            return {120, 0, 0};
    }
    return {};
}

/// False if it is more than there are years.
bool put(Length& length, double amount, Unit unit)
{
    const UnitSize size = size_of(unit);
    const double months = amount * size.months;
    const double whole_months = std::floor(months);
    double days = amount * size.days + (months - whole_months) * 30;
    double seconds = amount * size.seconds;
    if (months > max_days / 30 || days > max_days || seconds > max_days * seconds_a_day) {
        return false;
    }
    seconds += (days - std::floor(days)) * seconds_a_day;
    length.months += std::llround(whole_months);
    length.days += std::llround(std::floor(days));
    length.seconds += std::llround(seconds);
    length.grain = std::min(length.grain, unit == Unit::fortnight ? Grain::day : grain_of(unit));
    return true;
}

Maybe<Unit> read_unit(const Reader& r, std::size_t at, const Quantity& quantity)
{
    if (const auto found = r.value(at, unit)) return Found{static_cast<Unit>(*found), at + 1};
    if (!quantity.is_digits) return std::nullopt;
    if (r.is_joined(at) && r.is_mark(at, '\'')) return Found{Unit::minute, at + 1};
    if (r.is_joined(at) && r.is_mark(at, '"')) return Found{Unit::second, at + 1};
    const auto letter = r.value(at, unit_letter);
    const bool is_hour = letter == static_cast<int>(Unit::hour);
    if (!letter || (!r.is_joined(at) && !is_hour)) return std::nullopt;
    return Found{static_cast<Unit>(*letter), at + 1};
}

/// "And a half" after its unit: "an hour and a half".
std::size_t half_after(const Reader& r, std::size_t at)
{
    if (!r.is(at, Particle::conjunction)) return at;
    const std::size_t then = r.is(at + 1, one) ? at + 2 : at + 1;
    return r.is(then, half) && !r.is(then + 1, one) && !r.is(then + 1, unit) ? then + 1 : at;
}

std::size_t skip_joint(const Reader& r, std::size_t at)
{
    if (r.is_mark(at, ',')) ++at;
    if (r.is(at, Particle::conjunction)) ++at;
    return at;
}

}  // namespace

Maybe<Duration> read_duration(const Reader& r, std::size_t at)
{
    Duration found;
    std::size_t next = at;
    std::optional<Unit> last;
    for (int i = 0; i < max_terms; ++i) {
        const std::size_t start = i == 0 ? at : skip_joint(r, next);
        auto quantity = read_quantity(r, start);
        if (!quantity && i == 0 && r.value(start, unit) == static_cast<int>(Unit::fortnight)) {
            quantity = Found{Quantity{.value = 1, .is_article = true}, start};
        }
        if (!quantity || (i > 0 && quantity->value.is_article)) break;
        auto read = read_unit(r, quantity->next, quantity->value);
        if (!read && last == Unit::hour && start == next && r.is_joined(start)) {
            read = Found{Unit::minute, quantity->next};  // "1h30"
        }
        if (!read || (last && read->value >= *last)) break;
        double amount = quantity->value.value;
        const std::size_t after = half_after(r, read->next);
        if (after != read->next) amount += 0.5;
        if (!put(found.length, amount, read->value)) return std::nullopt;
        found.is_weak = quantity->value.is_article && after == read->next;
        last = read->value;
        next = after;
    }
    if (!last) return std::nullopt;
    return Found{found, next};
}

namespace {

Span moment_at(Local at)
{
    return {.start = at, .end = at, .at = at, .grain = Grain::minute};
}

/// "In 3 days" is a day, "in 3 days and 2 hours" a moment.
Span day_or_moment(Local at, const Length& length)
{
    if (length.seconds != 0) return moment_at(at);
    Span span = whole_day(std::chrono::floor<std::chrono::days>(at));
    span.at = at;
    return span;
}

Dates by_now(const Reader& r, const Length& length, int sign)
{
    Dates found;
    if (length.is_elapsed()) {
        found.elapsed = seconds{sign * length.seconds};
        return found;
    }
    const auto at = add(r.now(), length, sign);
    if (!at) return found;
    found.span = day_or_moment(*at, length);
    found.is_year_offset = length.grain == Grain::year;
    return found;
}

Maybe<Dates> found_by_now(const Reader& r, const Length& length, int sign, std::size_t next)
{
    Dates dates = by_now(r, length, sign);
    if (!dates.span && !dates.elapsed) return std::nullopt;
    return Found{dates, next};
}

/// "In", before whatever else may stand between it and a number ("in about the next two").
bool is_within(const Reader& r, std::size_t at)
{
    while (at > 0 && (r.is(at - 1, approximately) || r.is(at - 1, Particle::around) ||
                      r.is(at - 1, the) || r.is(at - 1, shift))) {
        if (const auto by = r.value(at - 1, shift); by && *by != 1) return false;
        --at;
    }
    return at > 0 && (r.is(at - 1, Particle::in) || r.is(at - 1, Particle::within) ||
                      r.is(at - 1, Particle::after));
}

/// Counted from another moment: "from monday", "after christmas", "before 02/02".
Maybe<Dates> read_anchored(const Reader& r, const Length& length, std::size_t at, int depth)
{
    const bool is_before = r.is(at, Particle::before) || r.is(at, Particle::prior);
    const bool is_after = r.is(at, Particle::from) || r.is(at, Particle::after);
    if (!is_before && !is_after) return std::nullopt;
    const int sign = is_before ? -1 : 1;
    std::size_t next = at + 1;
    if (r.is(next, Particle::to)) ++next;
    if (is_after && r.is(next, now)) return found_by_now(r, length, sign, next + 1);
    if (is_after && r.is(next, just) && r.is(next + 1, now)) {
        return found_by_now(r, length, sign, next + 2);
    }
    if (is_before && r.is_end(next)) return found_by_now(r, length, sign, next);
    if (depth >= max_depth) return std::nullopt;
    if (r.is(next, Particle::on) || r.is(next, Particle::at)) ++next;
    const auto anchor = read_when(r, next, depth + 1);
    if (!anchor || anchor->value.is_duration) return std::nullopt;
    const auto resolved = resolve(anchor->value, r);
    if (!resolved || resolved->zone) return std::nullopt;
    const Local base = resolved->elapsed ? r.now() + *resolved->elapsed : resolved->at;
    const auto moved = add(base, length, sign);
    if (!moved) return std::nullopt;
    Dates dates;
    dates.span = resolved->grain < Grain::day ? moment_at(*moved) : day_or_moment(*moved, length);
    return Found{dates, anchor->next};
}

/// "Three fridays from now", "two thursdays ago".
Maybe<Dates> read_weekdays_away(const Reader& r, std::size_t at)
{
    const auto count = read_quantity(r, at);
    if (!count || count->value.value < 1 || count->value.value > 1000) return std::nullopt;
    const std::size_t day_at = count->next;
    auto day = r.value(day_at, weekdays);
    if (!day) day = r.value(day_at, weekday);
    if (!day) return std::nullopt;
    const auto weeks = std::chrono::days{7 * (static_cast<int>(count->value.value) - 1)};
    const auto direction = r.value(day_at + 1, ago);
    const bool is_from_now = r.is(day_at + 1, Particle::from) && r.is(day_at + 2, now);
    Dates dates;
    if (direction == -1) {
        dates.span = whole_day(last_weekday(r.today(), *day) - weeks);
    } else if (direction == 1 || is_from_now) {
        dates.span = whole_day(next_weekday(r.today(), *day) + weeks);
    } else {
        return std::nullopt;
    }
    return Found{dates, day_at + (is_from_now ? 3 : 2)};
}

/// "The day after tomorrow", "the week after next".
Maybe<Dates> read_unit_after(const Reader& r, std::size_t at, int depth)
{
    const std::size_t start = r.is(at, the) ? at + 1 : at;
    const auto found = r.value(start, unit);
    const bool is_before = r.is(start + 1, Particle::before);
    if (!found || (!is_before && !r.is(start + 1, Particle::after))) return std::nullopt;
    const auto unit_of = static_cast<Unit>(*found);
    if (const auto by = r.value(start + 2, shift); by == (is_before ? -1 : 1)) {
        if (unit_of < Unit::day) return std::nullopt;
        const auto span = unit_shifted(r.today(), unit_of, is_before ? -2 : 2);
        if (!span) return std::nullopt;
        return Found{Dates{.span = span}, start + 3};
    }
    Length length;
    put(length, 1, unit_of);
    return read_anchored(r, length, start + 1, depth);
}

}  // namespace

Maybe<Dates> read_offset(const Reader& r, std::size_t at, int depth)
{
    if (r.is_mark(at, '+')) {
        const auto plus = read_duration(r, at + 1);
        return plus ? found_by_now(r, plus->value.length, 1, plus->next) : std::nullopt;
    }
    if (auto found = read_unit_after(r, at, depth)) return found;
    if (auto found = read_weekdays_away(r, at)) return found;
    const auto duration = read_duration(r, at);
    if (!duration) return std::nullopt;
    const Length& length = duration->value.length;
    const std::size_t next = duration->next;
    if (const auto direction = r.value(next, ago)) {
        const bool is_sure = *direction == 1 || *direction == -1 || r.is_end(next + 1);
        if (is_sure) return found_by_now(r, length, *direction < 0 ? -1 : 1, next + 1);
    }
    if (auto found = read_anchored(r, length, next, depth)) return found;
    if (is_within(r, at) && !r.is(at, the)) return found_by_now(r, length, 1, next);
    return std::nullopt;
}

}  // namespace todod::assistant::builtin::dates
