#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of variables about limits and who asks. Each throws Unusable.

void set_limits_enabled(Config& config, std::string_view text);
void set_read_limit(Config& config, std::string_view text);
void set_write_limit(Config& config, std::string_view text);
void set_chat_limit(Config& config, std::string_view text);
void set_redis(Config& config, std::string_view url);
void set_trusted_proxies(Config& config, std::string_view text);

}  // namespace todod
