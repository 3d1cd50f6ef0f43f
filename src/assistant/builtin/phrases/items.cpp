#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

/// What stands between commas and "and"s.
std::vector<Range> parts_of(const Remains& remains, Range part)
{
    std::vector<Range> parts;
    std::size_t first = part.first;
    for (std::size_t at = part.first; at <= part.last; ++at) {
        const bool is_end = at == part.last;
        if (!is_end && !remains.is(at, bits(Class::link, Class::comma))) continue;
        if (at > first) parts.push_back({first, at});
        first = at + 1;
    }
    return parts;
}

bool begins_with_doing(const Remains& remains, Range part)
{
    return remains[part.first].is(Class::doing);
}

/// "dishes for tomorrow", and not "tell them about Friday".
bool has_own_date(const Remains& remains, Range part)
{
    bool is_named = false;
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (remains.is(at, bit(Class::time))) {
            const std::string_view before = at > part.first ? remains[at - 1].text : "";
            return is_named && before != "about" && before != "of" && before != "regarding";
        }
        is_named = is_named || !remains.is(at, bits(Class::preposition, Class::determiner));
    }
    return false;
}

}  // namespace

std::vector<Range> items_of(const Remains& remains, Range part)
{
    constexpr std::size_t longest_item = 3;
    std::vector<Range> parts = parts_of(remains, part);
    const auto doing =
        std::ranges::count_if(parts, [&](Range each) { return begins_with_doing(remains, each); });
    const bool are_short = std::ranges::all_of(
        parts, [](Range each) { return each.last - each.first <= longest_item; });
    if (parts.size() < 2 || (doing == 0 && are_short) || doing == std::ssize(parts)) return parts;
    return {part};
}

std::vector<Range> dated_items_of(const Remains& remains, Range part, bool is_list)
{
    std::vector<Range> parts = parts_of(remains, part);
    const bool are_items = std::ranges::all_of(parts, [&](Range each) {
        return has_own_date(remains, each) && (is_list || begins_with_doing(remains, each));
    });
    if (parts.size() < 2 || !are_items) return {};
    return parts;
}

}  // namespace todod::assistant::builtin::phrases
