#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

/// What may stand between a request and what it is for.
bool is_connector(const Unit& unit)
{
    constexpr std::array<std::string_view, 12> connectors{
        "to", "that", "for", "about", "of", ":", "-", ",", "called", "named", "titled", "."};
    return std::ranges::find(connectors, unit.text) != connectors.end() ||
           unit.is(bits(Class::comma, Class::naming));
}

/// "i have", "we are", "there is": not what a task is about.
std::size_t count_subject(const Remains& remains, Range part)
{
    constexpr std::array<std::string_view, 4> subjects{"i", "we", "there", "it"};
    constexpr std::array<std::string_view, 6> verbs{"have", "am", "are", "is", "had", "got"};
    constexpr std::array<std::string_view, 6> both{"i'm",   "i've",    "we're",
                                                   "we've", "there's", "it's"};
    const auto is_one = [&](std::size_t at, auto& words) {
        return at < part.last && remains.has(at) &&
               std::ranges::find(words, remains[at].text) != words.end();
    };
    if (part.last - part.first < 3) return 0;
    if (is_one(part.first, both)) return is_one(part.first + 1, verbs) ? 2 : 1;
    return is_one(part.first, subjects) && is_one(part.first + 1, verbs) ? 2 : 0;
}

bool is_article(const Remains& remains, std::size_t at)
{
    return remains.has(at) &&
           (remains[at].text == "a" || remains[at].text == "an" || remains[at].text == "the");
}

}  // namespace

std::string Remains::text(Range part) const
{
    std::string out;
    std::size_t at = part.first;
    while (at < part.last) {
        if (!has(at)) {
            ++at;
            continue;
        }
        std::size_t last = at;
        while (last < part.last && has(last))
            ++last;
        if (!out.empty()) out += ' ';
        out += sentence_->slice(at, last);
        at = last;
    }
    return out;
}

std::optional<types::Due> take_due(Remains& remains, Range part)
{
    constexpr Classes ties = bits(Class::preposition, Class::overdue);
    std::optional<types::Due> due;
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.is(at, bit(Class::time))) continue;
        const Unit& unit = remains[at];
        const Sentence& sentence = remains.sentence();
        if (!due) due = to_due(*unit.mention, sentence.moment->zone);
        std::size_t first = at;
        while (first > part.first && remains.is(first - 1, ties))
            --first;
        remains.use(first, at + 1);
    }
    return due;
}

std::string to_title(const Remains& remains, Range part)
{
    constexpr Classes padding = bits(Class::comma, Class::link);
    constexpr Classes before = bits(Class::filler, Class::need);
    while (!part.empty() && (!remains.has(part.first) || is_connector(remains[part.first]) ||
                             remains[part.first].is(before)))
        ++part.first;
    part.first += count_subject(remains, part);
    while (part.last - part.first > 1 && is_article(remains, part.first))
        ++part.first;
    while (!part.empty() &&
           (!remains.has(part.last - 1) || remains[part.last - 1].is(padding | bit(Class::filler))))
        --part.last;
    if (part.empty()) return {};
    std::string title = remains.text(part);
    if (part.last - part.first == 1 && remains[part.first].is(Class::quote))
        title = base::trim(title.substr(1, title.size() - 2));
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

}  // namespace todod::assistant::builtin::phrases
