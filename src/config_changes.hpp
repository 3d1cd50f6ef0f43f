#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of variables about the log of changes and the trash. Each throws Unusable.

void set_changes_retention(Config& config, std::string_view text);
void set_trash_retention(Config& config, std::string_view text);

}  // namespace todod
