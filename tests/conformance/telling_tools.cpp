#include "fixture.hpp"
#include "mcp/capabilities.hpp"
#include "mcp/notices.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

base::Async<Answer> make_progress(const Request& request, const json::object*)
{
    constexpr std::int64_t total = 100;
    for (const std::int64_t done : {0, 50, 100})
        co_await mcp::tell_progress(request, done, total);
    co_return text_result("All of it is done.");
}

base::Async<Answer> log_thrice(const Request& request, const json::object*)
{
    for (const std::string_view line :
         {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
        co_await mcp::tell_log(request, mcp::Severity::info, line);
    }
    co_return text_result("Three lines were logged.");
}

/// Needs a client that can sample, though it does not go on to ask it.
base::Async<Answer> need_sampling(const Request& request, const json::object*)
{
    if (!mcp::can(request, "sampling")) co_return mcp::missing_capability("sampling");
    co_return text_result("The client can sample.");
}

CallTool announces(mcp::Listeners& listeners, mcp::ListKind list)
{
    return [&listeners, list](const Request&, const json::object*) -> base::Async<Answer> {
        listeners.announce(list);
        co_return text_result("Who listens was told.");
    };
}

base::Async<Answer> set_log_level(const Request& request)
{
    const auto* const level = mcp::find_text(request.message.params, "level");
    if (level == nullptr || !mcp::find_severity(*level)) {
        throw base::Error{base::ErrorCode::invalid, "`level` must be a severity."};
    }
    co_return Result{};
}

}  // namespace

Tools telling_tools(const Parts& parts)
{
    using mcp::Era;
    return {
        {"test_tool_with_progress", "Says how far it is.", make_progress},
        {"test_tool_with_logging", "Logs three lines.", log_thrice, Era::legacy},
        {"test_logging_tool", "Logs for who asks for it.", log_thrice, Era::modern},
        {"test_missing_capability", "Needs a client that can sample.", need_sampling, Era::modern},
        {"test_trigger_tool_change", "Says that the tools have changed.",
         announces(parts.listeners, mcp::ListKind::tools), Era::modern},
        {"test_trigger_prompt_change", "Says that the prompts have changed.",
         announces(parts.listeners, mcp::ListKind::prompts), Era::modern},
    };
}

std::vector<mcp::Method> telling_methods()
{
    return {{.name = "logging/setLevel", .handle = set_log_level, .era = mcp::Era::legacy}};
}

}  // namespace todod::conformance
