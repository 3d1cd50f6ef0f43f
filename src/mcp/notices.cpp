#include "mcp/notices.hpp"

#include <algorithm>
#include <array>

namespace todod::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view log_level_key = "io.modelcontextprotocol/logLevel";

constexpr std::array<std::string_view, 8> severities{"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

bool wants(const Request& request, Severity severity)
{
    if (!is_modern(request.revision)) return true;
    const auto* const level = find_meta(request.message.params, log_level_key);
    if (level == nullptr || !level->is_string()) return false;
    const auto least = find_severity(level->get_string());
    return least && severity >= *least;
}

}  // namespace

std::optional<Severity> find_severity(std::string_view name) noexcept
{
    const auto* const found = std::ranges::find(severities, name);
    if (found == severities.end()) return std::nullopt;
    return static_cast<Severity>(found - severities.begin());
}

base::Async<void> tell_progress(const Request& request, std::int64_t done, std::int64_t total)
{
    const auto* const token = find_meta(request.message.params, "progressToken");
    if (token == nullptr || !(token->is_string() || token->is_number())) co_return;
    co_await request.peer.notify("notifications/progress",
                                 {{"progressToken", *token}, {"progress", done}, {"total", total}});
}

base::Async<void> tell_log(const Request& request, Severity severity, std::string_view text)
{
    if (!wants(request, severity)) co_return;
    const auto level = severities[static_cast<std::size_t>(severity)];
    co_await request.peer.notify("notifications/message", {{"level", level}, {"data", text}});
}

}  // namespace todod::mcp
