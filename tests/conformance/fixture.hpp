#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/client_requests.hpp"
#include "mcp/server.hpp"
#include "mcp/state_seal.hpp"
#include "mcp/subscriptions.hpp"

/// What the official conformance suite asks a server for: tools, resources and prompts of fixed
/// names that show what the protocol can do. It is served by todod's own library.
namespace todod::conformance {

using mcp::Answer;
using mcp::Request;
using mcp::Result;

/// A small picture and a short sound, in base64.
inline constexpr std::string_view png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJg"
    "gg==";
inline constexpr std::string_view wav =
    "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

/// What nothing changes may be kept by everybody.
inline constexpr mcp::CacheHint cache{std::chrono::minutes{5}, false};

/// What one I/O thread's tools stand on.
struct Parts {
    base::Loop& loop;
    mcp::ClientRequests& requests;
    const mcp::StateSeal& seal;
    mcp::Listeners& listeners;
};

/// A call of a tool. Its arguments are null where there are none.
using CallTool = std::function<base::Async<Answer>(const Request& request,
                                                   const boost::json::object* arguments)>;

struct Tool {
    std::string_view name;
    std::string_view doc;
    CallTool call;
    mcp::Era era = mcp::Era::both;
    std::string_view schema = R"({"type":"object","properties":{}})";
};

using Tools = std::vector<Tool>;

/// A result of one text.
Result text_result(std::string_view text);

/// What an elicitation asks for: one property of that type.
boost::json::object ask_for(std::string_view message, std::string_view property,
                            std::string_view type = "string");

Tools content_tools(const Parts& parts);  ///< that answer by themselves
Tools telling_tools(const Parts& parts);  ///< that tell the client something meanwhile
Tools asking_tools(const Parts& parts);   ///< that ask the client on their stream (legacy)
Tools rounds_tools(const Parts& parts);   ///< that need a second try, or more (modern)

/// `tools/list` and `tools/call`, and the rest that the suite calls.
std::vector<mcp::Method> tool_methods(Tools tools);
std::vector<mcp::Method> telling_methods();
std::vector<mcp::Method> resource_methods();
std::vector<mcp::Method> prompt_methods();

}  // namespace todod::conformance
