#include "base/sha256.hpp"

#include <openssl/evp.h>

#include "base/error.hpp"

namespace todod::base {

std::string sha256(std::string_view bytes)
{
    constexpr std::size_t digest_bytes = 32;
    std::string digest(digest_bytes, '\0');
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1) {
        throw Error{ErrorCode::internal, "SHA-256 failed."};
    }
    return digest;
}

}  // namespace todod::base
