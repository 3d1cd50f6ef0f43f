#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/user_key.hpp"

namespace todod::feed {

/// What processes tell each other: whose logs have grown, each as 16 hexadecimal digits.
inline constexpr std::size_t key_digits = 16;

/// That anybody's may have.
inline constexpr std::string_view anybody = "*";

/// Takes as many off the end of `users` as a text of `max_bytes` has room for.
std::string write_notice(std::vector<UserKey>& users, std::size_t max_bytes);

/// Calls `visit` with each. False where the text is none of these: what was in it before has been
/// visited.
bool read_notice(std::string_view text, const std::function<void(UserKey)>& visit);

}  // namespace todod::feed
