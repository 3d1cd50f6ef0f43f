#pragma once

#include <string_view>

#include "config.hpp"

namespace todod {

/// Setters of the assistant's model. Each throws Unusable.

void set_openai_key(Config& config, std::string_view key);
void set_openrouter_key(Config& config, std::string_view key);
void set_model_url(Config& config, std::string_view url);
void set_model(Config& config, std::string_view name);

}  // namespace todod
