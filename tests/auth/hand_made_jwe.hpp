#pragma once

#include <fmt/format.h>
#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "auth/hand_made_token.hpp"
#include "base/text.hpp"

namespace todod::testing {

/// AES-256-CBC with PKCS #7.
inline std::string aes_256_cbc(std::string_view key, std::string_view iv, std::string_view text)
{
    std::string out(text.size() + 16, '\0');
    auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
    const auto of = [](std::string_view view) {
        return reinterpret_cast<const unsigned char*>(view.data());
    };
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    int size = 0;
    int rest = 0;
    EVP_EncryptInit_ex2(context, EVP_aes_256_cbc(), of(key), of(iv), nullptr);
    EVP_EncryptUpdate(context, bytes, &size, of(text), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context, bytes + size, &rest);
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(size + rest));
    return out;
}

/// The five parts of a JWE, each to be made wrong.
struct HandMadeJwe {
    std::string header;  ///< encoded, as the others
    std::string encrypted_key;
    std::string iv;
    std::string ciphertext;
    std::string tag;

    std::string text() const
    {
        return header + '.' + encrypted_key + '.' + iv + '.' + ciphertext + '.' + tag;
    }
};

/// `ciphertext` as raw bytes, with a tag that holds (RFC 7518 §5.2.2.1).
inline HandMadeJwe hand_sealed_jwe(std::string_view header, std::string_view iv,
                                   std::string_view ciphertext, std::string_view key)
{
    const std::string encoded = base::base64url_encode(header);
    std::string authenticated = encoded;
    authenticated.append(iv).append(ciphertext);
    const std::size_t bits = encoded.size() * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        authenticated += static_cast<char>(bits >> shift);
    const std::string tag = hmac(EVP_sha512(), key.substr(0, 32), authenticated).substr(0, 32);
    return {encoded, "", base::base64url_encode(iv), base::base64url_encode(ciphertext),
            base::base64url_encode(tag)};
}

inline HandMadeJwe hand_made_jwe(std::string_view header, std::string_view payload,
                                 std::string_view key)
{
    const std::string iv = "sixteen bytes iv";
    return hand_sealed_jwe(header, iv, aes_256_cbc(key.substr(32), iv, payload), key);
}

/// What Auth.js derives (HKDF, RFC 5869), extracted and expanded past OpenSSL's own.
inline std::string auth_js_key(std::string_view secret, std::string_view salt)
{
    const auto mac = [](std::string_view key, std::string_view text) {
        return hmac(EVP_sha256(), key, text);
    };
    const std::string info = fmt::format("Auth.js Generated Encryption Key ({})", salt);
    const std::string extracted = mac(salt, secret);
    const std::string first = mac(extracted, info + '\x01');
    return first + mac(extracted, first + info + '\x02');
}

}  // namespace todod::testing
