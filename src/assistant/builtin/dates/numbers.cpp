#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;

std::size_t skip_hyphen(const Reader& r, std::size_t at)
{
    return r.is_mark(at, '-') && r.is_joined(at) ? at + 1 : at;
}

/// "Half an hour", "a quarter of an hour", "three-quarters of an hour".
Maybe<Quantity> read_fraction(const Reader& r, std::size_t at)
{
    std::size_t next = at;
    int count = 1;
    if (r.is(at, one)) {
        ++next;
    } else if (const auto number = read_integer(r, at)) {
        count = number->value;
        next = skip_hyphen(r, number->next);
    }
    if (next == at || count == 1) {
        if (r.is(next, half)) {
            ++next;
            if (r.is(next, Particle::of)) ++next;
            if (r.is(next, one)) ++next;
            return Found{Quantity{.value = 0.5}, next};
        }
    }
    if (r.value(next, unit) != static_cast<int>(Unit::quarter)) return std::nullopt;
    if (!r.is(next + 1, Particle::of) || !r.is(next + 2, one)) return std::nullopt;
    return Found{Quantity{.value = count / 4.0}, next + 3};
}

/// What may follow an integer: ".5", "/2", " 1/2", "and a half".
Found<Quantity> extended(const Reader& r, Found<int> whole)
{
    Quantity found{.value = static_cast<double>(whole.value)};
    std::size_t next = whole.next;
    found.is_digits = r.number(next - 1) >= 0;
    if (found.is_digits && r.is_joined(next) && r.is_joined(next + 1) && r.number(next + 1) >= 0) {
        const int right = r.number(next + 1);
        if (r.is_mark(next, '.')) {
            double scale = 1;
            for (int i = 0; i < r.item(next + 1).digits; ++i)
                scale *= 10;
            return {{.value = found.value + right / scale, .is_digits = true}, next + 2};
        }
        if (r.is_mark(next, '/') && right >= 2 && right <= 8) {
            return {{.value = found.value / right, .is_digits = true}, next + 2};
        }
    }
    if (r.is(next, Particle::conjunction)) {
        const std::size_t then = r.is(next + 1, one) ? next + 2 : next + 1;
        if (r.is(then, half)) return {{.value = found.value + 0.5}, then + 1};
    }
    return {found, next};
}

}  // namespace

Maybe<int> read_integer(const Reader& r, std::size_t at)
{
    if (r.number(at) >= 0) return Found{r.number(at), at + 1};
    const auto first = r.value(at, number);
    if (!first) return std::nullopt;
    if (const auto tens = *first; tens >= 20 && tens < 100) {
        const std::size_t then = skip_hyphen(r, at + 1);
        const auto ones = r.value(then, number);
        if (ones && *ones > 0 && *ones < 10) return Found{tens + *ones, then + 1};
    }
    if (*first < 10 && r.value(at + 1, number) == 100) return Found{*first * 100, at + 2};
    return Found{*first, at + 1};
}

Maybe<Quantity> read_quantity(const Reader& r, std::size_t at)
{
    if (const auto fraction = read_fraction(r, at)) return fraction;
    const std::size_t start = r.is(at, one) || r.is(at, the) ? at + 1 : at;
    std::optional<Found<Quantity>> found;
    if (const auto count = r.value(start, vague)) {
        const std::size_t next = r.is(start + 1, Particle::of) ? start + 2 : start + 1;
        found = Found{Quantity{.value = static_cast<double>(*count)}, next};
    } else if (start > at) {
        found = Found{Quantity{.value = 1, .is_article = true}, start};
    } else if (const auto whole = read_integer(r, at)) {
        found = extended(r, *whole);
    }
    if (found && r.is(found->next, more)) ++found->next;
    return found;
}

Maybe<int> read_ordinal(const Reader& r, std::size_t at)
{
    if (r.number(at) >= 0) {
        if (!r.is(at + 1, ordinal_suffix) || r.number(at) > 999) return std::nullopt;
        return Found{r.number(at), at + 2};
    }
    if (const auto found = r.value(at, ordinal)) return Found{*found, at + 1};
    const auto tens = r.value(at, number);
    if (!tens || *tens < 20 || *tens > 90) return std::nullopt;
    const std::size_t then = skip_hyphen(r, at + 1);
    const auto ones = r.value(then, ordinal);
    if (!ones || *ones >= 10) return std::nullopt;
    return Found{*tens + *ones, then + 1};
}

}  // namespace todod::assistant::builtin::dates
