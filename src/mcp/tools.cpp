#include "mcp/tools.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "operation/tool.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;
using operation::Operation;

namespace {

/// Tools change with todod's release alone; which of them are shown, with the token's scopes.
constexpr CacheHint list_cache{std::chrono::minutes{5}};

/// As `tools/list` has it.
std::string describe(const Operation& tool)
{
    const auto& about = *tool.tool;
    return json::serialize(json::object{
        {"name", tool.name},
        {"title", about.title},
        {"description", tool.doc},
        {"inputSchema", operation::input_schema(tool)},
        // OUT {"outputSchema", operation::output_schema(tool)},
        {"annotations",
         {{"title", about.title},
          {"readOnlyHint", about.is_read_only},
          {"destructiveHint", about.is_destructive},
          {"idempotentHint", about.is_idempotent},
          {"openWorldHint", false}}},
    });
}

Fault unknown_tool(const operation::Table& tools, std::string_view name)
{
    std::vector<std::string_view> names;
    names.reserve(tools.size());
    for (const auto& tool : tools)
        names.push_back(tool.name);
    std::string message{"There is no such tool."};
    if (const auto nearest = base::find_nearest(name, names)) {
        message = fmt::format("There is no such tool: did you mean '{}'?", *nearest);
    }
    return {.code = FaultCode::invalid_params, .message = std::move(message)};
}

/// The whole of it as structured content, and the same as text: some clients show a model the one
/// alone, some the other.
Result write_reply(const operation::ToolReply& reply)
{
    Result result;
    result.members.reserve((2 * reply.envelope.size()) + (reply.envelope.size() / 4) + 128);
    result.members += R"("content":[{"type":"text","text":)";
    schema::write_string(result.members, reply.envelope);
    result.members += R"(}],"structuredContent":)";
    result.members += reply.envelope;
    if (!reply.is_success) result.members += R"(,"isError":true)";
    return result;
}

base::Async<Answer> call_tool(const operation::Table& tools, const Request& request)
{
    const auto* const params = request.message.params;
    const auto* const name = find_text(params, "name");
    if (name == nullptr) {
        co_return Fault{.code = FaultCode::invalid_params, .message = "`name` must be a text."};
    }
    const Operation* const tool = operation::find_tool(tools, *name);
    if (tool == nullptr) co_return unknown_tool(tools, *name);
    const Sender& sender = request.sender;
    operation::ToolCall call{.caller = sender.caller,
                             .time_zone = sender.time_zone,
                             .idempotency_key = sender.idempotency_key,
                             .request_id = std::string{sender.request_id}};
    if (const auto* const arguments = params->if_contains("arguments")) {
        if (!arguments->is_object()) {
            co_return Fault{.code = FaultCode::invalid_params,
                            .message = "`arguments` must be an object."};
        }
        call.arguments = arguments->get_object();
    }
    if (sender.meter != nullptr) {
        const auto kind = tool->tool->is_read_only ? auth::LimitKind::read : auth::LimitKind::write;
        co_await sender.meter->check(kind, sender.caller.user_id);
    }
    co_return write_reply(co_await operation::call_tool(*tool, std::move(call)));
}

}  // namespace

std::vector<Method> tool_methods(const operation::Table& tools)
{
    std::vector<std::string> shown;
    shown.reserve(tools.size());
    for (const auto& tool : tools)
        shown.push_back(describe(tool));
    auto list = [&tools, shown = std::move(shown)](const Request& request) -> base::Async<Answer> {
        Result result{.members = R"("tools":[)", .cache = list_cache};
        for (std::size_t i = 0; i < tools.size(); ++i) {
            if (!request.sender.caller.may(tools[i].scope)) continue;
            if (!result.members.ends_with('[')) result.members += ',';
            result.members += shown[i];
        }
        result.members += ']';
        co_return result;
    };
    auto call = [&tools](const Request& request) { return call_tool(tools, request); };
    std::vector<Method> methods;
    methods.push_back({.name = "tools/list", .handle = std::move(list)});
    methods.push_back({.name = "tools/call", .handle = std::move(call), .named_by = "name"});
    return methods;
}

}  // namespace todod::mcp
