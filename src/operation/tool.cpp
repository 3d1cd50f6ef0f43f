#include "operation/tool.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <span>

#include "base/error.hpp"
#include "types/idempotency_key.hpp"

namespace todod::operation {

namespace json = boost::json;

namespace {

void drop_empty_options(json::object& arguments, const schema::Type& input)
{
    for (const auto& field : input.fields) {
        if (field.required) continue;
        const auto* const value = arguments.if_contains(field.name);
        if (value != nullptr && value->is_string() && value->get_string().empty()) {
            arguments.erase(field.name);
        }
    }
}

bool is_callers_fault(base::ErrorCode code) noexcept
{
    using enum base::ErrorCode;
    return code != unavailable && code != unauthorized && code != internal;
}

}  // namespace

const Operation* find_tool(const Table& tools, std::string_view name) noexcept
{
    const auto found = std::ranges::find(tools, name, &Operation::name);
    return found != tools.end() && found->tool ? &*found : nullptr;
}

json::object input_schema(const Operation& tool)
{
    if (tool.input == nullptr) {
        return {
            {"type", "object"}, {"properties", json::object{}}, {"additionalProperties", false}};
    }
    return schema::object_schema(*tool.input, schema::Dialect::tool, schema::Place::body, true);
}

json::object tool_failure(std::string_view why)
{
    return {{"success", false}, {"error", why}};
}

base::Async<json::object> use_tool(const Operation& tool, ToolCall call)
{
    if (!call.caller.may(tool.scope)) {
        co_return tool_failure("The token's scopes do not cover this.");
    }
    if (tool.input != nullptr) drop_empty_options(call.arguments, *tool.input);
    const json::value body = std::move(call.arguments);
    std::array<schema::NamedText, 2> headers;
    std::size_t count = 0;
    if (!call.time_zone.empty()) headers[count++] = {"X-Timezone", call.time_zone};
    const bool takes_key = tool.input != nullptr && !call.idempotency_key.empty() &&
                           tool.input->find(types::IdempotencyKey::header, schema::Place::header);
    if (takes_key) headers[count++] = {types::IdempotencyKey::header, call.idempotency_key};
    Call request;
    request.caller = std::move(call.caller);
    request.dialect = schema::Dialect::tool;
    request.input.body = &body;
    request.input.headers = std::span{headers}.first(count);
    request.request_id = call.request_id;
    try {
        const Reply reply = co_await tool.run(std::move(request));
        co_return json::object{{"success", true}, {"data", json::parse(reply.body)}};
    } catch (const base::Error& error) {
        if (!is_callers_fault(error.code())) throw;
        co_return tool_failure(error.message());
    }
}

}  // namespace todod::operation
