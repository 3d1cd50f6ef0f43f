#include "assistant/builtin/phrases/slots.hpp"

#include <algorithm>
#include <array>

namespace todod::assistant::builtin::phrases {

namespace {

constexpr Classes priorities = bits(Class::low, Class::medium, Class::high, Class::urgent);

types::Priority priority_of(const Unit& unit)
{
    if (unit.is(Class::urgent)) return types::Priority::urgent;
    if (unit.is(Class::high)) return types::Priority::high;
    return unit.is(Class::low) ? types::Priority::low : types::Priority::medium;
}

bool is_priority_field(const Remains& remains, std::size_t at)
{
    return remains.is(at, bit(Class::field)) &&
           (remains[at].text == "priority" || remains[at].text == "importance" ||
            remains[at].text == "priorities");
}

/// Takes [first, last) out, and what ties it to the rest: "with high priority", ", urgent".
types::Priority take_as(Remains& remains, Range part, std::size_t at, std::size_t first,
                        std::size_t last)
{
    constexpr Classes ties = bits(Class::comma, Class::preposition, Class::determiner, Class::link);
    const types::Priority priority = priority_of(remains[at]);
    while (first > part.first && remains.is(first - 1, ties))
        --first;
    remains.use(first, last);
    return priority;
}

/// Where what is said ends: before a full stop and the like.
std::size_t end_of(const Remains& remains, Range part)
{
    std::size_t last = part.last;
    while (last > part.first &&
           (!remains.has(last - 1) || remains.is(last - 1, bits(Class::comma, Class::filler))) &&
           !remains.is(last - 1, priorities))
        --last;
    return last;
}

bool is_word(const Unit& unit, std::string_view word)
{
    return unit.text == word;
}

/// Where ", it is very" begins that ends before `at`; `at` if that is not what stands there.
std::size_t find_remark(const Remains& remains, Range part, std::size_t at)
{
    constexpr std::array<std::string_view, 9> adverbs{"very",   "really",    "quite", "super", "so",
                                                      "pretty", "extremely", "most",  "also"};
    constexpr std::array<std::string_view, 5> subjects{"it", "this", "that", "which", "they"};
    constexpr std::array<std::string_view, 5> both{"it's", "this's", "that's", "its", "they're"};
    const auto is_one = [&](std::size_t unit, const auto& words) {
        return remains.has(unit) && std::ranges::find(words, remains[unit].text) != words.end();
    };
    std::size_t first = at;
    while (first > part.first && is_one(first - 1, adverbs))
        --first;
    if (first > part.first && is_one(first - 1, both)) {
        --first;
    } else if (first > part.first + 1 && remains.is(first - 1, bit(Class::be)) &&
               is_one(first - 2, subjects)) {
        first -= 2;
    } else {
        return at;
    }
    const bool is_apart =
        first > part.first &&
        (!remains.has(first - 1) || remains.is(first - 1, bits(Class::comma, Class::link)));
    return is_apart ? first : at;
}

/// After "tagged": "as work", "work and home".
void take_named_tags(Remains& remains, Range part, std::size_t at, std::vector<std::string>& tags)
{
    std::size_t next = at + 1;
    while (next < part.last && remains.has(next) &&
           (remains[next].text == "as" || remains[next].text == "with" ||
            remains[next].text == ":" || remains[next].text == "called"))
        ++next;
    std::size_t last = next;
    while (next < part.last && remains.has(next) &&
           !remains[next].is(bits(Class::time, Class::preposition))) {
        tags.push_back(tag_of(remains, next));
        last = ++next;
        const bool goes_on = remains.is(next, bits(Class::comma, Class::link)) &&
                             remains.has(next + 1) && next + 1 < part.last &&
                             !remains[next + 1].is(bits(Class::comma, Class::link));
        if (!goes_on) break;
        ++next;
    }
    if (last == at + 1) return;
    while (at > part.first && remains.is(at - 1, bits(Class::comma, Class::preposition)))
        --at;
    remains.use(at, last);
}

}  // namespace

std::optional<types::Priority> take_priority(Remains& remains, Range part)
{
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.is(at, priorities)) continue;
        // "high priority"
        if (at + 1 < part.last && is_priority_field(remains, at + 1))
            return take_as(remains, part, at, find_remark(remains, part, at), at + 2);
        // "priority: high", "priority is high"
        std::size_t field = at;
        while (field > part.first &&
               (remains.is(field - 1, bits(Class::comma, Class::be)) ||
                (remains.has(field - 1) && is_word(remains[field - 1], "to"))))
            --field;
        if (field > part.first && is_priority_field(remains, field - 1))
            return take_as(remains, part, at, field - 1, at + 1);
        // "!high"
        if (at > part.first && remains.has(at - 1) && is_word(remains[at - 1], "!"))
            return take_as(remains, part, at, at - 1, at + 1);
        // "an urgent task"
        const bool is_strong = remains[at].is(bits(Class::urgent, Class::high)) ||
                               remains[at].text.find('-') != std::string_view::npos;
        constexpr Classes kinds = bits(Class::task, Class::reminder);
        if (is_strong && at + 1 < part.last && remains.is(at + 1, kinds))
            return take_as(remains, part, at, at, at + 1);
        // ", it is urgent" at the end
        const std::size_t remark = find_remark(remains, part, at);
        if (remark != at && at + 1 == end_of(remains, part))
            return take_as(remains, part, at, remark, at + 1);
        // ", urgent" and "p1" at the end
        const bool is_apart = at > part.first && remains.is(at - 1, bit(Class::comma));
        const std::string_view word = remains[at].text;
        const bool is_code = word.starts_with("p ") || word == "asap";
        if (is_code || (is_apart && at + 1 == end_of(remains, part) && is_strong))
            return take_as(remains, part, at, at, at + 1);
    }
    return std::nullopt;
}

std::optional<types::Priority> priority_at(const Remains& remains, Range value)
{
    if (value.empty() || !remains.is(value.first, priorities)) return std::nullopt;
    return priority_of(remains[value.first]);
}

std::string tag_of(const Remains& remains, std::size_t at)
{
    std::string_view name = remains.sentence().slice(at, at + 1);
    if (name.starts_with('#')) name.remove_prefix(1);
    if (name.size() > 1 && remains[at].is(Class::quote)) name = name.substr(1, name.size() - 2);
    return std::string{name};
}

std::vector<std::string> take_tags(Remains& remains, Range part)
{
    std::vector<std::string> tags;
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.has(at)) continue;
        if (remains[at].is(Class::tagged)) {
            tags.push_back(tag_of(remains, at));
            remains.use(at, at + 1);
        } else if (remains[at].is(Class::tag) && at + 1 < part.last &&
                   (at > part.first || is_word(remains[at], "tagged")) &&
                   !is_word(remains[at], "category")) {
            take_named_tags(remains, part, at, tags);
        }
    }
    return tags;
}

std::optional<std::string> take_description(const Remains& remains, Match& match)
{
    constexpr std::array<std::string_view, 5> names{"description", "note", "notes", "details",
                                                    "comment"};
    const Range all = match.clause;
    const auto text_at = [&](std::size_t at) {
        return at < all.last ? remains[at].text : std::string_view{};
    };
    for (std::size_t at = match.object.first + 1; at + 1 < match.object.last; ++at) {
        const bool is_with = text_at(at) == "with";
        const std::size_t name = at + (is_with && remains[at + 1].is(Class::determiner) ? 2 : 1);
        if (std::ranges::find(names, text_at(name)) == names.end()) continue;
        const bool has_colon = text_at(name + 1) == ":";
        const bool is_sure = has_colon || name == at + 2 || text_at(name) == names.front();
        if (!(is_with ? is_sure : has_colon && remains[at].is(Class::comma))) continue;
        const std::size_t first = has_colon ? name + 2 : name + 1;
        if (first >= all.last) break;
        match.clause.last = match.object.last = at;
        return std::string{remains.sentence().slice(first, all.last)};
    }
    return std::nullopt;
}

void take_attributes(Remains& remains, Range part, Action& action)
{
    if (const auto priority = take_priority(remains, part)) action.priority = priority;
    for (std::string& tag : take_tags(remains, part)) {
        if (std::ranges::find(action.tags, tag) == action.tags.end())
            action.tags.push_back(std::move(tag));
    }
}

}  // namespace todod::assistant::builtin::phrases
