#include "assistant/consent.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "assistant/builtin/understand.hpp"
#include "base/words.hpp"

namespace todod::assistant {

namespace json = boost::json;
using builtin::Action;
using builtin::Intent;
using builtin::TaskReference;

namespace {

constexpr std::string_view delete_tool = "delete_task";

std::string_view text_of(const json::object& object, std::string_view key)
{
    const json::value* const value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

std::int64_t number_of(const json::object& task)
{
    const json::value* const number = task.if_contains("task_id");
    return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

/// Whether most of `words` are among those of `text`.
bool has_most(const std::vector<std::string>& words, std::string_view text)
{
    if (words.empty()) return false;
    const auto known = base::words_of(text);
    const auto found = std::ranges::count_if(
        words, [&](const std::string& word) { return std::ranges::binary_search(known, word); });
    return 2 * static_cast<std::size_t>(found) > words.size();
}

/// By its number or by its title, in whatever language.
bool names(std::string_view text, const json::object& task)
{
    const auto tokens = builtin::tokenize(text);
    const std::string number = std::to_string(number_of(task));
    return std::ranges::find(tokens, number, &builtin::Token::text) != tokens.end() ||
           has_most(base::words_of(text_of(task, "title")), text);
}

const Said* last_answer(const Turn& turn)
{
    const auto last =
        std::ranges::find(turn.history.rbegin(), turn.history.rend(), false, &Said::by_user);
    return last != turn.history.rend() ? &*last : nullptr;
}

/// What the data of `use`, if it went well, has under `key`.
const json::value* find_data(const ToolUse& use, std::string_view key)
{
    const json::value* const data = use.result.if_contains("data");
    return data != nullptr && data->is_object() ? data->get_object().if_contains(key) : nullptr;
}

/// The task at `position` of the list that the assistant has shown last.
bool stands_at(int position, const Turn& turn, const json::object& task)
{
    const Said* const answer = last_answer(turn);
    if (answer == nullptr) return false;
    for (const auto& use : answer->tools) {
        const json::value* const list = find_data(use, "tasks");
        if (list == nullptr || !list->is_array()) continue;
        const json::array& tasks = list->get_array();
        const auto size = static_cast<int>(tasks.size());
        const int index = position > 0 ? position - 1 : size + position;
        if (index < 0 || index >= size) return false;
        const json::object* const row = tasks[static_cast<std::size_t>(index)].if_object();
        return row != nullptr && number_of(*row) == number_of(task);
    }
    return false;
}

/// Whether the assistant's last answer was about that one task.
bool was_spoken_of(const Turn& turn, const json::object& task)
{
    const Said* const answer = last_answer(turn);
    if (answer == nullptr || answer->tools.empty()) return false;
    const json::value* const number = find_data(answer->tools.back(), "task_id");
    return number != nullptr && number->is_int64() && number->get_int64() == number_of(task);
}

bool passes(const builtin::Filter& filter, const json::object& task, const Turn& turn)
{
    using types::StatusFilter;
    const json::value* const completed = task.if_contains("completed");
    const bool is_completed = completed != nullptr && completed->is_bool() && completed->get_bool();
    if (filter.status == StatusFilter::completed && !is_completed) return false;
    if (filter.status && *filter.status != StatusFilter::completed &&
        *filter.status != StatusFilter::all && is_completed) {
        return false;
    }
    const auto priority = text_of(task, "priority");
    if (filter.priority &&
        priority != schema::Codec<types::Priority>::name(*filter.priority, schema::Dialect::tool)) {
        return false;
    }
    const json::value* const tags = task.if_contains("tags");
    for (const auto& tag : filter.tags) {
        if (tags == nullptr || !tags->is_array()) return false;
        const auto same = [&](const json::value& known) {
            return known.is_string() && std::string_view{known.get_string()} == tag;
        };
        if (std::ranges::none_of(tags->get_array(), same)) return false;
    }
    if (!filter.words.empty() && !has_most(base::words_of(filter.words), text_of(task, "title"))) {
        return false;
    }
    const bool is_by_date = filter.due_after || filter.due_before || filter.is_overdue;
    if (!is_by_date) return true;
    const auto due = text_of(task, "due_date");
    auto at = base::parse_instant(due);
    if (!at) {
        if (const auto day = base::parse_date(due)) at = turn.zone.start_of(*day);
    }
    return at && (!filter.due_after || *at >= *filter.due_after) &&
           (!filter.due_before || *at < *filter.due_before) &&
           (!filter.is_overdue || (*at < turn.now && !is_completed));
}

bool refers_to(const TaskReference& reference, const Turn& turn, const json::object& task)
{
    if (std::ranges::find(reference.numbers, number_of(task)) != reference.numbers.end()) {
        return true;
    }
    if (reference.id && base::to_string(*reference.id) == text_of(task, "id")) return true;
    if (reference.is_all) return passes(reference.filter, task, turn);
    if (reference.position) return stands_at(*reference.position, turn, task);
    if (reference.is_previous) return was_spoken_of(turn, task);
    return has_most(base::words_of(reference.words), text_of(task, "title"));
}

/// Whether the assistant's last answer has asked for this: a deletion was refused to it, or it
/// speaks of one and names the task.
bool was_asked_about(const Turn& turn, const json::object& task)
{
    const Said* const answer = last_answer(turn);
    if (answer == nullptr) return false;
    const auto is_refused = [&](const ToolUse& use) {
        if (use.name != delete_tool || use.result.contains("data")) return false;
        const json::value* const named = use.parameters.if_contains("task_id");
        if (named == nullptr) return false;
        if (named->is_string()) {
            const std::string_view text = named->get_string();
            return text == text_of(task, "id") || text == std::to_string(number_of(task));
        }
        return named->is_int64() && named->get_int64() == number_of(task);
    };
    if (std::ranges::any_of(answer->tools, is_refused)) return true;
    const auto words = base::words_of(answer->text);
    const bool speaks_of_it =
        std::ranges::binary_search(words, "delete") || std::ranges::binary_search(words, "remove");
    return speaks_of_it && names(answer->text, task);
}

}  // namespace

bool has_asked_to_delete(const Turn& turn, const json::object& task)
{
    const auto understood = builtin::understand(turn.message, {.now = turn.now, .zone = turn.zone});
    for (const Action& action : understood.actions) {
        switch (action.intent) {
            case Intent::remove:
                if (refers_to(action.task, turn, task)) return true;
                break;
            case Intent::confirm:
                if (was_asked_about(turn, task)) return true;
                break;
            case Intent::choose:
                if (was_asked_about(turn, task) && refers_to(action.task, turn, task)) return true;
                break;
            default:
                break;
        }
    }
    return understood.actions.empty() && names(turn.message, task);
}

}  // namespace todod::assistant
