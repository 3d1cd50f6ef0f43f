#pragma once

#include <string>

#include "base/random.hpp"

namespace todod::store::sqlite {

/// The secret that signs JWTs where none is configured: made at the first start, and kept beside
/// the database in a file that only its owner may read (mode 0600). Throws base::Error{unavailable}
/// when it can neither be read nor made.
std::string keep_secret_file(const std::string& database_path, base::Random& random);

}  // namespace todod::store::sqlite
