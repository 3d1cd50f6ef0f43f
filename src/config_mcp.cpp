#include "config_mcp.hpp"

#include <algorithm>

#include "config_values.hpp"
#include "net/url.hpp"

namespace todod {

namespace {

bool is_local(std::string_view host)
{
    return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

/// Where it is to be found if nobody says so: what listens everywhere is on this machine, too.
std::string standard_url(std::string_view host, std::uint16_t port)
{
    if (host == "0.0.0.0" || host == "::") host = "localhost";
    const bool is_ipv6 = host.contains(':');
    return fmt::format("http://{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

/// Whether clients are told of the authorisation server, whose tokens can be verified.
bool has_resource(const Config& config)
{
    return !config.auth_server_url.empty() && !config.jwks_url.empty();
}

}  // namespace

void set_mcp_hosts(Config& config, std::string_view text)
{
    config.mcp_hosts = to_list(text);
    if (!std::ranges::all_of(config.mcp_hosts, mcp::is_host)) {
        throw Unusable{"names or addresses (IPv6 in brackets), each with :PORT or without"};
    }
}

void set_public_url(Config& config, std::string_view url)
{
    // Behind 0.0.0.0 nobody finds the resource under a name that is guessed.
    if (url.empty() && config.production && has_resource(config)) {
        throw Unusable{"where clients find todod, in production with AUTH_SERVER_URL and JWKS_URL"};
    }
    const auto parsed = net::parse_url(url);
    // The metadata of a resource under a path are at the host's root (RFC 9728 §3.1): not todod's.
    const bool is_root = parsed && parsed->target.find_first_not_of('/') == std::string::npos;
    if (!url.empty() && (!is_root || url.contains('#'))) {
        throw Unusable{"an http:// or https:// URL without a user, a path, a query or a fragment"};
    }
    while (url.ends_with('/'))
        url.remove_suffix(1);
    config.public_url = url;
}

mcp::Access mcp_access(const Config& config)
{
    mcp::Access access{config.mcp_hosts, config.cors_origins, is_local(config.host)};
    const bool is_restricted = access.is_local || !access.hosts.empty();
    if (const auto url = net::parse_url(config.public_url)) {
        access.is_behind_proxy = !is_local(url->host);
        if (is_restricted) access.hosts.push_back(url->authority());
    }
    return access;
}

std::optional<mcp::Resource> mcp_resource(const Config& config, std::uint16_t port)
{
    if (!has_resource(config)) return std::nullopt;
    const auto url =
        config.public_url.empty() ? standard_url(config.host, port) : config.public_url;
    return mcp::make_resource(url, config.auth_server_url, config.app_name);
}

}  // namespace todod
