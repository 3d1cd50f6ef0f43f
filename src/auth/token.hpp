#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace todod::auth {

/// What todod's own tokens begin with. No JWT does: its header is a JSON object.
inline constexpr std::string_view token_prefix = "tdd_";

/// The prefix, and 256 random bits in base64url.
std::string make_token(base::Random& random);

/// What is kept of a token: its SHA-256, in base64url. Nothing when `token` has not the form of
/// one.
std::optional<std::string> hash_token(std::string_view token);

}  // namespace todod::auth
