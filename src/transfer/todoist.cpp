#include "transfer/todoist.hpp"

#include "assistant/builtin/dates.hpp"
#include "base/text.hpp"

namespace todod::transfer {

namespace {

namespace builtin = assistant::builtin;

constexpr std::string_view spaces = " \t\r\n";

bool is_label(std::string_view word)
{
    return word.size() > 1 && word.front() == '@' && word[1] != '@';
}

/// "2026-03-14 17:00" and "2026-03-14T17:00:00", on the clock of `zone`.
std::optional<base::Instant> read_wall_time(std::string_view text, const base::TimeZone& zone)
{
    constexpr std::size_t day_length = 10;
    constexpr std::size_t minutes_length = 5;
    if (text.size() < day_length + 1 + minutes_length || !base::parse_date(text.substr(0, 10))) {
        return std::nullopt;
    }
    std::string shown{text};
    if (shown[day_length] == ' ') shown[day_length] = 'T';
    if (shown.size() == day_length + 1 + minutes_length) shown += ":00";
    const auto as_utc = base::parse_instant(shown + "Z");
    return as_utc ? zone.find_shown(*as_utc) : std::nullopt;
}

}  // namespace

LabelledText take_labels(std::string_view content)
{
    LabelledText taken;
    content = base::trim(content);
    if (content.starts_with("* ")) content = base::trim(content.substr(2));
    const std::string_view whole = content;
    while (!content.empty()) {
        const std::size_t begin = std::min(content.find_first_not_of(spaces), content.size());
        const std::size_t end = std::min(content.find_first_of(spaces, begin), content.size());
        const auto word = content.substr(begin, end - begin);
        if (is_label(word)) {
            taken.labels.emplace_back(word.substr(1));
        } else if (taken.text.empty()) {
            taken.text += word;
        } else {
            taken.text += content.substr(0, end);
        }
        content.remove_prefix(end);
    }
    taken.text = base::trim(taken.text);
    if (taken.text.empty()) taken.text = whole;
    return taken;
}

std::optional<std::optional<types::Priority>> read_todoist_priority(std::string_view text)
{
    using enum types::Priority;
    text = base::trim(text);
    if (text.empty()) return std::optional<types::Priority>{};
    if (text == "1") return urgent;
    if (text == "2") return high;
    if (text == "3") return medium;
    if (text == "4") return low;
    return std::nullopt;
}

TodoistDate read_todoist_date(std::string_view text, base::Instant now, const base::TimeZone& zone)
{
    text = base::trim(text);
    if (const auto day = base::parse_date(text)) return {.due = types::Due{*day, true}};
    if (const auto at = base::parse_instant(text)) return {.due = types::Due{*at, false}};
    if (const auto at = read_wall_time(text, zone)) return {.due = types::Due{*at, false}};
    const auto tokens = builtin::tokenize(text);
    const auto times = builtin::find_times(tokens, {.now = now, .zone = zone});
    // "every! 3 days" counts from when it was done: that is no date.
    TodoistDate date{.due = {}, .repeats = !tokens.empty() && tokens.front().text == "every"};
    if (times.size() != 1) return date;
    const builtin::TimeMention& mention = times.front();
    if (mention.lead != 0 || mention.last != tokens.size() || mention.is_duration) return date;
    date.repeats |= mention.repeats;
    date.due = builtin::to_due(mention, zone);
    return date;
}

}  // namespace todod::transfer
