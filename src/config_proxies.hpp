#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of the proxies that other servers are asked through. Each throws Unusable.

void set_https_proxy(Config& config, std::string_view url);
void set_http_proxy(Config& config, std::string_view url);
void set_no_proxy(Config& config, std::string_view text);

}  // namespace todod
