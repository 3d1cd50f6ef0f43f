#include "operation/tool.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <span>

#include "base/error.hpp"
#include "schema/json_text.hpp"
#include "types/idempotency_key.hpp"

namespace todod::operation {

namespace json = boost::json;

namespace {

/// One type in place of several ("null" among them), which not every client knows.
void simplify_type(json::object& schema)
{
    if (const json::value* const kinds = schema.if_contains("anyOf")) {
        json::object first = kinds->at(0).as_object();
        schema.erase("anyOf");
        simplify_type(first);
        schema["type"] = first.at("type");
    }
    json::value* const type = schema.if_contains("type");
    if (type != nullptr && type->is_array()) {
        json::value first = type->get_array().front();
        *type = std::move(first);
    }
    if (json::value* const values = schema.if_contains("enum")) {
        auto& names = values->as_array();
        if (names.back().is_null()) names.pop_back();
    }
}

/// Throughout `schema`; without docs where they are not `documented`.
void simplify(json::object& schema, bool documented)
{
    simplify_type(schema);
    if (!documented) schema.erase("description");
    if (json::value* const items = schema.if_contains("items")) {
        simplify(items->as_object(), documented);
    }
    if (json::value* const properties = schema.if_contains("properties")) {
        for (auto& [name, property] : properties->as_object())
            simplify(property.as_object(), documented);
    }
}

/// Of data that may be a preview instead: it has none of what both have not.
void add_preview(json::object& data, const schema::Type& type)
{
    auto preview = schema::object_schema(type, schema::Dialect::tool, schema::Place::body, false);
    data.erase("required");
    for (auto& [name, property] : preview.at("properties").as_object())
        data.at("properties").as_object().insert_or_assign(name, property);
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
    auto schema =
        schema::object_schema(*tool.input, schema::Dialect::tool, schema::Place::body, true);
    schema.erase("description");  // the tool has its own
    simplify(schema, true);
    return schema;
}

json::object output_schema(const Operation& tool)
{
    json::object data =
        schema::object_schema(*tool.output.type, schema::Dialect::tool, schema::Place::body, false);
    if (tool.output.preview != nullptr) add_preview(data, *tool.output.preview);
    simplify(data, false);
    return {{"type", "object"},
            {"properties", json::object{{"success", json::object{{"type", "boolean"}}},
                                        {"data", std::move(data)},
                                        {"error", json::object{{"type", "string"}}}}},
            {"required", json::array{"success"}}};
}

bool is_callers_fault(base::ErrorCode code) noexcept
{
    using enum base::ErrorCode;
    return code != unavailable && code != unauthorized && code != internal;
}

json::object tool_failure(std::string_view why)
{
    return {{"success", false}, {"error", why}};
}

base::Async<ToolReply> call_tool(const Operation& tool, ToolCall call)
{
    if (!call.caller.may(tool.scope)) {
        co_return failure(
            fmt::format("What you have signed in with does not cover this: it needs the scope {}.",
                        schema::Codec<auth::Scope>::name(tool.scope, schema::Dialect::tool)));
    }
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
    request.via = call.via;
    request.changes = std::move(call.changes);
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
