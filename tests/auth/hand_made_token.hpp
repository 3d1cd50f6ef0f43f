#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <string_view>

#include "base/text.hpp"

namespace todod::testing {

inline std::string hmac(const EVP_MD* hash, std::string_view secret, std::string_view text)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(hash, secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    return {reinterpret_cast<const char*>(mac), size};
}

/// A compact JWS of any header and payload whose HMAC holds, made without cjose.
inline std::string hand_made_token(std::string_view header, std::string_view payload,
                                   std::string_view secret, const EVP_MD* hash = EVP_sha256())
{
    const std::string input =
        base::base64url_encode(header) + '.' + base::base64url_encode(payload);
    return input + '.' + base::base64url_encode(hmac(hash, secret, input));
}

}  // namespace todod::testing
