#pragma once

#include <cstdint>
#include <string_view>

#include "mcp/server.hpp"

namespace todod::mcp {

/// RFC 5424's severities, the least grave first.
enum class Severity : std::uint8_t {
    debug,
    info,
    notice,
    warning,
    error,
    critical,
    alert,
    emergency,
};

/// Nothing where there is none of that name.
std::optional<Severity> find_severity(std::string_view name) noexcept;

/// Tells the client how far its request has come, if it has asked for that (_meta.progressToken).
/// `done` must grow from one to the next. Throws as EventSink::send does.
base::Async<void> tell_progress(const Request& request, std::int64_t done, std::int64_t total);

/// Sends the client a line of log: in the modern revision only to who has asked for such grave ones
/// by this request, in the others to everybody, as nothing is kept of logging/setLevel. Throws as
/// EventSink::send does.
base::Async<void> tell_log(const Request& request, Severity severity, std::string_view text);

}  // namespace todod::mcp
