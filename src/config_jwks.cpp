#include "config_jwks.hpp"

#include "config_values.hpp"
#include "net/url.hpp"

namespace todod {

namespace {

void check_url(std::string_view url)
{
    if (!net::parse_url(url)) throw Unusable{"an http:// or https:// URL without a user"};
}

}  // namespace

void set_jwks_url(Config& config, std::string_view url)
{
    if (!url.empty()) check_url(url);
    config.jwks_url = url;
}

void set_algorithm(Config& config, std::string_view name)
{
    if (name == "HS256") return;
    config.jwks_algorithm = auth::find_key_algorithm(name);
    if (config.jwks_algorithm && !config.jwks_url.empty()) return;
    throw Unusable{"HS256, or with JWKS_URL also RS256, ES256 or EdDSA"};
}

void set_auth_server_url(Config& config, std::string_view url)
{
    if (!url.empty()) check_url(url);
    config.auth_server_url = url;
}

}  // namespace todod
