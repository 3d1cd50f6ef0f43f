#pragma once

#include <string_view>

#include "mcp/server.hpp"

namespace todod::mcp {

/// Where a modern request says what its client can do.
inline constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";

/// Whether the client says so by this request: "sampling", "elicitation", "roots". Of the legacy
/// revisions none does: they say it once, in `initialize`, and nothing is kept of that.
bool can(const Request& request, std::string_view capability);

/// What a request is answered with that needs a client which can.
Fault missing_capability(std::string_view capability);

}  // namespace todod::mcp
