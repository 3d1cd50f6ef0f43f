#include "assistant/builtin/replies.hpp"

namespace todod::assistant::builtin {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string day_in_words(const Replies& replies, sys_days day, sys_days today)
{
    const auto away = (day - today).count();
    if (away == -1) return std::string{replies.yesterday};
    if (away == 0) return std::string{replies.today};
    if (away == 1) return std::string{replies.tomorrow};
    const std::chrono::year_month_day date{day};
    std::string words = fmt::format(
        "{} {} {}", replies.weekdays[std::chrono::weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()), replies.months[static_cast<unsigned>(date.month()) - 1]);
    if (date.year() != std::chrono::year_month_day{today}.year()) {
        words += fmt::format(" {}", static_cast<int>(date.year()));
    }
    return words;
}

std::string instant_in_words(const Replies& replies, base::Instant at, const Moment& moment)
{
    using std::chrono::floor;
    using std::chrono::minutes;
    const sys_days today = moment.zone.day_at(moment.now);
    const base::WallTime shown = moment.zone.show(at);
    const auto minute = floor<minutes>(shown.time).count();
    return fill(replies.at, fmt::arg("day", day_in_words(replies, shown.day, today)),
                fmt::arg("time", fmt::format("{:02}:{:02}", minute / 60, minute % 60)));
}

/// A day where `at` is its first moment, else an instant.
std::string bound_in_words(const Replies& replies, base::Instant at, const Moment& moment)
{
    const sys_days day = moment.zone.show(at).day;
    if (moment.zone.start_of(day) != at) return instant_in_words(replies, at, moment);
    return day_in_words(replies, day, moment.zone.day_at(moment.now));
}

std::string time_of(const Replies& replies, const Filter& filter, std::string_view when,
                    const Moment& moment)
{
    if (!filter.due_after && !filter.due_before) return {};
    const bool is_done = filter.is_by_completion;
    if (!when.empty()) {
        return fill(is_done ? replies.done_in : replies.due_in, fmt::arg("when", when));
    }
    const auto words = [&](base::Instant at) { return bound_in_words(replies, at, moment); };
    if (!filter.due_before) {
        return fill(is_done ? replies.done_from : replies.due_from,
                    fmt::arg("when", words(*filter.due_after)));
    }
    if (!filter.due_after) {
        return fill(is_done ? replies.done_until : replies.due_until,
                    fmt::arg("when", words(*filter.due_before)));
    }
    return fill(is_done ? replies.done_any_other : replies.due_any_other,
                fmt::arg("from", words(*filter.due_after)),
                fmt::arg("until", words(*filter.due_before)));
}

}  // namespace

std::string joined(std::span<const std::string> all, std::string_view between)
{
    return fmt::format("{}", fmt::join(all, between));
}

std::string due_in_words(const Replies& replies, const types::Due& due, const Moment& moment)
{
    if (!due.whole_day) return instant_in_words(replies, due.at, moment);
    return day_in_words(replies, std::chrono::floor<days>(due.at), moment.zone.day_at(moment.now));
}

std::string details_of(const Replies& replies, const TaskView& task, const Moment& moment)
{
    std::vector<std::string> parts;
    if (task.due) {
        parts.push_back(
            fill(replies.due, fmt::arg("when", due_in_words(replies, *task.due, moment))));
    }
    if (task.priority != types::Priority::medium) {
        parts.emplace_back(replies.priorities[static_cast<std::size_t>(task.priority)]);
    }
    if (task.status == "in_progress") parts.emplace_back(replies.in_progress);
    if (!task.tags.empty()) {
        parts.push_back(fill(replies.tagged, fmt::arg("tags", joined(task.tags, ", "))));
    }
    return joined(parts, ", ");
}

std::string line_of(const Replies& replies, const TaskView& task, const Moment& moment)
{
    const std::string details = details_of(replies, task, moment);
    return fill(replies.line, fmt::arg("number", task.number), fmt::arg("title", task.title),
                fmt::arg("details", details.empty() ? details : fmt::format(" ({})", details)),
                fmt::arg("done", task.completed ? " ✓" : ""));
}

std::string describe(const Replies& replies, const Filter& filter, std::string_view when,
                     bool is_one, const Moment& moment)
{
    std::string what;
    if (filter.is_overdue) what += replies.overdue;
    if (filter.status) what += replies.statuses[static_cast<std::size_t>(*filter.status)];
    if (filter.priority) {
        what += replies.priorities[static_cast<std::size_t>(*filter.priority)];
        what += ' ';
    }
    what += is_one ? replies.task : replies.tasks;
    if (!filter.tags.empty()) {
        what += fill(replies.of_tags, fmt::arg("tags", joined(filter.tags, ", ")));
    }
    if (!filter.words.empty()) what += fill(replies.with_words, fmt::arg("words", filter.words));
    if (filter.is_undated) what += replies.undated;
    if (filter.is_untagged) what += replies.untagged;
    return what + time_of(replies, filter, when, moment);
}

}  // namespace todod::assistant::builtin
