#include "assistant/task_filter.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/words.hpp"

namespace todod::assistant {

namespace json = boost::json;
using builtin::Filter;
using types::StatusFilter;

namespace {

bool is_completed(const json::object& task)
{
    const json::value* const completed = task.if_contains("completed");
    return completed != nullptr && completed->is_bool() && completed->get_bool();
}

bool has_status(const json::object& task, StatusFilter status)
{
    switch (status) {
        case StatusFilter::all:
            return true;
        case StatusFilter::pending:
            return !is_completed(task);
        case StatusFilter::completed:
            return is_completed(task);
        case StatusFilter::todo:
            return text_of(task, "status") == "pending";
        case StatusFilter::in_progress:
            return text_of(task, "status") == "in_progress";
    }
    return false;
}

bool has_tag(const json::object& task, std::string_view tag)
{
    const json::value* const tags = task.if_contains("tags");
    return tags != nullptr && tags->is_array() &&
           std::ranges::any_of(tags->get_array(), [&](const json::value& known) {
               return known.is_string() && std::string_view{known.get_string()} == tag;
           });
}

bool has_words(const json::object& task, std::string_view words)
{
    std::string text{text_of(task, "title")};
    text += ' ';
    text += text_of(task, "description");
    return std::ranges::includes(base::words_of(text), base::words_of(words));
}

/// When it is due: of a whole day, its end.
std::optional<base::Instant> due_of(const json::object& task, const base::TimeZone& zone)
{
    const auto due = text_of(task, "due_date");
    if (const auto day = base::parse_date(due)) {
        return zone.start_of(*day + std::chrono::days{1}) - std::chrono::milliseconds{1};
    }
    return base::parse_instant(due);
}

}  // namespace

std::int64_t number_of(const json::object& task)
{
    const json::value* const number = task.if_contains("task_id");
    return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

std::string_view text_of(const json::object& task, std::string_view key)
{
    const json::value* const value = task.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

bool passes(const Filter& filter, const json::object& task, base::Instant now,
            const base::TimeZone& zone)
{
    if (filter.status && !has_status(task, *filter.status)) return false;
    if (filter.priority) {
        const auto name =
            schema::Codec<types::Priority>::name(*filter.priority, schema::Dialect::tool);
        if (text_of(task, "priority") != name) return false;
    }
    const auto is_tagged = [&](const std::string& tag) { return has_tag(task, tag); };
    if (!std::ranges::all_of(filter.tags, is_tagged)) return false;
    if (!filter.words.empty() && !has_words(task, filter.words)) return false;
    if (!filter.due_after && !filter.due_before && !filter.is_overdue) return true;
    const auto due = due_of(task, zone);
    return due && (!filter.due_after || *due >= *filter.due_after) &&
           (!filter.due_before || *due < *filter.due_before) &&
           (!filter.is_overdue || (*due < now && !is_completed(task)));
}

}  // namespace todod::assistant
