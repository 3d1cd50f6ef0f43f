#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "fixture.hpp"
#include "mcp/param_headers.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

/// A tool as it is listed, and what it takes to call it.
struct Listed {
    Tool tool;
    std::string text;
    mcp::ParamHeaders headers;
};

Listed list_one(Tool tool)
{
    const json::value schema = json::parse(tool.schema);
    std::string text = json::serialize(
        json::object{{"name", tool.name}, {"description", tool.doc}, {"inputSchema", schema}});
    mcp::ParamHeaders headers{schema.as_object()};
    return {std::move(tool), std::move(text), std::move(headers)};
}

Result list(const std::vector<Listed>& tools, const Request& request)
{
    Result result{.members = R"("tools":[)", .cache = cache};
    for (const Listed& each : tools) {
        if (!mcp::covers(each.tool.era, request.revision)) continue;
        if (!result.members.ends_with('[')) result.members += ',';
        result.members += each.text;
    }
    result.members += ']';
    return result;
}

base::Async<Answer> call(const std::vector<Listed>& tools, const Request& request)
{
    const auto* const params = request.message.params;
    const auto* const name = mcp::find_text(params, "name");
    const auto found = std::ranges::find_if(tools, [&](const Listed& each) {
        return name != nullptr && each.tool.name == std::string_view{*name} &&
               mcp::covers(each.tool.era, request.revision);
    });
    if (found == tools.end()) {
        co_return mcp::Fault{.code = mcp::FaultCode::invalid_params,
                             .message = "There is no such tool."};
    }
    const auto* const given = params->if_contains("arguments");
    const auto* const arguments = given != nullptr ? given->if_object() : nullptr;
    if (given != nullptr && arguments == nullptr) {
        co_return mcp::Fault{.code = mcp::FaultCode::invalid_params,
                             .message = "`arguments` must be an object."};
    }
    if (mcp::is_modern(request.revision) && request.sender.headers) {
        if (auto fault = found->headers.check(*request.sender.headers, arguments)) {
            co_return *std::move(fault);
        }
    }
    co_return co_await found->tool.call(request, arguments);
}

}  // namespace

Result text_result(std::string_view text)
{
    const json::array content{{{"type", "text"}, {"text", text}}};
    return {.members = mcp::write_members({{"content", content}})};
}

json::object ask_for(std::string_view message, std::string_view property, std::string_view type)
{
    json::object properties;
    properties[property] = {{"type", type}};
    return {{"message", message},
            {"requestedSchema",
             {{"type", "object"},
              {"properties", std::move(properties)},
              {"required", json::array{property}}}}};
}

std::vector<mcp::Method> tool_methods(Tools tools)
{
    auto listed = std::make_shared<std::vector<Listed>>();
    for (Tool& tool : tools)
        listed->push_back(list_one(std::move(tool)));
    return {{.name = "tools/list",
             .handle = [listed](const Request& request) -> base::Async<Answer> {
                 co_return list(*listed, request);
             }},
            {.name = "tools/call",
             .handle = [listed](const Request& request) { return call(*listed, request); },
             .named_by = "name"}};
}

}  // namespace todod::conformance
