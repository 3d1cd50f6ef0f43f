#include "operation/tool.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <span>

#include "base/error.hpp"
#include "schema/json_text.hpp"
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

ToolReply success(std::string_view data)
{
    constexpr std::string_view begin = R"({"success":true,"data":)";
    ToolReply reply{.envelope = {}, .is_success = true};
    reply.envelope.reserve(begin.size() + data.size() + 1);
    reply.envelope.append(begin).append(data).append("}");
    return reply;
}

ToolReply failure(std::string_view why)
{
    ToolReply reply{.envelope = R"({"success":false,"error":)", .is_success = false};
    schema::write_string(reply.envelope, why);
    reply.envelope += '}';
    return reply;
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

base::Async<ToolReply> call_tool(const Operation& tool, ToolCall call)
{
    if (!call.caller.may(tool.scope)) co_return failure("The token's scopes do not cover this.");
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
    request.meter = call.meter;
    try {
        const Reply reply = co_await tool.run(std::move(request));
        co_return success(reply.body);
    } catch (const base::Error& error) {
        if (!is_callers_fault(error.code())) throw;
        co_return failure(error.message());
    }
}

base::Async<json::object> use_tool(const Operation& tool, ToolCall call)
{
    const ToolReply reply = co_await call_tool(tool, std::move(call));
    co_return json::parse(reply.envelope).as_object();
}

}  // namespace todod::operation
