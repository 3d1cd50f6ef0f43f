#pragma once

#include <optional>
#include <string_view>

#include "config.hpp"
#include "mcp/access.hpp"
#include "mcp/metadata.hpp"

namespace todod {

/// Setters of what agents' clients are told and asked. Each throws Unusable.

void set_mcp_hosts(Config& config, std::string_view text);
/// After ENVIRONMENT, AUTH_SERVER_URL and JWKS_URL, with which it must be set in production.
void set_public_url(Config& config, std::string_view url);

/// Who may ask /mcp, by the names and origins that are configured.
mcp::Access mcp_access(const Config& config);

/// /mcp of a server at `port`, where an authorisation server gives out tokens for it
/// (AUTH_SERVER_URL) that todod can verify (JWKS_URL).
std::optional<mcp::Resource> mcp_resource(const Config& config, std::uint16_t port);

}  // namespace todod
