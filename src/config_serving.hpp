#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of where todod listens, and how it ends. Each throws Unusable.

void set_host(Config& config, std::string_view host);
void set_max_event_streams(Config& config, std::string_view text);
void set_shutdown_delay(Config& config, std::string_view text);

}  // namespace todod
