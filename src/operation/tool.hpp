#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "operation/operation.hpp"

namespace todod::operation {

/// One use of a tool, by whatever agent.
struct ToolCall {
    auth::Principal caller{};
    boost::json::object
        arguments{};                ///< an empty text for an optional one is as if it were left out
    std::string time_zone{};        ///< the user's; empty: not known
    std::string idempotency_key{};  ///< empty: none
    std::string request_id{};
    auth::Meter* meter = nullptr;  ///< null: what it does is counted for nothing
};

/// What a tool says to one use of it, already written.
struct ToolReply {
    std::string envelope;  ///< JSON: `{"success": true, "data": …}` or `{"success": false, …}`
    bool is_success = false;
};

/// Null if there is none of that name.
const Operation* find_tool(const Table& tools, std::string_view name) noexcept;

/// The tool's arguments as JSON Schema 2020-12, closed.
boost::json::object input_schema(const Operation& tool);

/// Success, or `{"success": false, "error": "…"}` where the caller's arguments, scopes or tasks are
/// not fit for it. `tool` must outlive the coroutine. Throws what is nobody's fault here:
/// Error{unavailable}, Error{unauthorized}, Error{internal}.
base::Async<ToolReply> call_tool(const Operation& tool, ToolCall call);

/// The envelope of call_tool as an object.
base::Async<boost::json::object> use_tool(const Operation& tool, ToolCall call);

/// `{"success": false, "error": why}`.
boost::json::object tool_failure(std::string_view why);

}  // namespace todod::operation
