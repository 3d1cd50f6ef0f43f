#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;

constexpr int minutes_an_hour = 60;

std::optional<int> two_digits(const Reader& r, std::size_t at, int limit)
{
    const int value = r.number(at);
    if (value < 0 || value >= limit || r.item(at).digits != 2) return std::nullopt;
    return value;
}

/// Nothing that shows the number to be part of something else.
bool stands_alone(const Reader& r, std::size_t at)
{
    if (at == 0 || !r.is_joined(at)) return true;
    const char before = r.item(at - 1).mark;
    return before == '(' || before == '@' || before == '-' || before == '"' || before == '~' ||
           r.is(at - 1, date_mark);
}

bool ends_well(const Reader& r, std::size_t at)
{
    if (!r.is_joined(at)) return true;
    const char mark = r.item(at).mark;
    if (mark == '.' || mark == ':') return r.number(at + 1) < 0 || !r.is_joined(at + 1);
    return (mark != 0 && mark != '%' && mark != '/') || r.is(at, zone) || r.is(at, utc);
}

Found<Clock> with_meridian(const Reader& r, Clock clock, std::size_t next)
{
    if (r.is(next, oclock)) ++next;
    if (r.is_joined(next) && r.value(next, approximately) == 1) ++next;
    const bool is_in_the = r.is(next, Particle::in) && r.is(next + 1, the) &&
                           r.is(next + 2, meridian);  // "3 in the AM"
    if (const auto meridian = read_meridian(r, is_in_the ? next + 2 : next)) {
        if (clock.hour <= 12) clock.meridian = meridian->value;
        next = meridian->next;
    }
    if (r.is(next, approximately)) ++next;
    return {clock, next};
}

/// "10:30", "10 : 30 : 15", "6.13 am".
Maybe<Clock> read_digital(const Reader& r, std::size_t at)
{
    const int hour = r.number(at);
    if (hour < 0 || hour > 24 || r.item(at).digits > 2 || !stands_alone(r, at)) return std::nullopt;
    const bool is_dot = r.is_mark(at + 1, '.');
    if (!r.is_mark(at + 1, ':') && !(is_dot && r.is_joined(at + 1) && r.is_joined(at + 2)) &&
        !(r.is_mark(at + 1, ';') && r.is_led_as_clock(at))) {
        return std::nullopt;
    }
    const auto minute = two_digits(r, at + 2, minutes_an_hour);
    if (!minute) return std::nullopt;
    Clock clock{.hour = hour, .minute = *minute, .is_24 = hour > 12 || hour == 0};
    if (r.item(at).digits == 2 && hour < 10) clock.is_24 = true;
    std::size_t next = at + 3;
    if (r.is_mark(next, ':')) {
        if (const auto second = two_digits(r, next + 1, 60)) {
            clock.second = *second;
            clock.grain = Grain::second;
            next += 2;
            if (r.is_mark(next, '.') && r.is_joined(next + 1) && r.number(next + 1) >= 0) next += 2;
        }
    }
    if (hour == 24 && (clock.minute > 0 || clock.second > 0)) return std::nullopt;
    auto found = with_meridian(r, clock, next);
    if (is_dot && !found.value.meridian && !r.is_led_as_clock(at)) return std::nullopt;
    if (!ends_well(r, found.next)) return std::nullopt;
    if (found.value.meridian) found.value.is_24 = false;
    return found;
}

/// "13h30", "15h".
Maybe<Clock> read_french(const Reader& r, std::size_t at)
{
    const int hour = r.number(at);
    if (hour < 0 || hour > 23 || r.item(at).digits > 2 || !stands_alone(r, at)) return std::nullopt;
    if (!r.is(at + 1, hour_mark) || !r.is_joined(at + 1)) return std::nullopt;
    if (r.is(at - 1, Particle::in) || r.is(at - 1, Particle::purpose) ||
        r.is(at - 1, Particle::within)) {
        return std::nullopt;
    }
    Clock clock{.hour = hour, .is_24 = true};
    if (r.is_joined(at + 2)) {
        const auto minute = two_digits(r, at + 2, minutes_an_hour);
        if (!minute || r.is(at + 3, unit_letter)) return std::nullopt;
        clock.minute = *minute;
        return Found{clock, at + 3};
    }
    clock.grain = Grain::hour;
    if (hour < 13 && !r.is_led_as_clock(at)) return std::nullopt;
    return Found{clock, at + 2};
}

/// "330", "1030".
std::optional<Clock> compact(const Reader& r, std::size_t at)
{
    const int digits = r.item(at).digits;
    const int value = r.number(at);
    if (digits < 3 || digits > 4 || !stands_alone(r, at)) return std::nullopt;
    const Clock clock{.hour = value / 100,
                      .minute = value % 100,
                      .is_24 = value >= 1300 || value < 100 || (digits == 4 && value < 1000)};
    if (clock.hour > 23 || clock.minute > 59) return std::nullopt;
    return clock;
}

/// "Nine fifty nine", "12 15".
Maybe<Clock> read_spoken(const Reader& r, std::size_t at)
{
    const auto hour = read_integer(r, at);
    if (!hour || hour->value < 1 || hour->value > 12 || hour->next != at + 1) return std::nullopt;
    if (r.number(at) >= 0 && (r.item(at).digits > 2 || !stands_alone(r, at))) return std::nullopt;
    std::size_t next = hour->next;
    if (r.is_joined(next) && !r.is_mark(next, '-')) return std::nullopt;
    if (r.is_mark(next, '-')) ++next;
    const bool has_zero = r.value(next, number) == 0;
    if (has_zero) ++next;
    const auto minute = read_integer(r, next);
    if (!minute || minute->value > 59 || minute->value < (has_zero ? 1 : 10)) return std::nullopt;
    if ((r.number(at) >= 0) != (r.number(next) >= 0)) return std::nullopt;
    if (r.number(next) >= 0 && (r.item(next).digits != 2 || !ends_well(r, minute->next))) {
        return std::nullopt;
    }
    return Found{Clock{.hour = hour->value, .minute = minute->value}, minute->next};
}

std::optional<Clock> whole_hour(const Reader& r, std::size_t at)
{
    if (r.number(at) >= 0 && (r.item(at).digits > 2 || !stands_alone(r, at))) return std::nullopt;
    const auto hour = read_integer(r, at);
    if (!hour || hour->value > 23 || hour->next != at + 1) return std::nullopt;
    if (r.number(at) < 0 && (hour->value < 1 || hour->value > 12)) return std::nullopt;
    return Clock{
        .hour = hour->value, .grain = Grain::hour, .is_24 = hour->value > 12 || hour->value == 0};
}

Maybe<Clock> read_moment(const Reader& r, std::size_t at)
{
    std::size_t start = at;
    if (r.is(start, the)) ++start;
    if (r.number(start) == 12 && r.is(start + 1, moment)) ++start;
    auto found = r.value(start, moment);
    const bool has_place = r.is(at - 1, Particle::at) || r.is(at - 1, Particle::by) ||
                           r.is(at - 1, Particle::before) || r.is(at - 1, Particle::after);
    const bool is_after_day = r.is(at - 1, relative_day) || r.is(at - 1, weekday);
    if (!found && (has_place || (is_after_day && r.is_end(start + 1))))
        found = r.value(start, meal);
    if (!found) return std::nullopt;
    return Found{
        Clock{.hour = *found / 60, .minute = *found % 60, .grain = Grain::hour, .is_24 = true},
        start + 1};
}

/// The hour that "20 past" is of.
Maybe<Clock> read_hour_of(const Reader& r, std::size_t at)
{
    if (auto found = read_moment(r, at)) return found;
    const auto hour = whole_hour(r, at);
    if (!hour) return std::nullopt;
    return with_meridian(r, *hour, at + 1);
}

/// "20 past 3pm", "a quarter to noon", "half past 3".
Maybe<Clock> read_relative(const Reader& r, std::size_t at)
{
    std::size_t next = r.is(at, one) ? at + 1 : at;
    int minutes = 0;
    bool is_bare = false;
    if (r.is(next, half)) {
        minutes = 30;
        ++next;
    } else if (r.value(next, unit) == static_cast<int>(Unit::quarter)) {
        minutes = 15;
        ++next;
    } else if (const auto number = read_integer(r, next); number && next == at) {
        minutes = number->value;
        next = number->next;
        is_bare = true;
        if (r.value(next, unit) == static_cast<int>(Unit::minute)) ++next;
    }
    if (minutes < 1 || minutes > 59 || (is_bare && !stands_alone(r, at))) return std::nullopt;
    const bool is_past = r.is(next, Particle::past) || r.is(next, Particle::after);
    const bool is_to = r.is(next, Particle::to) || r.is(next, Particle::until) ||
                       r.is(next, Particle::before) || (minutes == 15 && r.is(next, Particle::of));
    if (!is_past && !is_to) return std::nullopt;
    auto of = read_hour_of(r, next + 1);
    if (!of || of->value.minute != 0) return std::nullopt;
    const bool is_sure =
        of->value.meridian || !is_bare || r.is(next, Particle::past) || r.is(next + 1, moment);
    const bool is_alone = at == 0 && minutes % 5 == 0 && r.is_end(of->next);
    const bool is_at = r.is(at - 1, Particle::at);
    if (!is_sure && !is_alone && !is_at) return std::nullopt;
    // "3 to 4 pm" is from one to the other.
    const bool are_hours = is_bare && !is_past && minutes <= 12 && next == at + 1;
    if (are_hours && !is_alone && !is_at) return std::nullopt;
    Clock& clock = of->value;
    clock.grain = Grain::minute;
    clock.minute = is_past ? minutes : 60 - minutes;
    if (is_to && clock.hour-- == 0) clock.hour = 23;
    if (is_to && clock.hour == 0 && !clock.is_24) clock.hour = 12;
    if (is_to && clock.hour == 11 && clock.meridian) clock.meridian = 1 - *clock.meridian;
    return of;
}

/// "3 pm", "3 o'clock", "330 p.m.", "seven thirty pm".
Maybe<Clock> read_with_meridian(const Reader& r, std::size_t at)
{
    std::optional<Found<Clock>> found;
    if (const auto spoken = read_spoken(r, at)) {
        found = with_meridian(r, spoken->value, spoken->next);
        if (found->value.meridian) return found;
    }
    if (const auto clock = compact(r, at)) {
        found = with_meridian(r, *clock, at + 1);
        if (found->value.meridian) return found;
    }
    const auto hour = whole_hour(r, at);
    if (!hour) return std::nullopt;
    found = with_meridian(r, *hour, at + 1);
    const bool is_oclock = r.is(at + 1, oclock);
    if (!found->value.meridian && !is_oclock) return std::nullopt;
    return found;
}

/// "Half three".
Maybe<Clock> read_half(const Reader& r, std::size_t at)
{
    if (!r.is(at, half)) return std::nullopt;
    auto hour = whole_hour(r, at + 1);
    if (!hour || hour->hour > 12 || (at > 0 && !r.is_led_as_clock(at))) return std::nullopt;
    auto found = with_meridian(r, *hour, at + 2);
    if (!r.is_end(found.next)) return std::nullopt;
    found.value.minute = 30;
    found.value.grain = Grain::minute;
    return found;
}

/// "9" of "9 - 11am".
Maybe<Clock> read_range_start(const Reader& r, std::size_t at)
{
    const auto hour = whole_hour(r, at);
    if (!hour || hour->hour > 12) return std::nullopt;
    if (!r.is_mark(at + 1, '-') && !r.is(at + 1, Particle::to) && !r.is(at + 1, Particle::until)) {
        return std::nullopt;
    }
    const auto last = read_full_clock(r, at + 2);
    if (!last || !last->value.meridian) return std::nullopt;
    return Found{*hour, at + 1};
}

/// What follows shows that a bare number is no hour: "at 5 degrees", "by 5 people".
bool is_counting(const Reader& r, std::size_t next, bool is_at)
{
    if (r.is(next, counted) || r.is(next, unit) || r.is_mark(next, '%')) return true;
    if (r.is(next, month) || r.is(next, weak_month) || r.is(next, ordinal_suffix)) return true;
    if (r.is(next, half) || r.is(next, more) || r.is(next, vague) || r.is(next, shift)) {
        return !r.is(next, shift);
    }
    return !is_at && r.is_unknown(next);
}

}  // namespace

Maybe<int> read_meridian(const Reader& r, std::size_t at)
{
    if (const auto found = r.value(at, meridian)) return Found{*found, at + 1};
    const auto letter = r.value(at, meridian_letter);
    if (!letter) return std::nullopt;
    std::size_t next = at + 1;
    if (r.is_mark(next, '.')) ++next;
    if (r.is(next, meridian_end)) {
        if (r.is_mark(next + 1, '.') && r.is_mark(next - 1, '.')) ++next;
        return Found{*letter, next + 1};
    }
    if (!r.is_joined(at)) return std::nullopt;
    return Found{*letter, at + 1};
}

Maybe<Clock> read_full_clock(const Reader& r, std::size_t at)
{
    if (auto found = read_relative(r, at)) return found;
    if (auto found = read_digital(r, at)) return found;
    if (auto found = read_french(r, at)) return found;
    if (auto found = read_with_meridian(r, at)) return found;
    return read_moment(r, at);
}

Maybe<Clock> read_bare_clock(const Reader& r, std::size_t at)
{
    if (const auto spoken = read_spoken(r, at)) return spoken;
    auto clock = compact(r, at);
    if (!clock) clock = whole_hour(r, at);
    if (!clock) return std::nullopt;
    std::size_t next = at + 1;
    if (r.is_joined(next) && r.value(next, approximately) == 1) ++next;
    if (!ends_well(r, next)) return std::nullopt;
    if (r.is_joined(next) && r.item(next).mark == 0) return std::nullopt;
    return Found{*clock, next};
}

Maybe<Clock> read_clock(const Reader& r, std::size_t at)
{
    if (auto found = read_full_clock(r, at)) return found;
    if (auto found = read_half(r, at)) return found;
    if (auto found = read_range_start(r, at)) return found;
    const auto bare = read_bare_clock(r, at);
    if (!bare) return std::nullopt;
    const std::size_t next = bare->next;
    const bool is_at = r.is(at - 1, Particle::at) || r.is_mark(at - 1, '@');
    // "Remove the tag from 3."
    if (r.is(at - 1, Particle::from) && r.is_end(next)) return std::nullopt;
    if (r.is_led_as_clock(at))
        return is_counting(r, next, is_at) ? std::nullopt : Maybe<Clock>{bare};
    // "8 tonight", "9 tomorrow morning", "3 in the morning"
    if (at > 0 && r.is(at - 1, counted)) return std::nullopt;
    if (r.is_mark(at - 1, '#') || r.is_mark(at - 1, '$')) return std::nullopt;
    // "PR 123 tomorrow morning"
    const bool is_rounded = r.item(at).digits < 3 || r.number(at) % 5 == 0;
    if (!is_rounded) return std::nullopt;
    std::size_t then = r.is(next, Particle::in) && r.is(next + 1, the) ? next + 2 : next;
    if (r.is(next, Particle::at)) ++then;
    if (read_part(r, then, then != next) || r.is(next, tonight)) return bare;
    if (!r.is(next, relative_day)) return std::nullopt;
    const bool has_context = at == 0 || r.is_end(at - 1) || r.is_led(at) || r.is(next + 1, part) ||
                             (r.is(at - 1, Particle::purpose) && r.item(at).digits >= 3);
    return has_context ? Maybe<Clock>{bare} : std::nullopt;
}

Maybe<int> read_zone(const Reader& r, std::size_t at)
{
    const bool is_open = r.is_mark(at, '(');
    if (is_open) ++at;
    std::optional<Found<int>> found;
    if (const auto fixed = r.value(at, zone)) found = Found{*fixed, at + 1};
    if (r.is(at, utc)) {
        found = Found{0, at + 1};
        const bool is_minus = r.is_mark(at + 1, '-');
        const int hours = r.number(at + 2);
        if ((is_minus || r.is_mark(at + 1, '+')) && hours >= 0 && r.is_joined(at + 2)) {
            const bool is_long = r.item(at + 2).digits > 2;
            int minutes = is_long ? hours / 100 * 60 + hours % 100 : hours * 60;
            found->next = at + 3;
            if (r.is_mark(at + 3, ':') && two_digits(r, at + 4, 60)) {
                minutes += r.number(at + 4);
                found->next = at + 5;
            }
            if (minutes > 14 * 60) return std::nullopt;
            found->value = is_minus ? -minutes : minutes;
        }
    }
    if (found && is_open && r.is_mark(found->next, ')')) ++found->next;
    return found;
}

Maybe<PartRead> read_part(const Reader& r, std::size_t at, bool is_after_day)
{
    std::size_t start = at;
    std::optional<int> day;
    if (r.value(start, shift) == 0) {
        day = 0;
        ++start;
    } else if (r.value(start, shift) == -1 && r.is(start + 1, part) &&
               !r.is(start, Particle::past)) {
        day = -1;
        ++start;
    } else if (r.is(start, the)) {
        ++start;
    }
    const bool has_edge = r.is(start, Edge::early) || r.is(start, Edge::late);
    if (has_edge) ++start;
    if (const auto found = r.value(start, tonight)) {
        return Found{PartRead{.part = *found, .day = 0}, start + 1};
    }
    const auto found = r.value(start, part);
    if (!found) return std::nullopt;
    const bool is_of_day =
        r.is(start + 1, Particle::of) && read_dates(r, start + 2, false, max_depth);
    const bool is_named =
        is_after_day || day || has_edge || is_of_day || r.is_led(at) || r.size() == 1;
    if (!is_named) return std::nullopt;
    if (r.is_led(at) && !day && !has_edge && !is_after_day && r.size() > 1) {
        // "in the morning", "at night"; not "on night shift", "by evening dress"
        const bool is_in_the =
            start > at || r.is(at - 1, the) || r.is(at - 1, Particle::at) || r.is_end(start + 1);
        if (!is_in_the) return std::nullopt;
    }
    return Found{PartRead{.part = *found, .day = day}, start + 1};
}

}  // namespace todod::assistant::builtin::dates
