#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// What users' own API keys are kept and used with. Each throws Unusable.

/// Fernet keys, of which the first seals.
void set_encryption_keys(Config& config, std::string_view text);

void set_openai_base_url(Config& config, std::string_view url);

}  // namespace todod
