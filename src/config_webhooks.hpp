#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of what webhooks may do. Each throws Unusable.

void set_webhooks_allow_private(Config& config, std::string_view text);
void set_retries(Config& config, std::string_view text);

}  // namespace todod
