#pragma once

#include <optional>
#include <string>

#include "base/random.hpp"

namespace todod::store::sqlite {

/// The secret that signs JWTs where none is configured: made at the first start, and kept beside
/// the database in a file that only its owner may read (mode 0600). Throws base::Error{unavailable}
/// when it can neither be read nor made.
std::string keep_secret_file(const std::string& database_path, base::Random& random);

/// The one that was kept; nothing where there is no file. Throws as keep_secret_file does.
std::optional<std::string> find_secret_file(const std::string& database_path);

/// Keeps `secret` from then on, in place of any other: at every moment there is one of them, whole.
void replace_secret_file(const std::string& database_path, const std::string& secret);

}  // namespace todod::store::sqlite
