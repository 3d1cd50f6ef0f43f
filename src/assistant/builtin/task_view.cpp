#include "assistant/builtin/task_view.hpp"

#include <boost/json/parse.hpp>

#include "types/tool_output.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

std::string text_of(const json::object& data, std::string_view key)
{
    const json::value* const value = data.if_contains(key);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

types::Priority read_priority(std::string_view text)
{
    for (const auto& known : schema::EnumNames<types::Priority>::values)
        if (known.names.front() == text) return known.value;
    return types::Priority::medium;
}

template <class V>
json::value written(const V& value)
{
    std::string out;
    schema::Codec<V>::write(value, out, schema::Dialect::tool);
    return json::parse(out);
}

}  // namespace

std::optional<types::Due> read_due(std::string_view text)
{
    if (const auto day = base::parse_date(text)) return types::Due{.at = *day, .whole_day = true};
    const auto instant = base::parse_instant(text);
    if (!instant) return std::nullopt;
    return types::Due{.at = *instant, .whole_day = false};
}

bool is_cut(const TaskView& task)
{
    return task.description && task.description->ends_with(types::cut_mark);
}

TaskView read_task(const json::object& data)
{
    TaskView task{.title = text_of(data, "title"),
                  .description = {},
                  .status = text_of(data, "status"),
                  .priority = read_priority(text_of(data, "priority")),
                  .tags = {},
                  .due = read_due(text_of(data, "due_date"))};
    if (const auto* const number = data.if_contains("task_id"); number && number->is_number()) {
        task.number = number->to_number<std::int64_t>();
    }
    if (auto description = text_of(data, "description"); !description.empty()) {
        task.description = std::move(description);
    }
    const auto* const completed = data.if_contains("completed");
    task.completed = completed != nullptr && completed->is_bool() && completed->get_bool();
    task.completed_at = base::parse_instant(text_of(data, "completed_at"));
    if (const auto* const tags = data.if_contains("tags"); tags && tags->is_array()) {
        for (const auto& tag : tags->get_array())
            task.tags.emplace_back(tag.get_string());
    }
    return task;
}

json::value to_json(const types::Due& due)
{
    return written(due);
}

json::value to_json(types::Priority priority)
{
    return written(priority);
}

json::value to_json(types::Status status)
{
    return written(status);
}

}  // namespace todod::assistant::builtin
