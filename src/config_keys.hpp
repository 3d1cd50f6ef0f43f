#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// What users' own API keys are sealed with: Fernet keys, of which the first seals. Throws
/// Unusable.
void set_encryption_keys(Config& config, std::string_view text);

}  // namespace todod
