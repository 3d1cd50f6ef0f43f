#include "base/random.hpp"

#include <openssl/rand.h>

#include "base/error.hpp"

namespace todod::base {

void SecureRandom::fill(std::span<std::byte> bytes)
{
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    constexpr unsigned int default_strength = 0;
    if (RAND_bytes_ex(nullptr, out, bytes.size(), default_strength) != 1) {
        throw Error{ErrorCode::internal, "the random number generator failed"};
    }
}

}  // namespace todod::base
