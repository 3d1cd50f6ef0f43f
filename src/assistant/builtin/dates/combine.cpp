#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;

constexpr int max_pieces = 6;
constexpr int max_joints = 3;
constexpr std::size_t between_reach = 8;

bool is_weekday_alone(const Fields& f)
{
    return f.weekday >= 0 && !f.year && !f.month && !f.day;
}

bool is_year_alone(const Fields& f)
{
    return f.year > 0 && !f.month && !f.day && f.weekday < 0;
}

/// Whether two sets of fields say different things about one day.
bool fit(const Fields& a, const Fields& b)
{
    if (is_weekday_alone(a)) return b.weekday < 0 && (b.day > 0 || b.month > 0);
    if (is_weekday_alone(b)) return a.weekday < 0 && (a.day > 0 || a.month > 0);
    if (is_year_alone(b)) return a.year == 0 && a.month > 0;
    return a.day > 0 && a.month == 0 && a.year == 0 && b.month > 0 && b.day == 0 && b.weekday < 0;
}

Fields united(const Fields& a, const Fields& b)
{
    return {.year = a.year > 0 ? a.year : b.year,
            .month = a.month > 0 ? a.month : b.month,
            .day = a.day > 0 ? a.day : b.day,
            .last_day = std::max(a.last_day, b.last_day),
            .weekday = a.weekday >= 0 ? a.weekday : b.weekday};
}

/// Whether fields choose a day within a span: "friday" and "next week".
bool chooses(const Fields& fields, const Dates& of, Day today)
{
    const Span& span = *of.span;
    if (of.is_year_offset) return fields.month > 0 && fields.year == 0;
    if (fields.year > 0) return false;
    if (span.grain == Grain::week) return is_weekday_alone(fields);
    if (span.grain > Grain::week) return fields.month == 0 || span.grain == Grain::year;
    if (span.grain < Grain::day) return false;
    // "Tomorrow, friday": the same day twice
    const auto day = std::chrono::floor<std::chrono::days>(span.start);
    if (is_weekday_alone(fields)) return weekday_of(day) == fields.weekday;
    const auto named = resolve(fields, today);
    return named && named->start == span.start;
}

bool merge(Dates& into, const Dates& more, Day today)
{
    if (into.elapsed || more.elapsed || more.repeats) return false;
    if (into.span && more.span) return false;
    if (into.repeats && into.period && more.span) return false;
    if (into.span) {
        if (!chooses(more.fields, into, today)) return false;
    } else if (more.span) {
        if (into.fields.empty() || !chooses(into.fields, more, today)) return false;
        into.span = more.span;
        into.is_year_offset = more.is_year_offset;
    } else if (!into.fields.empty() && !fit(into.fields, more.fields)) {
        return false;
    }
    into.fields = united(into.fields, more.fields);
    return true;
}

/// The item after what is read, if anything is.
std::optional<std::size_t> take_piece(const Reader& r, std::size_t at, When& when, bool is_first,
                                      int depth)
{
    if (const auto found = read_dates(r, at, is_first, depth)) {
        if (!when.has_dates && !(found->value.elapsed && when.clock)) {
            when.dates = found->value;
            when.has_dates = true;
            return found->next;
        }
        if (merge(when.dates, found->value, r.today())) return found->next;
    }
    const bool is_instant =
        when.dates.elapsed || (when.dates.span && when.dates.span->grain < Grain::day);
    if (is_instant) return std::nullopt;
    if (!when.clock) {
        if (const auto found = read_clock(r, at)) {
            when.clock = found->value;
            return found->next;
        }
    }
    if (!when.part) {
        if (const auto found = read_part(r, at, !is_first && when.has_dates)) {
            if (found->value.day && when.has_dates) {
                const auto day = found->value.day.value_or(0);
                const bool is_that_day =
                    when.dates.span && when.dates.span->start == Local{r.today()} && day == 0;
                if (!is_that_day) return std::nullopt;
            }
            when.part = found->value;
            return found->next;
        }
    }
    if (!is_first && when.clock && !when.zone) {
        if (const auto found = read_zone(r, at)) {
            when.zone = found->value;
            return found->next;
        }
    }
    return std::nullopt;
}

bool is_joint(const Reader& r, std::size_t at)
{
    if (r.is_mark(at, ',') || r.is_mark(at, '@')) return true;
    if (r.is(at, Edge::early) || r.is(at, Edge::late)) return true;  // "early in the morning"
    if (r.is(at, approximately) || (r.is(at, date_mark) && r.is_joined(at))) return true;
    const auto found = r.value(at, particle);
    if (!found) return false;
    switch (static_cast<Particle>(*found)) {
        case Particle::on:
        case Particle::at:
        case Particle::in:
        case Particle::of:
        case Particle::purpose:
        case Particle::by:
        case Particle::from:
        case Particle::between:
        case Particle::before:
        case Particle::after:
        case Particle::starting:
        case Particle::around:
            return true;
        default:
            return false;
    }
}

/// Takes a piece at `at`, or after what joins it to those before.
std::optional<std::size_t> take_joined(const Reader& r, std::size_t at, When& when, int depth)
{
    for (int i = 0; i <= max_joints; ++i, ++at) {
        if (const auto next = take_piece(r, at, when, false, depth)) return next;
        if (r.is(at, the) && i > 0) continue;
        if (!is_joint(r, at)) break;
    }
    return std::nullopt;
}

bool is_between(const Reader& r, std::size_t at, std::size_t end)
{
    const std::size_t from = end > between_reach ? end - between_reach : 0;
    for (std::size_t i = std::max(from, at > 0 ? at - 1 : 0); i < end; ++i)
        if (r.is(i, Particle::between)) return true;
    return false;
}

/// "3 to 5pm": the half of the day is said once.
void share_meridian(Clock& first, Clock& last)
{
    const auto minutes = [](const Clock& c) { return c.hour % 12 * 60 + c.minute; };
    if (last.meridian && !first.meridian && !first.is_24) {
        const bool turns = minutes(first) > minutes(last);
        first.meridian = turns ? 1 - *last.meridian : *last.meridian;
    } else if (first.meridian && !last.meridian && !last.is_24) {
        const bool turns = minutes(first) > minutes(last);
        last.meridian = turns ? 1 - *first.meridian : *first.meridian;
    }
}

void share(When& first, When& last)
{
    if (first.clock && last.clock) share_meridian(*first.clock, *last.clock);
    if (last.has_dates && !first.has_dates) {
        first.dates = last.dates;
        first.has_dates = true;
    } else if (first.has_dates && !last.has_dates) {
        last.dates = first.dates;
        last.has_dates = true;
    } else if (first.has_dates && last.has_dates && !first.dates.span && !last.dates.span) {
        Fields& a = first.dates.fields;
        const Fields& b = last.dates.fields;
        if (a.year == 0 && a.month > 0) a.year = b.year;
    }
    if (last.part && !first.part) first.part = last.part;
    if (first.part && !last.part) last.part = first.part;
    if (last.zone && !first.zone) first.zone = last.zone;
}

}  // namespace

Maybe<When> read_when(const Reader& r, std::size_t at, int depth)
{
    When when;
    auto next = take_piece(r, at, when, true, depth);
    if (!next) return std::nullopt;
    for (int i = 0; i < max_pieces; ++i) {
        const auto more = take_joined(r, *next, when, depth);
        if (!more) break;
        next = more;
    }
    if (when.dates.repeats && !when.dates.period && when.dates.fields.empty() && !when.dates.span &&
        !when.part && !when.clock) {
        return std::nullopt;
    }
    if (r.is(*next, Particle::purpose) && (when.clock || when.has_dates)) {
        if (const auto lasts = read_duration(r, *next + 1)) {
            when.lasts = lasts->value.length;
            next = lasts->next;
        }
    }
    return Found{when, *next};
}

Maybe<Interval> read_interval(const Reader& r, std::size_t at, const Found<When>& first)
{
    const std::size_t joint = first.next;
    const bool is_to =
        r.is_mark(joint, '-') || r.is(joint, Particle::to) || r.is(joint, Particle::until);
    const bool is_and = r.is(joint, Particle::conjunction) && is_between(r, at, joint);
    if (!is_to && !is_and) return std::nullopt;
    Interval found{.first = first.value, .last = {}};
    std::size_t next = joint + 1;
    if (auto last = read_when(r, next, 1)) {
        found.last = last->value;
        next = last->next;
    } else if (const auto clock = first.value.clock ? read_bare_clock(r, next) : std::nullopt) {
        const bool is_counting =
            r.is_unknown(clock->next) || r.is(clock->next, counted) || r.is(clock->next, unit);
        if (is_counting && r.number(next) >= 0 && !r.is_led_as_clock(at)) return std::nullopt;
        if (r.is(clock->next, counted) || r.is(clock->next, unit)) return std::nullopt;
        found.last.clock = clock->value;
        next = clock->next;
        while (const auto more = take_joined(r, next, found.last, 1))
            next = *more;
    } else {
        return std::nullopt;
    }
    if (found.last.dates.repeats || found.first.dates.elapsed || found.last.dates.elapsed) {
        return std::nullopt;
    }
    const bool is_clock = found.first.clock || found.first.part;
    if (is_clock && !found.last.clock && !found.last.part) return std::nullopt;
    share(found.first, found.last);
    return Found{found, next};
}

}  // namespace todod::assistant::builtin::dates
