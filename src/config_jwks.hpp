#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Of an authorisation server whose tokens are accepted. Each throws Unusable.

void set_jwks_url(Config& config, std::string_view url);

/// After JWKS_URL, of whose tokens it takes one algorithm alone.
void set_algorithm(Config& config, std::string_view name);

/// todod asks nothing there: clients are told of it.
void set_auth_server_url(Config& config, std::string_view url);

}  // namespace todod
