#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <iostream>

#include "assistant/builtin/understand.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"

namespace todod::cli {

namespace {

namespace json = boost::json;
using assistant::builtin::Action;
using assistant::builtin::Filter;
using assistant::builtin::Intent;
using assistant::builtin::Moment;
using assistant::builtin::TaskReference;
using assistant::builtin::TimeMention;

constexpr std::size_t max_line_bytes = 64 * 1024;

struct Line {
    std::string text;
    Moment moment;
};

[[noreturn]] void fail(std::size_t number, std::string_view why)
{
    throw base::Error{base::ErrorCode::bad_request, fmt::format("line {}: {}", number, why)};
}

std::string text_of(const json::object& line, std::string_view key, std::size_t number)
{
    const json::value* const value = line.if_contains(key);
    if (value == nullptr) return {};
    if (!value->is_string()) fail(number, fmt::format("'{}' is no text", key));
    return std::string{value->get_string()};
}

/// The offset that an instant was written with: what the clock of whoever speaks shows.
std::string_view offset_of(std::string_view instant)
{
    constexpr std::size_t offset_length = 6;
    if (instant.size() < offset_length) return {};
    const auto tail = instant.substr(instant.size() - offset_length);
    const bool is_offset = (tail[0] == '+' || tail[0] == '-') && tail[3] == ':';
    return is_offset && tail.substr(1) != "00:00" ? tail : std::string_view{};
}

/// `{text, now, timezone}`; an offset of `now` other than UTC's goes before `timezone`.
Line read_line(std::string_view text, std::size_t number)
{
    if (text.size() > max_line_bytes) fail(number, "longer than 64 KiB");
    boost::system::error_code failed;
    const json::value value = json::parse(text, failed);
    if (failed || !value.is_object()) fail(number, "not a JSON object");
    const json::object& object = value.get_object();
    Line line{.text = text_of(object, "text", number),
              .moment = {.now = base::SystemClock{}.now()}};
    std::string zone = text_of(object, "timezone", number);
    if (const std::string now = text_of(object, "now", number); !now.empty()) {
        const auto instant = base::parse_instant(now);
        if (!instant) fail(number, "'now' is no RFC 3339 date and time");
        line.moment.now = *instant;
        if (const auto offset = offset_of(now); !offset.empty()) zone = offset;
    }
    if (zone.empty()) return line;
    const auto found = base::TimeZone::find(zone);
    if (!found) fail(number, fmt::format("there is no time zone '{}'", zone));
    line.moment.zone = *found;
    return line;
}

std::string written(const types::Due& due)
{
    std::string out;
    schema::Codec<types::Due>::write(due, out, schema::Dialect::tool);
    return std::string{json::parse(out).get_string()};
}

template <typename T>
std::string_view name_of(T value)
{
    return schema::Codec<T>::name(value, schema::Dialect::tool);
}

json::object to_json(const Filter& filter)
{
    json::object out;
    if (filter.status) out["status"] = name_of(*filter.status);
    if (filter.priority) out["priority"] = name_of(*filter.priority);
    if (!filter.tags.empty()) out["tags"] = json::value_from(filter.tags);
    const bool is_done = filter.is_by_completion;
    if (filter.due_after) {
        out[is_done ? "completed_after" : "due_after"] = base::to_string(*filter.due_after);
    }
    if (filter.due_before) {
        out[is_done ? "completed_before" : "due_before"] = base::to_string(*filter.due_before);
    }
    if (filter.is_overdue) out["overdue"] = true;
    if (filter.is_undated) out["undated"] = true;
    if (filter.is_untagged) out["untagged"] = true;
    if (!filter.words.empty()) out["words"] = filter.words;
    return out;
}

json::object to_json(const TaskReference& task)
{
    json::object out;
    if (!task.numbers.empty()) out["numbers"] = json::value_from(task.numbers);
    if (task.id) out["id"] = base::to_string(*task.id);
    if (!task.words.empty()) out["words"] = task.words;
    if (task.position) out["position"] = *task.position;
    if (task.is_previous) out["previous"] = true;
    if (task.is_all) out["all"] = true;
    if (auto filter = to_json(task.filter); !filter.empty()) out["filter"] = std::move(filter);
    if (!task.except.empty()) out["except"] = to_json(task.except.front());
    return out;
}

/// A question how many there are is a list of which only the number is wanted.
json::object to_json(const Action& action)
{
    const bool is_count = action.intent == Intent::count;
    json::object out{{"intent", to_string(is_count ? Intent::list : action.intent)}};
    if (is_count) out["count"] = true;
    if (!action.title.empty()) out["title"] = action.title;
    if (action.description) out["description"] = *action.description;
    if (action.due) out["due_date"] = written(*action.due);
    if (action.clears_due) out["due_date"] = nullptr;
    if (action.shift) {
        out["moved_by"] = {{"days", action.shift->days}, {"ms", action.shift->time.count()}};
    }
    if (action.priority) out["priority"] = name_of(*action.priority);
    if (!action.tags.empty()) out["tags"] = json::value_from(action.tags);
    if (!action.dropped_tags.empty()) out["dropped_tags"] = json::value_from(action.dropped_tags);
    if (action.repeats) out["repeats"] = true;
    if (action.drops_all_tags) out["drops_all_tags"] = true;
    if (action.status) out["status"] = name_of(*action.status);
    if (auto task = to_json(action.task); !task.empty()) out["task"] = std::move(task);
    if (auto filter = to_json(action.filter); !filter.empty()) out["filter"] = std::move(filter);
    if (action.sort) out["sort"] = name_of(*action.sort);
    return out;
}

json::object to_json(const TimeMention& mention, std::string_view text,
                     std::span<const assistant::builtin::Token> tokens)
{
    const std::size_t begin = tokens[mention.first].begin;
    const std::size_t end = tokens[mention.last - 1].end;
    json::object out{{"text", text.substr(begin, end - begin)},
                     {"start", base::to_string(mention.at)},
                     {"grain", assistant::builtin::to_string(mention.grain)}};
    if (mention.end) out["end"] = base::to_string(*mention.end);
    return out;
}

void parse_line(std::string_view text, std::size_t number, std::string& out)
{
    const Line asked = read_line(text, number);
    const auto understood = assistant::builtin::understand(asked.text, asked.moment);
    json::array actions;
    for (const auto& action : understood.actions)
        actions.push_back(to_json(action));
    const auto tokens = assistant::builtin::tokenize(asked.text);
    json::array dates;
    for (const auto& mention : understood.times)
        dates.push_back(to_json(mention, asked.text, tokens));
    json::object line{{"actions", std::move(actions)}, {"dates", std::move(dates)}};
    if (understood.offer) line["offer"] = to_json(*understood.offer);
    out += json::serialize(line);
    out += '\n';
}

}  // namespace

void parse()
{
    std::ios::sync_with_stdio(false);
    std::string text(max_line_bytes + 2, '\0');  // a line that is too long, and its end
    std::string out;
    for (std::size_t number = 1;; ++number) {
        std::cin.getline(text.data(), static_cast<std::streamsize>(text.size()));
        const auto length = static_cast<std::size_t>(std::cin.gcount());
        if (length == 0 && std::cin.eof()) break;
        const bool is_too_long = std::cin.fail() && !std::cin.eof();
        if (is_too_long) fail(number, "longer than 64 KiB");
        out.clear();
        const std::size_t mark = std::cin.eof() ? 0 : 1;  // the end of the line counts
        parse_line(std::string_view{text}.substr(0, length - mark), number, out);
        std::cout << out;
    }
    std::cout.flush();
}

}  // namespace todod::cli
