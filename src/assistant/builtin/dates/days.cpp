#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;

constexpr int first_likely_year = 1900;
constexpr int last_likely_year = 2199;
constexpr std::size_t abbreviation_size = 5;

/// The full stop of an abbreviation that more follows.
std::size_t skip_stop(const Reader& r, std::size_t at)
{
    const bool is_short = at > 0 && r.item(at - 1).text.size() <= abbreviation_size;
    return is_short && r.is_mark(at, '.') && r.is_joined(at) && at + 1 < r.size() ? at + 1 : at;
}

int full_year(int year, int digits)
{
    if (digits > 2) return year;
    return year > 50 ? 1900 + year : 2000 + year;
}

std::optional<int> month_at(const Reader& r, std::size_t at)
{
    const auto found = r.value(at, month);
    return found ? found : r.value(at, weak_month);
}

bool is_day(int day)
{
    return day >= 1 && day <= 31;
}

/// The day of a month as a number: "5", "5th", "fifth", "twenty first".
Maybe<int> read_month_day(const Reader& r, std::size_t at, bool takes_words)
{
    if (auto found = read_ordinal(r, at)) return is_day(found->value) ? found : std::nullopt;
    if (r.number(at) < 0 && !takes_words) return std::nullopt;
    auto found = read_integer(r, at);
    if (!found || !is_day(found->value) || r.item(at).digits > 2) return std::nullopt;
    return found;
}

/// What follows a day's number shows that it is none: "July 5 pm", "July 10:30", "may 5 people".
bool is_not_a_day(const Reader& r, std::size_t next)
{
    const bool has_more = r.is_mark(next, ':') || (r.is_mark(next, '.') && r.is_joined(next + 1));
    if (has_more && r.number(next + 1) >= 0) return true;
    return r.is(next, counted) || r.is_mark(next, '%') || read_meridian(r, next) ||
           (r.is(next, hour_mark) && r.is_joined(next));
}

/// The year after a day and a month: ", 2016", "82", "2555 BE".
Maybe<int> read_year_after(const Reader& r, std::size_t at)
{
    const std::size_t start = r.is_mark(at, ',') ? at + 1 : at;
    if (r.is(start, Particle::of) || r.is(start, Particle::in)) {
        const auto found = read_year(r, start + 1);
        return found && r.item(start + 1).digits == 4 ? found : std::nullopt;
    }
    if (auto found = read_year(r, start)) return found;
    const int digits = r.item(start).digits;
    const int year = r.number(start);
    if (start != at || digits != 2 || is_not_a_day(r, start + 1)) return std::nullopt;
    if (r.is(start + 1, ordinal_suffix) || r.is_joined(start + 1)) return std::nullopt;
    if (year <= 31 && !r.is_end(start + 1)) return std::nullopt;
    return Found{full_year(year, digits), start + 1};
}

/// "-15", "to 22", "- 22nd": the last day of a range within a month.
Maybe<int> read_last_day(const Reader& r, std::size_t at)
{
    if (!r.is_mark(at, '-') && !r.is(at, Particle::to) && !r.is(at, Particle::until) &&
        !r.is(at, Particle::conjunction)) {
        return std::nullopt;
    }
    std::size_t start = at + 1;
    if (r.is(start, the)) ++start;
    const auto found = read_month_day(r, start, false);
    return found && !is_not_a_day(r, found->next) ? found : std::nullopt;
}

void take_year(const Reader& r, Found<Fields>& found)
{
    const auto year = read_year_after(r, found.next);
    if (!year) return;
    found.value.year = year->value;
    found.next = year->next;
}

/// "15 Feb", "the 3rd of March 2015", "10 to 22 August", "third day of october".
Maybe<Fields> read_day_month(const Reader& r, std::size_t at)
{
    const std::size_t start = r.is(at, the) ? at + 1 : at;
    Fields fields;
    if (r.is(start, ides) && r.is(start + 1, Particle::of)) {
        const auto of = month_at(r, start + 2);
        if (!of) return std::nullopt;
        fields.month = *of;
        fields.day = *of == 3 || *of == 5 || *of == 7 || *of == 10 ? 15 : 13;
        Found<Fields> found{fields, start + 3};
        take_year(r, found);
        return found;
    }
    const auto day = read_month_day(r, start, true);
    if (!day) return std::nullopt;
    fields.day = day->value;
    std::size_t next = day->next;
    if (const auto last = read_last_day(r, next)) {
        fields.last_day = last->value;
        next = last->next;
    }
    if (r.value(next, unit) == static_cast<int>(Unit::day)) ++next;
    const bool has_joint =
        r.is(next, Particle::of) || (next != day->next && r.is(next, Particle::in));
    if (has_joint) ++next;
    if (r.is_mark(next, '-') && r.is_joined(next)) ++next;
    if (r.is(next, the)) ++next;
    const auto of = month_at(r, next);
    if (!of || (r.is_joined(next) && r.item(next).text.size() < 3)) return std::nullopt;
    const bool is_word = r.number(start) < 0 && !read_ordinal(r, start);
    if (is_word && !has_joint && !r.is(next, month)) return std::nullopt;  // "two may …"
    fields.month = *of;
    next = skip_stop(r, next + 1);
    if (r.is_mark(next, '-') && r.is_joined(next) && r.number(next + 1) >= 0) ++next;
    Found<Fields> found{fields, next};
    take_year(r, found);
    return found;
}

/// "Feb 15", "march third 2015", "July 13 - 15, 2012", "October 2014".
Maybe<Fields> read_month_first(const Reader& r, std::size_t at, bool is_first)
{
    const auto of = month_at(r, at);
    if (!of || r.item(at).is_owner) return std::nullopt;
    const bool is_weak = r.is(at, weak_month);
    std::size_t next = skip_stop(r, at + 1);
    if (r.is_mark(next, '-') && r.number(next + 1) >= 0) ++next;
    Fields fields{.month = *of};
    const std::size_t start = r.is(next, the) ? next + 1 : next;
    const auto day = read_month_day(r, start, start != next || !is_weak);
    if (day && !is_not_a_day(r, day->next)) {
        fields.day = day->value;
        Found<Fields> found{fields, day->next};
        if (const auto last = read_last_day(r, found.next)) {
            if (!month_at(r, last->next)) {
                found.value.last_day = last->value;
                found.next = last->next;
            }
        }
        take_year(r, found);
        return found;
    }
    Found<Fields> found{fields, next};
    const std::size_t year_at = r.is_mark(next, ',') || r.is(next, Particle::of) ? next + 1 : next;
    if (const auto year = read_year(r, year_at)) {
        found.value.year = year->value;
        found.next = year->next;
        return found;
    }
    found.next = at + 1;
    const auto after = r.is(at + 1, Particle::in) ? read_duration(r, at + 2) : std::nullopt;
    const bool is_sure = after || r.is_led(at) || r.is(at - 1, edge) ||
                         r.is(at - 1, Particle::of) || !is_first || (r.size() == 1) ||
                         (r.is(at - 1, Particle::purpose) && r.is_end(at + 1));
    if (is_weak && (!is_sure || (*of == 5 && r.is_unknown(at + 1) && !r.is_led(at)))) {
        return std::nullopt;
    }
    return found;
}

struct Numbers {
    int value[3] = {0, 0, 0};
    int digits[3] = {0, 0, 0};
    int count = 0;
    char separator = 0;
    bool is_named = false;  ///< the second one is a month's name
    std::size_t next = 0;
};

/// "2/15", "10-31-74", "31/Oct/1974": what stands between like marks.
std::optional<Numbers> read_numbers(const Reader& r, std::size_t at)
{
    const char before = r.item(at - 1).mark;
    if (r.is_joined(at) && (before == '/' || before == '-' || before == '.' || before == '$' ||
                            before == '#' || (before == 0 && at > 0))) {
        return std::nullopt;
    }
    Numbers found{.next = at};
    const bool is_spaced = !r.is_joined(at + 1);
    for (std::size_t i = at; found.count < 3; i += 2) {
        const bool is_name = found.count == 1 && r.number(i) < 0 && month_at(r, i);
        if (r.number(i) < 0 && !is_name) break;
        if (found.count > 0 && r.is_joined(i) == is_spaced) break;
        found.is_named = found.is_named || is_name;
        found.value[found.count] = is_name ? *month_at(r, i) : r.number(i);
        found.digits[found.count] = is_name ? 2 : r.item(i).digits;
        ++found.count;
        found.next = i + 1;
        const char mark = r.item(i + 1).mark;
        if (mark != '/' && mark != '-' && mark != '.') break;
        if (found.separator != 0 && mark != found.separator) break;
        if (r.is_joined(i + 1) == is_spaced) break;
        if (found.count < 3) found.separator = mark;
    }
    if (found.count < 2 || (is_spaced && found.separator != '/')) return std::nullopt;
    const bool goes_on = r.is_joined(found.next) && r.is_joined(found.next + 1) &&
                         r.number(found.next + 1) >= 0 && !r.is_mark(found.next, ',') &&
                         !r.is(found.next, date_mark);
    if (goes_on && !(r.is_mark(found.next, '-') && found.separator == '/')) return std::nullopt;
    if (r.is_mark(found.next, '/') || r.is_mark(found.next, '%')) return std::nullopt;
    return found;
}

/// Month and day, or day and month where it cannot be the other way round.
std::optional<Fields> as_month_and_day(int a, int b)
{
    if (a > 12) std::swap(a, b);
    if (a < 1 || a > 12 || !is_day(b)) return std::nullopt;
    return Fields{.month = a, .day = b};
}

std::optional<Fields> of_three(const Numbers& n)
{
    if (n.digits[0] == 4) {
        return Fields{.year = n.value[0], .month = n.value[1], .day = n.value[2]};
    }
    if (n.digits[0] > 2 || n.digits[1] > 2 || (n.digits[2] != 2 && n.digits[2] != 4)) {
        return std::nullopt;
    }
    const int year = full_year(n.value[2], n.digits[2]);
    if (n.is_named) return Fields{.year = year, .month = n.value[1], .day = n.value[0]};
    if (n.separator == '.' && n.digits[2] != 4) return std::nullopt;
    if (n.separator == '.' && n.value[1] <= 12) {
        return Fields{.year = year, .month = n.value[1], .day = n.value[0]};
    }
    auto found = as_month_and_day(n.value[0], n.value[1]);
    if (found) found->year = year;
    return found;
}

std::optional<Fields> of_two(const Reader& r, std::size_t at, const Numbers& n)
{
    if (n.is_named) return Fields{.month = n.value[1], .day = n.value[0]};
    if (n.separator == '.') return std::nullopt;
    if (n.digits[0] == 4 && n.digits[1] <= 2) {
        const bool is_likely = n.value[0] >= first_likely_year && n.value[0] <= last_likely_year;
        if (!is_likely) return std::nullopt;
        return Fields{.year = n.value[0], .month = n.value[1]};
    }
    if (n.separator != '/' || n.digits[0] > 2) return std::nullopt;
    if (n.digits[1] == 4) return Fields{.year = n.value[1], .month = n.value[0]};
    if (n.digits[1] > 2 || (n.value[0] == 24 && n.value[1] == 7)) return std::nullopt;
    // "1/2 cup": a fraction, unless something says that it is a day.
    const bool is_fraction = n.value[0] < n.value[1] && n.value[1] <= 8 && n.digits[0] == 1;
    const bool is_led = r.is_led(at) || r.is(at - 1, Particle::purpose) || r.is(at - 1, weekday) ||
                        r.is_mark(at - 1, ',') || r.is(at - 1, weak_weekday);
    if (is_fraction && !is_led && !(at == 0 && r.is_end(n.next))) return std::nullopt;
    if (r.is(n.next, unit) || r.is(n.next, counted) || r.is(n.next, unit_letter))
        return std::nullopt;
    return as_month_and_day(n.value[0], n.value[1]);
}

bool exists(const Fields& fields)
{
    if (fields.month < 1 || fields.month > 12) return false;
    if (fields.day == 0) return fields.year > 0;
    return make_day(fields.year > 0 ? fields.year : 2000, fields.month, fields.day).has_value();
}

/// "The 15th", "on the first": without a month.
Maybe<Fields> read_day_alone(const Reader& r, std::size_t at, bool is_first)
{
    const std::size_t start = r.is(at, the) ? at + 1 : at;
    const bool has_the = start != at || r.is(at - 1, the);
    const std::size_t before = has_the && start == at ? at - 1 : at;
    const auto ordinal_day = read_ordinal(r, start);
    const auto day = ordinal_day ? ordinal_day : read_month_day(r, start, false);
    if (!day || !is_day(day->value) || is_not_a_day(r, day->next)) return std::nullopt;
    std::size_t next = day->next;
    if (r.value(next, unit) == static_cast<int>(Unit::day) && r.is(next + 1, Particle::of)) ++next;
    const Found<Fields> found{Fields{.day = day->value}, next};
    if (r.is(next, Particle::of)) {  // "20 of next month", "the 5th of each month"
        const std::size_t of = r.is(next + 1, the) ? next + 2 : next + 1;
        const bool is_month = r.value(of + 1, unit) == static_cast<int>(Unit::month);
        const bool is_said = r.is(of, shift) || r.is(of, upcoming) || r.is(of, every);
        return is_month && is_said ? Maybe<Fields>{found} : std::nullopt;
    }
    if (r.is(next, unit) || r.is_mark(next, '/') || r.is(next, weekday)) return std::nullopt;
    if (!is_first && ordinal_day) return found;
    const bool is_alone = before == 0 && start > at && next == r.size();
    const bool is_led = is_alone || r.is_led(before) ||
                        (r.number(start) >= 0 && has_the && r.is(before - 1, Particle::purpose));
    if (!is_led || r.is(before - 1, Particle::in) || r.is(before - 1, Particle::at)) {
        return std::nullopt;
    }
    if (!has_the && (!ordinal_day || r.number(start) < 0)) return std::nullopt;
    const bool is_sure = ordinal_day && r.number(start) >= 0;
    if (!is_sure && r.is_unknown(next)) return std::nullopt;
    return found;
}

bool is_weekday_context(const Reader& r, std::size_t at)
{
    const std::size_t next = skip_stop(r, at + 1);
    if (r.is_led(at) || r.is(at - 1, shift) || r.is(at - 1, every)) return true;
    if (at == 0 && (r.is_end(at + 1) && (next == at + 1) && !r.is_mark(next, ','))) return true;
    if (r.is(next, part) || r.is(next, Particle::at) || read_full_clock(r, next)) return true;
    const std::size_t day_at = r.is_mark(next, ',') ? next + 1 : next;
    if (month_at(r, day_at) && (r.number(day_at + 1) >= 0 || read_ordinal(r, day_at + 1))) {
        return true;
    }
    return r.number(day_at) >= 0 && (r.is(day_at + 1, ordinal_suffix) || month_at(r, day_at + 1) ||
                                     r.is_mark(day_at + 1, '/'));
}

}  // namespace

Maybe<int> read_year(const Reader& r, std::size_t at)
{
    if (r.is_mark(at, '\'') && r.item(at + 1).digits == 2 && r.is_joined(at + 1)) {
        return Found{full_year(r.number(at + 1), 2), at + 2};
    }
    const int year = r.number(at);
    if (year < 1 || r.item(at).digits > 4) return std::nullopt;
    if (const auto added = r.value(at + 1, era); added && *added != 0) {
        if (r.item(at).digits == 4) return Found{year + *added, at + 2};
    } else if (added) {
        return Found{year, at + 2};
    }
    if (r.item(at).digits != 4 || year < first_likely_year || year > last_likely_year) {
        return std::nullopt;
    }
    if (r.is_joined(at + 1) &&
        (r.is_mark(at + 1, ':') || r.is_mark(at + 1, '/') || r.item(at + 1).mark == 0)) {
        return std::nullopt;
    }
    return Found{year, at + 1};
}

Maybe<Fields> read_numeric_date(const Reader& r, std::size_t at)
{
    if (r.number(at) < 0) return std::nullopt;
    const auto numbers = read_numbers(r, at);
    if (!numbers) return std::nullopt;
    const auto fields = numbers->count == 3 ? of_three(*numbers) : of_two(r, at, *numbers);
    if (!fields || !exists(*fields)) return std::nullopt;
    return Found{*fields, numbers->next};
}

Maybe<Fields> read_named_date(const Reader& r, std::size_t at, bool is_first)
{
    if (auto found = read_day_month(r, at)) return found;
    if (auto found = read_month_first(r, at, is_first)) return found;
    return read_day_alone(r, at, is_first);
}

Maybe<Fields> read_weekday(const Reader& r, std::size_t at)
{
    auto found = r.value(at, weekday);
    if (!found && is_weekday_context(r, at)) found = r.value(at, weak_weekday);
    if (!found) return std::nullopt;
    return Found{Fields{.weekday = *found}, skip_stop(r, at + 1)};
}

}  // namespace todod::assistant::builtin::dates
