#include "auth/nextauth.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "auth/jwe.hpp"
#include "base/error.hpp"

namespace todod::auth {

namespace {

constexpr std::string_view secure_prefix = "__Secure-";

struct KdfDeleter {
    void operator()(EVP_KDF* kdf) const noexcept { EVP_KDF_free(kdf); }
    void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

/// OpenSSL reads from it alone.
OSSL_PARAM octets(const char* name, std::string_view value)
{
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

/// HKDF-SHA256 (RFC 5869), as @auth/core derives its keys.
std::string derive_key(std::string_view secret, std::string_view salt)
{
    const std::string info = fmt::format("Auth.js Generated Encryption Key ({})", salt);
    std::string digest = "SHA256";
    const std::array params{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        octets(OSSL_KDF_PARAM_KEY, secret),
        octets(OSSL_KDF_PARAM_SALT, salt),
        octets(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end(),
    };
    const std::unique_ptr<EVP_KDF, KdfDeleter> kdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
    const std::unique_ptr<EVP_KDF_CTX, KdfDeleter> context{EVP_KDF_CTX_new(kdf.get())};
    std::string key(a256cbc_hs512_key_bytes, '\0');
    if (!context || EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()),
                                   key.size(), params.data()) != 1) {
        throw base::Error{base::ErrorCode::internal, "HKDF failed."};
    }
    return key;
}

}  // namespace

NextAuth::NextAuth(std::span<const std::string> secrets, std::string_view salt)
{
    std::vector<std::string> salts{std::string{salt}};
    if (!salt.starts_with(secure_prefix)) salts.push_back(fmt::format("{}{}", secure_prefix, salt));
    for (const std::string& secret : secrets) {
        for (const std::string& each : salts)
            keys_.push_back(derive_key(secret, each));
    }
}

Claims NextAuth::verify(std::string_view token, base::Instant now) const
{
    if (token.size() > max_token_bytes) refuse_token("The token is too long.");
    const auto payload = open_jwe_dir(token, keys_);
    if (!payload) refuse_token("The token is not an Auth.js session that opens here.");
    Claims claims = read_claims(*payload, {});
    check_times(claims, now);
    return claims;
}

}  // namespace todod::auth
