#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "operation/operation.hpp"

namespace todod::operation {

/// One use of a tool, by whatever agent.
struct ToolCall {
    auth::Principal caller{};
    boost::json::object arguments{};  ///< schema::Reader::drops_empty
    std::string time_zone{};          ///< the user's; empty: not known
    std::string idempotency_key{};    ///< empty: none
    std::string request_id{};
    auth::Meter* meter = nullptr;  ///< null: what it does is counted for nothing
    types::Via via = types::Via::mcp;
    std::shared_ptr<types::ChangeScope> changes{};  ///< as operation::Call::changes
};

/// What a tool says to one use of it, already written.
struct ToolReply {
    std::string envelope;  ///< JSON: `{"success": true, "data": …}` or `{"success": false, …}`
    bool is_success = false;
};

/// Null if there is none of that name.
const Operation* find_tool(const Table& tools, std::string_view name) noexcept;

/// The tool's arguments as JSON Schema 2020-12, closed.
/// What it says is what every client can tell a model: each value has one type, and what may be
/// null is left out instead. What is taken is wider: null too, and a number for a task.
boost::json::object input_schema(const Operation& tool);

/// The envelope of each of the tool's answers as JSON Schema, in as few words as will do.
boost::json::object output_schema(const Operation& tool);

/// Whether it is for the caller to do something else, so that they are told why.
bool is_callers_fault(base::ErrorCode code) noexcept;

/// Success, or `{"success": false, "error": "…"}` where the caller's arguments, scopes or tasks are
/// not fit for it. `tool` must outlive the coroutine. Throws what is nobody's fault here:
/// Error{unavailable}, Error{unauthorized}, Error{internal}.
base::Async<ToolReply> call_tool(const Operation& tool, ToolCall call);

/// The envelope of call_tool as an object.
base::Async<boost::json::object> use_tool(const Operation& tool, ToolCall call);

/// `{"success": false, "error": why}`.
boost::json::object tool_failure(std::string_view why);

}  // namespace todod::operation
