#include "auth/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "auth/jws.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t p256_bytes = 32;
constexpr std::size_t ed25519_bytes = 32;
constexpr std::size_t es256_signature_bytes = 64;
constexpr int min_rsa_bits = 2048;
constexpr int max_rsa_bits = 8192;
/// Larger exponents only cost time.
constexpr std::size_t max_exponent_bytes = 8;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* what) const noexcept
    {
        release(what);
    }
};
using BignumPtr = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr to_bignum(std::string_view bytes)
{
    return BignumPtr{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

/// Nothing where it is not there or no string.
std::optional<std::string_view> find_text(const json_t& object, const char* name)
{
    const json_t* value = json_object_get(&object, name);
    if (!json_is_string(value)) return std::nullopt;
    return std::string_view{json_string_value(value), json_string_length(value)};
}

/// Not empty.
std::optional<std::string> find_bytes(const json_t& jwk, const char* name)
{
    const auto text = find_text(jwk, name);
    auto bytes = text ? base::base64url_decode(*text) : std::nullopt;
    return bytes && !bytes->empty() ? std::move(bytes) : std::nullopt;
}

/// Of `size` bytes exactly.
std::optional<std::string> find_bytes(const json_t& jwk, const char* name, std::size_t size)
{
    auto bytes = find_bytes(jwk, name);
    return bytes && bytes->size() == size ? std::move(bytes) : std::nullopt;
}

EvpKeyPtr make_key(const char* type, OSSL_PARAM_BLD* builder)
{
    const ParamsPtr params{OSSL_PARAM_BLD_to_param(builder)};
    const ContextPtr context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    EvpKeyPtr made{key};
    const ContextPtr check{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(made) : nullptr;
}

EvpKeyPtr make_rsa_key(const json_t& jwk)
{
    const auto modulus = find_bytes(jwk, "n");
    const auto exponent = find_bytes(jwk, "e");
    if (!modulus || modulus->size() > max_rsa_bits / 8 || !exponent ||
        exponent->size() > max_exponent_bytes) {
        return nullptr;
    }
    const BignumPtr n = to_bignum(*modulus);
    const BignumPtr e = to_bignum(*exponent);
    if (!n || !e || BN_num_bits(n.get()) < min_rsa_bits || !BN_is_odd(n.get()) ||
        !BN_is_odd(e.get()) || BN_is_one(e.get())) {
        return nullptr;
    }
    const BuilderPtr builder{OSSL_PARAM_BLD_new()};
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return make_key("RSA", builder.get());
}

EvpKeyPtr make_p256_key(const json_t& jwk)
{
    if (find_text(jwk, "crv") != "P-256") return nullptr;
    const auto x = find_bytes(jwk, "x", p256_bytes);
    const auto y = find_bytes(jwk, "y", p256_bytes);
    if (!x || !y) return nullptr;
    const std::string point = '\x04' + *x + *y;  // uncompressed (SEC 1 §2.3.3)
    const BuilderPtr builder{OSSL_PARAM_BLD_new()};
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    return make_key("EC", builder.get());
}

EvpKeyPtr make_ed25519_key(const json_t& jwk)
{
    if (find_text(jwk, "crv") != "Ed25519") return nullptr;
    const auto x = find_bytes(jwk, "x", ed25519_bytes);
    if (!x) return nullptr;
    return EvpKeyPtr{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size())};
}

struct Kind {
    std::string_view type;  ///< `kty`
    std::string_view name;  ///< `alg`
    KeyAlgorithm algorithm;
    EvpKeyPtr (*make)(const json_t& jwk);
};

constexpr std::array kinds{
    Kind{"RSA", "RS256", KeyAlgorithm::rs256, make_rsa_key},
    Kind{"EC", "ES256", KeyAlgorithm::es256, make_p256_key},
    Kind{"OKP", "EdDSA", KeyAlgorithm::eddsa, make_ed25519_key},
};

/// `use`, `key_ops` and `alg` (RFC 7517 §4), where they are there.
bool is_for_signatures(const json_t& jwk, std::string_view algorithm)
{
    const json_t* use = json_object_get(&jwk, "use");
    const json_t* alg = json_object_get(&jwk, "alg");
    const json_t* operations = json_object_get(&jwk, "key_ops");
    if (use != nullptr && find_text(jwk, "use") != "sig") return false;
    if (alg != nullptr && find_text(jwk, "alg") != algorithm) return false;
    if (operations == nullptr) return true;
    for (std::size_t i = 0; i < json_array_size(operations); ++i) {
        const json_t* one = json_array_get(operations, i);
        if (json_is_string(one) && std::string_view{json_string_value(one)} == "verify")
            return true;
    }
    return false;
}

/// A server that gives its private keys away gives everybody's.
bool is_private(const json_t& jwk)
{
    return json_object_get(&jwk, "d") != nullptr || json_object_get(&jwk, "k") != nullptr;
}

/// Empty where there is none; nothing where it is none.
std::optional<std::string> read_key_id(const json_t& jwk)
{
    if (json_object_get(&jwk, "kid") == nullptr) return "";
    const auto id = find_text(jwk, "kid");
    if (!id || id->empty() || id->size() > max_key_id_bytes) return std::nullopt;
    return std::string{*id};
}

/// The DER that OpenSSL takes, of r and s one after the other (RFC 7518 §3.4).
std::optional<std::string> to_der(std::string_view signature)
{
    if (signature.size() != es256_signature_bytes) return std::nullopt;
    const SignaturePtr pair{ECDSA_SIG_new()};
    BignumPtr r = to_bignum(signature.substr(0, es256_signature_bytes / 2));
    BignumPtr s = to_bignum(signature.substr(es256_signature_bytes / 2));
    if (!pair || !r || !s) return std::nullopt;
    ECDSA_SIG_set0(pair.get(), r.release(), s.release());
    unsigned char* bytes = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &bytes);
    const std::unique_ptr<unsigned char, Release<[](void* p) { OPENSSL_free(p); }>> owned{bytes};
    if (size <= 0) return std::nullopt;
    return std::string{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace

void EvpKeyDeleter::operator()(EVP_PKEY* key) const noexcept
{
    EVP_PKEY_free(key);
}

std::optional<KeyAlgorithm> find_key_algorithm(std::string_view name)
{
    const auto* const found = std::ranges::find(kinds, name, &Kind::name);
    return found == kinds.end() ? std::nullopt : std::optional{found->algorithm};
}

std::optional<PublicKey> read_public_key(const json_t& jwk)
{
    const auto type = find_text(jwk, "kty");
    const auto* const kind = std::ranges::find(kinds, type, &Kind::type);
    auto id = read_key_id(jwk);
    if (kind == kinds.end() || !id || is_private(jwk) || !is_for_signatures(jwk, kind->name)) {
        return std::nullopt;
    }
    EvpKeyPtr key = kind->make(jwk);
    if (!key) return std::nullopt;
    return PublicKey{.id = *std::move(id), .algorithm = kind->algorithm, .key = std::move(key)};
}

bool verify_signature(const PublicKey& key, std::string_view text, std::string_view signature)
{
    std::optional<std::string> der;
    if (key.algorithm == KeyAlgorithm::es256) {
        der = to_der(signature);
        if (!der) return false;
        signature = *der;
    }
    const EVP_MD* const hash = key.algorithm == KeyAlgorithm::eddsa ? nullptr : EVP_sha256();
    const DigestContextPtr context{EVP_MD_CTX_new()};
    // Of RSA's paddings PKCS #1 v1.5 is the one that is taken by itself.
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key.key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                            text.size()) == 1;
}

std::vector<const PublicKey*> KeySet::find(KeyAlgorithm algorithm,
                                           const std::optional<std::string>& id) const
{
    std::vector<const PublicKey*> found;
    for (const PublicKey& key : keys) {
        if (key.algorithm == algorithm && (!id || key.id == *id)) found.push_back(&key);
    }
    if (!id && found.size() > 1) found.clear();
    return found;
}

std::optional<KeySet> read_key_set(std::string_view json)
{
    const JsonPtr document = read_json_object(json);
    const json_t* list = document ? json_object_get(document.get(), "keys") : nullptr;
    if (!json_is_array(list) || json_array_size(list) > KeySet::max_keys) return std::nullopt;
    KeySet set;
    for (std::size_t i = 0; i < json_array_size(list); ++i) {
        const json_t* jwk = json_array_get(list, i);
        auto key = json_is_object(jwk) ? read_public_key(*jwk) : std::nullopt;
        if (key) set.keys.push_back(*std::move(key));
    }
    return set;
}

}  // namespace todod::auth
