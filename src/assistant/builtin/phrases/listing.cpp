#include <algorithm>
#include <array>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

std::string to_words(Remains remains, Range part)
{
    return to_filter(remains, part).words;
}

/// "tasks about …", "grocery tasks", "is … on my list".
std::string words_of(const Remains& remains, Range all)
{
    constexpr std::array<std::string_view, 10> links{
        "about",      "for",    "with",  "containing", "regarding",
        "mentioning", "called", "named", "of",         "concerning"};
    constexpr Classes kinds = bits(Class::task, Class::reminder, Class::list, Class::calendar);
    constexpr Classes stop =
        bits(Class::determiner, Class::show, Class::all, Class::any, Class::wh, Class::be,
             Class::have, Class::me, Class::preposition, Class::comma, Class::how, Class::number);
    for (std::size_t at = all.first; at < all.last; ++at) {
        if (!remains[at].is(kinds)) continue;
        for (std::size_t i = at + 1; i < std::min(all.last, at + 4); ++i) {
            if (std::ranges::find(links, remains[i].text) == links.end()) continue;
            return to_words(remains, {i + 1, all.last});
        }
        std::size_t first = at;
        while (first > all.first && remains.has(first - 1) && at - first < 3 &&
               !remains[first - 1].is(stop) && remains[first - 1].text != "many")
            --first;
        if (first > all.first && remains[at].is(bits(Class::task, Class::reminder)))
            return to_words(remains, {first, at});
    }
    return {};
}

/// "search for party": whatever that is.
std::string searched_words(const Remains& remains, Range all, std::size_t command)
{
    constexpr std::array<std::string_view, 6> verbs{"search",   "search for", "find",
                                                    "look for", "look up",    "locate"};
    if (std::ranges::find(verbs, remains[command].text) == verbs.end()) return {};
    return to_words(remains, {command + 1, all.last});
}

bool has_word(const Remains& remains, Range part, std::string_view word)
{
    for (std::size_t at = part.first; at < part.last; ++at)
        if (remains[at].text == word) return true;
    return false;
}

/// "What did I finish today?", "what have I done this week?": not what was due then.
bool is_about_deeds(const Remains& remains, Range all)
{
    const auto says = [&](std::initializer_list<std::string_view> words) {
        for (std::size_t at = all.first; at < all.last; ++at)
            if (std::ranges::find(words, remains[at].text) != words.end()) return true;
        return false;
    };
    const bool is_past = says({"did"}) || (says({"have"}) && !says({"to", "do"}));
    const bool is_asked = remains[all.first].is(Class::wh) || remains[all.first].text == "how";
    return is_past && !says({"not"}) && is_asked &&
           says({"do", "finish", "complete", "done", "finished", "completed"});
}

constexpr std::array<std::string_view, 6> dates{"due date",  "due dates", "deadline",
                                                "deadlines", "date",      "dates"};
constexpr std::array<std::string_view, 4> tags{"tag", "tags", "label", "labels"};

/// "Tasks without a due date", "which tasks have no tags?": takes out what they are without.
bool takes_without(Remains& remains, Range all, std::span<const std::string_view> what)
{
    constexpr std::size_t longest_gap = 3;
    for (std::size_t at = all.first; at < all.last; ++at) {
        const bool is_without = remains[at].is(Class::negation) || remains[at].text == "no";
        for (std::size_t i = at + 1; is_without && i < std::min(all.last, at + longest_gap); ++i) {
            if (std::ranges::find(what, remains[i].text) == what.end()) continue;
            remains.use(at, i + 1);
            return true;
        }
    }
    return false;
}

/// What "by" may be followed by.
std::optional<types::SortKey> sort_by(std::string_view name)
{
    using enum types::SortKey;
    constexpr std::pair<std::string_view, types::SortKey> table[] = {
        {"due date", due_date}, {"deadline", due_date}, {"date", due_date},
        {"time", due_date},     {"priority", priority}, {"importance", priority},
        {"title", title},       {"name", title},        {"age", created}};
    const auto* const found =
        std::ranges::find(table, name, [](const auto& row) { return row.first; });
    if (found == std::end(table)) return std::nullopt;
    return found->second;
}

}  // namespace

std::optional<types::SortKey> take_sort(Remains& remains, Range part)
{
    constexpr std::array<std::string_view, 8> verbs{"sort",    "sorted", "order",    "ordered",
                                                    "arrange", "ranked", "arranged", "in"};
    for (std::size_t at = part.first; at + 1 < part.last; ++at) {
        if (!remains.has(at) || remains[at].text != "by") continue;
        const std::size_t name = at + (remains.is(at + 1, bit(Class::determiner)) ? 2U : 1U);
        if (name >= part.last) break;
        const auto sort = sort_by(remains[name].text);
        if (!sort) continue;
        std::size_t first = at;
        if (first > part.first && std::ranges::find(verbs, remains[first - 1].text) != verbs.end())
            --first;
        remains.use(first, name + 1);
        return sort;
    }
    return std::nullopt;
}

Filter to_list_filter(Remains& remains, const Match& match, std::size_t command)
{
    const Range all = match.clause;
    const bool is_undated = takes_without(remains, all, dates);
    const bool is_untagged = takes_without(remains, all, tags);
    Filter filter = to_filter(remains, all);
    filter.is_undated = is_undated;
    filter.is_untagged = is_untagged;
    const bool is_about_done =
        filter.status == types::StatusFilter::completed && !has_word(remains, all, "due");
    if (is_about_deeds(remains, all) || is_about_done) {
        filter.status = types::StatusFilter::completed;
        filter.is_by_completion = filter.due_after || filter.due_before;
    }
    if (!filter.priority) filter.priority = priority_at(remains, match.value);
    filter.words = match.object.empty() ? words_of(remains, all) : to_words(remains, match.object);
    if (filter.words.empty()) filter.words = searched_words(remains, all, command);
    return filter;
}

}  // namespace todod::assistant::builtin::phrases
