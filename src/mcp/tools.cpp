#include "mcp/tools.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/text.hpp"
#include "operation/tool.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;
using operation::Operation;

namespace {

/// A tool, and what is known of it before it is called.
struct Shown {
    const Operation* tool;
    std::string description;  ///< as `tools/list` has it
    base::Counter* successes = nullptr;
    base::Counter* failures = nullptr;
};
using Shelf = std::vector<Shown>;

/// As `tools/list` has it.
std::string describe(const Operation& tool)
{
    const auto& about = *tool.tool;
    return json::serialize(json::object{
        {"name", tool.name},
        {"title", about.title},
        {"description", tool.doc},
        {"inputSchema", operation::input_schema(tool)},
        {"outputSchema", operation::output_schema(tool)},
        {"annotations",
         {{"title", about.title},
          {"readOnlyHint", about.is_read_only},
          {"destructiveHint", about.is_destructive || about.overwrites},
          {"idempotentHint", about.is_idempotent},
          {"openWorldHint", false}}},
    });
}

base::Counter& call_counter(base::Metrics& metrics, std::string_view tool, const char* outcome)
{
    return metrics.counter("todod_tool_calls_total", "Calls of tools over MCP.",
                           {{"tool", std::string{tool}}, {"outcome", outcome}});
}

Shelf make_shelf(const operation::Table& tools, base::Metrics* metrics)
{
    Shelf shelf;
    shelf.reserve(tools.size());
    for (const auto& tool : tools) {
        Shown& shown = shelf.emplace_back(&tool, describe(tool));
        if (metrics == nullptr) continue;
        shown.successes = &call_counter(*metrics, tool.name, "success");
        shown.failures = &call_counter(*metrics, tool.name, "failure");
    }
    return shelf;
}

void count(base::Counter* counter)
{
    if (counter != nullptr) counter->add();
}

Fault unknown_tool(const Shelf& shelf, std::string_view name)
{
    std::vector<std::string_view> names;
    names.reserve(shelf.size());
    for (const auto& shown : shelf)
        names.push_back(shown.tool->name);
    std::string message{"There is no such tool."};
    if (const auto nearest = base::find_nearest(name, names)) {
        message = fmt::format("There is no such tool: did you mean '{}'?", *nearest);
    }
    return refuse_params(std::move(message));
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

base::Async<Answer> list_tools(const Shelf& shelf, const Request& request)
{
    Result result{.members = R"("tools":[)", .cache = list_cache};
    for (const auto& shown : shelf) {
        if (!request.sender.caller.may(shown.tool->scope)) continue;
        if (!result.members.ends_with('[')) result.members += ',';
        result.members += shown.description;
    }
    result.members += ']';
    co_return result;
}

/// Throws Error{invalid} with what is missing of the call.
operation::ToolCall read_call(const Request& request)
{
    const Sender& sender = request.sender;
    operation::ToolCall call{.caller = sender.caller,
                             .time_zone = sender.time_zone,
                             .idempotency_key = sender.idempotency_key,
                             .request_id = std::string{sender.request_id},
                             .meter = sender.meter};
    const auto* const arguments = request.message.params->if_contains("arguments");
    if (arguments == nullptr || arguments->is_null()) return call;
    if (!arguments->is_object()) {
        throw base::Error{base::ErrorCode::invalid, "`arguments` must be an object."};
    }
    call.arguments = arguments->get_object();
    return call;
}

base::Async<Answer> call_tool(const Shelf& shelf, const Request& request)
{
    const auto* const name = find_text(request.message.params, "name");
    if (name == nullptr) throw base::Error{base::ErrorCode::invalid, "`name` must be a text."};
    const auto found = std::ranges::find(
        shelf, *name, [](const Shown& shown) -> std::string_view { return shown.tool->name; });
    if (found == shelf.end()) co_return unknown_tool(shelf, *name);
    operation::ToolCall call = read_call(request);
    const Sender& sender = request.sender;
    // What is refused for its scope does nothing that counts as a write.
    if (sender.meter != nullptr && sender.caller.may(found->tool->scope)) {
        const bool is_read = found->tool->tool->is_read_only;
        co_await sender.meter->check(is_read ? auth::LimitKind::read : auth::LimitKind::write,
                                     sender.caller.user_id);
    }
    const auto reply = co_await operation::call_tool(*found->tool, std::move(call));
    count(reply.is_success ? found->successes : found->failures);
    co_return write_reply(reply);
}

}  // namespace

std::vector<Method> tool_methods(const operation::Table& tools, base::Metrics* metrics)
{
    const auto shelf = std::make_shared<const Shelf>(make_shelf(tools, metrics));
    std::vector<Method> methods;
    methods.push_back({.name = "tools/list", .handle = [shelf](const Request& request) {
                           return list_tools(*shelf, request);
                       }});
    methods.push_back(
        {.name = "tools/call",
         .handle = [shelf](const Request& request) { return call_tool(*shelf, request); },
         .named_by = "name"});
    return methods;
}

}  // namespace todod::mcp
