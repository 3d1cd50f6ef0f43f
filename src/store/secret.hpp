#pragma once

#include <string>

#include "base/random.hpp"

namespace todod::store {

/// One that is long enough to sign with: 256 bits, in base64url.
std::string make_secret(base::Random& random);

}  // namespace todod::store
