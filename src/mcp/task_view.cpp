#include "mcp/task_view.hpp"

#include <boost/json/array.hpp>

#include "base/error.hpp"
#include "operation/tool.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;

namespace {

/// As part of a JSON string.
std::size_t size_in_string(std::string_view text)
{
    std::string written;
    schema::write_string(written, text);
    return written.size() - 2;
}

}  // namespace

Here find_here(const TaskView& view, const Sender& sender)
{
    const auto zone =
        sender.time_zone.empty() ? base::TimeZone::utc() : base::TimeZone::find(sender.time_zone);
    if (!zone) throw Error{ErrorCode::invalid, "The time zone is not a known one."};
    return {*zone, zone->day_at(view.clock.now())};
}

bool may_see(const Sender& sender) noexcept
{
    return sender.caller.may(auth::Scope::read);
}

base::Async<void> begin_view(const Sender& sender)
{
    if (!may_see(sender))
        throw Error{ErrorCode::forbidden, "The token's scopes do not cover this."};
    if (sender.meter != nullptr) {
        co_await sender.meter->check(auth::LimitKind::read, sender.caller.user_id);
    }
}

base::Async<json::object> use(const TaskView& view, const Sender& sender, std::string_view tool,
                              json::object arguments)
{
    if (sender.stopped.stop_requested())
        throw Error{ErrorCode::unavailable, "Nobody waits for the answer."};
    const auto* const found = operation::find_tool(view.tools, tool);
    if (found == nullptr) throw Error{ErrorCode::internal, fmt::format("no tool {}", tool)};
    json::object reply =
        co_await operation::use_tool(*found, {.caller = sender.caller,
                                              .arguments = std::move(arguments),
                                              .time_zone = sender.time_zone,
                                              .request_id = std::string{sender.request_id}});
    if (reply.at("success").as_bool()) co_return std::move(reply.at("data").as_object());
    throw Error{ErrorCode::invalid, std::string{reply.at("error").as_string()}};
}

json::object open_tasks(int limit, std::string_view sort)
{
    return {{"status", "pending"}, {"sort", sort}, {"limit", limit}};
}

base::Async<Rows> list_rows(const TaskView& view, const Sender& sender, json::object query,
                            std::size_t max_bytes, const RowStyle& style)
{
    const json::object list = co_await use(view, sender, "list_tasks", std::move(query));
    Rows rows{.json = {}, .shown = 0, .total = list.at("total").as_int64()};
    std::size_t size = 0;
    for (const auto& task : list.at("tasks").as_array()) {
        const std::string row = style.write(task.as_object());
        size += size_in_string(style.separator) + size_in_string(row);
        if (size > max_bytes) break;
        if (rows.shown++ != 0) rows.json += style.separator;
        rows.json += row;
    }
    co_return rows;
}

}  // namespace todod::mcp
