#include "types/task.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <iterator>

#include "base/text.hpp"
#include "schema/builder.hpp"
#include "schema/json_text.hpp"

namespace todod::types {

namespace {

template <class T>
bool set(T& field, const std::optional<T>& wanted)
{
    if (!wanted || field == *wanted) return false;
    field = *wanted;
    return true;
}

}  // namespace

bool is_completed(const Task& task) noexcept
{
    return task.status == Status::completed;
}

std::string to_etag(const Task& task)
{
    return fmt::format("\"{}-{}\"", task.number, task.version);
}

bool TagCondition::matches(const Task& task) const noexcept
{
    return any || std::ranges::find(tags, TaskTag{task.number, task.version}) != tags.end();
}

bool TagCondition::matches_weakly(const Task& task) const noexcept
{
    return any || std::ranges::any_of(tags, [&](const TaskTag& tag) {
               return tag.number == task.number && tag.version == task.version;
           });
}

bool apply(const TaskChange& change, Task& task, base::Instant now)
{
    const Status before = task.status;
    bool changed = set(task.title, change.title);
    changed |= set(task.description, change.description);
    changed |= set(task.status, change.status);
    changed |= set(task.priority, change.priority);
    changed |= set(task.tags, change.tags);
    changed |= set(task.due_date, change.due_date);
    const bool completed =
        change.toggle ? !is_completed(task) : change.completed.value_or(is_completed(task));
    if (completed != is_completed(task)) {
        task.status = completed ? Status::completed : Status::pending;
        changed = true;
    }
    if (!changed) return false;
    if (task.status != before) {
        task.completed_at = is_completed(task) ? std::optional{now} : std::nullopt;
    }
    task.updated_at = std::max(now, task.updated_at);
    ++task.version;
    return true;
}

}  // namespace todod::types

namespace todod::schema {

using types::Due;
using types::TagCondition;
using types::Task;
using types::TaskRef;

bool Codec<Due>::parse(std::string_view text, Due& value, const Limits&, Reader& reader)
{
    if (const auto day = base::parse_date(text)) {
        value = {*day, true};
        return true;
    }
    if (const auto instant = base::parse_instant(text)) {
        value = {*instant, false};
        return true;
    }
    return reader.fail("due_date",
                       "must be a day ('2026-01-31') or an RFC 3339 instant with its offset "
                       "('2026-01-31T17:00:00Z').");
}

bool Codec<Due>::read(const boost::json::value& from, Due& value, const Limits& limits,
                      Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<Due>::write(const Due& value, std::string& out, Dialect)
{
    out += '"';
    if (value.whole_day) {
        base::append(out, std::chrono::floor<std::chrono::days>(value.at));
    } else {
        base::append(out, value.at);
    }
    out += '"';
}

void Codec<Due>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["anyOf"] = boost::json::array{
        boost::json::object{{"type", "string"}, {"format", "date"}},
        boost::json::object{{"type", "string"}, {"format", "date-time"}},
    };
}

bool Codec<TaskRef>::parse(std::string_view text, TaskRef& value, const Limits&, Reader&)
{
    if (const auto id = base::parse_uuid(text)) {
        value = *id;
        return true;
    }
    if (text.starts_with('#')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    value = whole && number > 0 ? number : std::int64_t{0};
    return true;
}

bool Codec<TaskRef>::read(const boost::json::value& from, TaskRef& value, const Limits& limits,
                          Reader& reader)
{
    if (from.is_number()) {
        const auto number = detail::whole_number(from);
        if (!number) return reader.fail("task_id", "must be a task's id or number.");
        value = std::max(*number, std::int64_t{0});
        return true;
    }
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<TaskRef>::write(const TaskRef& value, std::string& out, Dialect dialect)
{
    if (const auto* id = std::get_if<base::Uuid>(&value)) {
        Codec<base::Uuid>::write(*id, out, dialect);
    } else {
        Codec<std::int64_t>::write(std::get<std::int64_t>(value), out, dialect);
    }
}

void Codec<TaskRef>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = boost::json::array{"string", "integer"};
}

bool Codec<TagCondition>::parse(std::string_view text, TagCondition& value, const Limits&, Reader&)
{
    value.any |= base::trim(text) == "*";
    // A tag that is not ours (of another form) is a tag that matches nothing.
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        std::string_view tag = base::trim(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        types::TaskTag parsed;
        parsed.weak = tag.starts_with("W/");
        if (parsed.weak) tag.remove_prefix(2);
        if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') continue;
        tag = tag.substr(1, tag.size() - 2);
        const char* const last = tag.data() + tag.size();
        const auto number = std::from_chars(tag.data(), last, parsed.number);
        if (number.ec != std::errc{} || number.ptr == last || *number.ptr != '-') continue;
        const auto version = std::from_chars(number.ptr + 1, last, parsed.version);
        if (version.ec == std::errc{} && version.ptr == last) value.tags.push_back(parsed);
    }
    return true;
}

bool Codec<TagCondition>::read(const boost::json::value& from, TagCondition& value,
                               const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<TagCondition>::write(const TagCondition& value, std::string& out, Dialect)
{
    std::string header = value.any ? "*" : "";
    for (const types::TaskTag& tag : value.tags) {
        fmt::format_to(std::back_inserter(header), "{}{}\"{}-{}\"", header.empty() ? "" : ", ",
                       tag.weak ? "W/" : "", tag.number, tag.version);
    }
    write_string(out, header);
}

void Codec<TagCondition>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
}

template <>
const Type& type_of<Task>()
{
    static const Type type =
        TypeBuilder<Task>{"Task", "One thing to do, of one user."}
            .field<&Task::id>("id", "A UUID: version 7 unless the caller chose it.",
                              {.example = R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")"})
            .field<&Task::number>("number",
                                  "1, 2, 3 … within the user: what people say (\"task 3\").",
                                  {.example = "3"})
            .field<&Task::user_id>("user_id", "Whose it is.")
            .field<&Task::title>("title", "What is to be done.", {.example = R"("Buy groceries")"})
            .field<&Task::description>("description", "More about it.",
                                       {.example = R"("Milk, eggs, bread")"})
            .field<&Task::status>("status", "How far it is.")
            .computed<&types::is_completed>("completed", "Whether its status is completed.")
            .field<&Task::priority>("priority", "How much it matters.")
            .field<&Task::tags>("tags", "Words to find it by, in the order they were given.",
                                {.example = R"(["shopping", "personal"])"})
            .field<&Task::due_date>("due_date",
                                    "When it is due: a whole day, or an instant in UTC.",
                                    {.example = R"("2026-12-27T17:00:00.000Z")"})
            .field<&Task::created_at>("created_at", "When it was made.")
            .field<&Task::updated_at>("updated_at", "When it was last changed.")
            .field<&Task::completed_at>("completed_at", "When it was completed.")
            .field<&Task::version>("version", "Counts its changes, from 1.")
            .done();
    return type;
}

}  // namespace todod::schema
