#include "auth/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.hpp"

namespace todod::auth {

namespace {

std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view text)
{
    std::string mac(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
    const unsigned char* made =
        HMAC(hash, key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(),
             reinterpret_cast<unsigned char*>(mac.data()), nullptr);
    if (made == nullptr) throw base::Error{base::ErrorCode::internal, "HMAC failed."};
    return mac;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text)
{
    return hmac(EVP_sha256(), key, text);
}

std::string hmac_sha512(std::string_view key, std::string_view text)
{
    return hmac(EVP_sha512(), key, text);
}

}  // namespace todod::auth
