#pragma once

#include <string>
#include <string_view>

namespace todod::auth {

/// HMAC (RFC 2104), as raw bytes: 32 of them with SHA-256, 64 with SHA-512.
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string hmac_sha512(std::string_view key, std::string_view text);

}  // namespace todod::auth
