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

namespace {

/// "my 4 pm appointment": part of what it is called.
bool is_inside_name(const Remains& remains, Range part, std::size_t at)
{
    constexpr Classes ends =
        bits(Class::preposition, Class::time, Class::comma, Class::link, Class::filler);
    return at > part.first && remains.is(at - 1, bit(Class::determiner)) && at + 1 < part.last &&
           remains.has(at + 1) && !remains[at + 1].is(ends);
}

}  // namespace

namespace {

/// What ties a date to the rest: "by", "on the", "in the month of".
bool is_tie(const Remains& remains, std::size_t at, const TimeMention& mention)
{
    if (!remains.has(at) || remains[at].is(Class::event)) return false;
    return remains[at].is(Class::preposition) || remains[at].first >= mention.lead;
}

/// Whether what is named with the date at `at` comes behind an "and": "… and Bob on Tuesday".
bool is_of_another(const Remains& remains, Range part, std::size_t at)
{
    constexpr Classes ties = bits(Class::preposition, Class::determiner, Class::time, Class::comma);
    bool is_named = false;
    while (at > part.first && remains.has(at - 1)) {
        --at;
        if (remains[at].is(Class::link)) return is_named;
        is_named = is_named || !remains[at].is(ties);
    }
    return false;
}

}  // namespace

std::optional<types::Due> take_due(Remains& remains, Range part)
{
    std::optional<types::Due> due;
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.is(at, bit(Class::time))) continue;
        const Unit& unit = remains[at];
        const Moment& moment = *remains.sentence().moment;
        const base::TimeZone& zone = moment.zone;
        // What is over is no date that something is due by: "tell Ann about yesterday".
        const bool is_over = unit.mention->end.value_or(unit.mention->start) <
                             zone.start_of(zone.day_at(moment.now));
        if (is_over) continue;
        // "the invoice by Friday and the contract by Monday": the second is not forgotten.
        if (due && is_of_another(remains, part, at)) continue;
        if (!due) due = to_due(*unit.mention, zone);
        if (is_inside_name(remains, part, at)) continue;
        std::size_t first = at;
        while (first > part.first && is_tie(remains, first - 1, *unit.mention))
            --first;
        remains.use(first, at + 1);
    }
    return due;
}

std::optional<std::chrono::milliseconds> take_lead_time(Remains& remains, Range part)
{
    for (std::size_t at = part.first; at + 1 < part.last; ++at) {
        if (!remains.is(at, bit(Class::span)) || !remains.has(at + 1)) continue;
        const std::string_view next = remains[at + 1].text;
        std::size_t last = at;
        if (next == "before") last = at + 2;
        if (next == "prior" || next == "ahead") last = at + 3;
        if (next == "in" && remains.has(at + 2) && remains[at + 2].text == "advance") last = at + 4;
        if (last == at || last > part.last) continue;
        const TimeMention& mention = *remains[at].mention;
        remains.use(at, last);
        return mention.start - remains.sentence().moment->now;
    }
    return std::nullopt;
}

std::string to_title(const Remains& remains, Range part)
{
    constexpr Classes padding = bits(Class::comma, Class::link);
    constexpr Classes before = bits(Class::filler, Class::need);
    while (!part.empty() && (!remains.has(part.first) || is_connector(remains[part.first]) ||
                             remains[part.first].is(before)))
        ++part.first;
    part.first += count_subject(remains, part);
    const bool is_again = part.last - part.first > 2 &&
                          remains.is(part.first, bit(Class::remind)) &&
                          remains.is(part.first + 1, bit(Class::me));
    if (is_again) part.first += 2;
    while (part.last - part.first > 1 && is_article(remains, part.first))
        ++part.first;
    while (!part.empty() &&
           (!remains.has(part.last - 1) || remains[part.last - 1].is(padding | bit(Class::filler))))
        --part.last;
    const bool is_one = part.last - part.first == 1;
    if (part.empty() || (is_one && remains[part.first].is(Class::pronoun))) return {};
    std::string title = remains.text(part);
    if (part.last - part.first == 1 && remains[part.first].is(Class::quote))
        title = base::trim(title.substr(1, title.size() - 2));
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

}  // namespace todod::assistant::builtin::phrases
