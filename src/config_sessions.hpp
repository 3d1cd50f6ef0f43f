#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"

namespace todod {

/// The values that say how an auth server keeps its sessions. Each throws Unusable.

/// With commas between: each is tried with every token, so they are few.
std::vector<std::string> to_session_secrets(std::string_view text);

/// hmac-hex, hmac-base64 or plain.
void set_session_token(Config& config, std::string_view text);

/// TABLE or SCHEMA.TABLE.
void set_session_table(Config& config, std::string_view text);

/// TOKEN,USER,EXPIRY.
void set_session_columns(Config& config, std::string_view text);

}  // namespace todod
