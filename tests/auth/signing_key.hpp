#pragma once

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace todod::testing {

/// A private key of an authorisation server, and what it signs and publishes.
class SigningKey {
public:
    static SigningKey rsa(std::string id, unsigned bits = 2048)
    {
        return {EVP_RSA_gen(bits), "RS256", std::move(id)};
    }
    static SigningKey p256(std::string id) { return {EVP_EC_gen("P-256"), "ES256", std::move(id)}; }
    static SigningKey ed25519(std::string id)
    {
        return {EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), "EdDSA", std::move(id)};
    }

    const std::string& algorithm() const { return algorithm_; }

    /// As a JWKS has it; `more` is put at its end: `,"use":"sig"`.
    std::string jwk(std::string_view more = {}) const
    {
        const std::string id = id_.empty() ? "" : fmt::format(R"(,"kid":"{}")", id_);
        return fmt::format("{{{}{}{}}}", parameters(), id, more);
    }

    /// A compact JWS of `payload`.
    std::string sign(std::string_view payload) const
    {
        const std::string id = id_.empty() ? "" : fmt::format(R"(,"kid":"{}")", id_);
        return sign_as(fmt::format(R"({{"alg":"{}"{}}})", algorithm_, id), payload);
    }

    /// The same with any header.
    std::string sign_as(std::string_view header, std::string_view payload) const
    {
        const std::string text =
            base::base64url_encode(header) + '.' + base::base64url_encode(payload);
        return text + '.' + base::base64url_encode(signature_of(text));
    }

    std::string signature_of(std::string_view text) const
    {
        const EVP_MD* const hash = algorithm_ == "EdDSA" ? nullptr : EVP_sha256();
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free};
        std::string signature(1024, '\0');
        std::size_t size = signature.size();
        if (EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
            throw std::runtime_error{"cannot sign"};
        }
        signature.resize(size);
        return algorithm_ == "ES256" ? from_der(signature) : signature;
    }

    /// What an attacker knows as well, in each form that a secret might be compared with.
    std::string public_pem() const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory{BIO_new(BIO_s_mem()),
                                                                   &BIO_free_all};
        PEM_write_bio_PUBKEY(memory.get(), key_.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(memory.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
    std::string public_der() const
    {
        unsigned char* bytes = nullptr;
        const int size = i2d_PUBKEY(key_.get(), &bytes);
        const std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
        OPENSSL_free(bytes);
        return der;
    }

private:
    SigningKey(EVP_PKEY* key, std::string algorithm, std::string id)
        : key_(key, &EVP_PKEY_free), algorithm_(std::move(algorithm)), id_(std::move(id))
    {
        if (!key_) throw std::runtime_error{"no key"};
    }

    std::string parameters() const
    {
        if (algorithm_ == "RS256") {
            return fmt::format(R"("kty":"RSA","n":"{}","e":"{}")", number("n"), number("e"));
        }
        if (algorithm_ == "ES256") {
            return fmt::format(R"("kty":"EC","crv":"P-256","x":"{}","y":"{}")", number("qx", 32),
                               number("qy", 32));
        }
        std::string x(32, '\0');
        std::size_t size = x.size();
        EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(x.data()), &size);
        return fmt::format(R"("kty":"OKP","crv":"Ed25519","x":"{}")", base::base64url_encode(x));
    }

    static std::string bytes_of(const BIGNUM* number, int size)
    {
        std::string bytes(static_cast<std::size_t>(size), '\0');
        BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
        return bytes;
    }

    std::string number(const char* name, int size = 0) const
    {
        BIGNUM* value = nullptr;
        if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) {
            throw std::runtime_error{"no parameter"};
        }
        const std::string bytes = bytes_of(value, size == 0 ? BN_num_bytes(value) : size);
        BN_free(value);
        return base::base64url_encode(bytes);
    }

    static std::string from_der(const std::string& der)
    {
        const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair{
            d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())), &ECDSA_SIG_free};
        return bytes_of(ECDSA_SIG_get0_r(pair.get()), 32) +
               bytes_of(ECDSA_SIG_get0_s(pair.get()), 32);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::string algorithm_;
    std::string id_;
};

/// A JWK Set of these.
inline std::string key_set_of(std::initializer_list<std::string> keys)
{
    std::string text;
    for (const std::string& key : keys)
        text += (text.empty() ? "" : ",") + key;
    return R"({"keys":[)" + text + "]}";
}

}  // namespace todod::testing
