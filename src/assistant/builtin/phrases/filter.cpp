#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using std::chrono::days;
using std::chrono::hours;

/// When what is named has passed.
base::Instant end_of(const TimeMention& mention, const base::TimeZone& zone)
{
    if (mention.end) return *mention.end;
    if (mention.grain < Grain::day) return mention.start + hours{1};
    const auto day = zone.day_at(mention.start);
    const std::chrono::year_month_day date{day};
    switch (mention.grain) {
        case Grain::week:
            return zone.start_of(day + days{7});
        case Grain::month:
            return zone.start_of(date + std::chrono::months{1});
        case Grain::quarter:
            return zone.start_of(date + std::chrono::months{3});
        case Grain::year:
            return zone.start_of(date + std::chrono::years{1});
        default:
            return zone.start_of(day + days{1});
    }
}

void take_times(Remains& remains, Range part, Filter& filter)
{
    const base::TimeZone& zone = remains.sentence().moment->zone;
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.is(at, bit(Class::time))) continue;
        const TimeMention& mention = *remains[at].mention;
        const std::string_view before = at > part.first ? remains[at - 1].text : "";
        std::size_t first = at;
        while (first > part.first && remains.is(first - 1, bit(Class::preposition)))
            --first;
        remains.use(first, at + 1);
        if (before == "before") {
            filter.due_before = mention.start;
        } else if (before == "by" || before == "until" || before == "till") {
            filter.due_before = end_of(mention, zone);
        } else if (before == "after") {
            filter.due_after = end_of(mention, zone);
        } else if (before == "since") {
            filter.due_after = mention.start;
        } else {
            filter.due_after = mention.start;
            filter.due_before = end_of(mention, zone);
        }
        if (filter.due_before) filter.due_before = base::put_in_calendar(*filter.due_before);
        if (filter.due_after) filter.due_after = base::put_in_calendar(*filter.due_after);
        return;
    }
}

void take_status(Remains& remains, Range part, Filter& filter)
{
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (!remains.has(at)) continue;
        const Unit& unit = remains[at];
        if (unit.is(bits(Class::task, Class::reminder, Class::list))) continue;
        if (unit.is(Class::overdue)) {
            filter.is_overdue = true;
        } else if (unit.is(Class::ongoing)) {
            filter.status = types::StatusFilter::in_progress;
        } else if (unit.is(bits(Class::pending, Class::undone))) {
            filter.status = types::StatusFilter::pending;
        } else if (unit.is(bits(Class::done))) {
            filter.status = types::StatusFilter::completed;
        } else {
            continue;
        }
        remains.use(at, at + 1);
    }
}

/// What frames the words that a task is looked for by.
bool is_frame(const Unit& unit)
{
    constexpr Classes frames =
        bits(Class::task, Class::list, Class::reminder, Class::calendar, Class::determiner,
             Class::all, Class::any, Class::comma, Class::link, Class::filler, Class::me,
             Class::preposition, Class::naming, Class::be, Class::number, Class::pronoun);
    return unit.is(frames) && !unit.is(bits(Class::event, Class::quote));
}

std::string find_words(const Remains& remains, Range part)
{
    while (!part.empty() && (!remains.has(part.first) || is_frame(remains[part.first])))
        ++part.first;
    while (!part.empty() && (!remains.has(part.last - 1) || is_frame(remains[part.last - 1])))
        --part.last;
    if (part.empty()) return {};
    std::string words = remains.text(part);
    if (part.last - part.first == 1 && remains[part.first].is(Class::quote))
        words = words.substr(1, words.size() - 2);
    return words;
}

}  // namespace

Filter to_filter(Remains& remains, Range part)
{
    Filter filter;
    take_times(remains, part, filter);
    filter.tags = take_tags(remains, part);
    filter.priority = take_priority(remains, part);
    take_status(remains, part, filter);
    filter.words = find_words(remains, part);
    return filter;
}

}  // namespace todod::assistant::builtin::phrases
