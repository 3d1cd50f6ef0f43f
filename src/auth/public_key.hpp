#pragma once

#include <jansson.h>
#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace todod::auth {

/// What a public key verifies: the key's type says it, whatever a token asks for.
enum class KeyAlgorithm : std::uint8_t {
    rs256,  ///< RSASSA-PKCS1-v1_5 with SHA-256
    es256,  ///< ECDSA with P-256 and SHA-256
    eddsa,  ///< Ed25519 (RFC 8037)
};

/// By its name in a token's header (RFC 7518 §3.1): "RS256", "ES256", "EdDSA".
std::optional<KeyAlgorithm> find_key_algorithm(std::string_view name);

/// Of a `kid`.
inline constexpr std::size_t max_key_id_bytes = 256;

struct EvpKeyDeleter {
    void operator()(EVP_PKEY* key) const noexcept;
};
using EvpKeyPtr = std::unique_ptr<EVP_PKEY, EvpKeyDeleter>;

struct PublicKey {
    std::string id;  ///< `kid`; empty where it has none
    KeyAlgorithm algorithm{};
    EvpKeyPtr key;
};

/// Nothing for a JWK (RFC 7517) that is not to be used here: symmetric or private, of another type
/// or curve, an RSA key below 2048 or above 8192 bits, one that is not for signatures (`use`,
/// `key_ops`, `alg`), or that is malformed.
std::optional<PublicKey> read_public_key(const json_t& jwk);

/// `signature` is as a JWS has it (RFC 7518 §3, RFC 8037 §3.1). May be used from any thread.
bool verify_signature(const PublicKey& key, std::string_view text, std::string_view signature);

/// The keys of an authorisation server that are to be used here.
struct KeySet {
    static constexpr std::size_t max_keys = 64;

    std::vector<PublicKey> keys;

    /// Those that a token of this algorithm and `kid` may be signed with. Without `kid` there must
    /// be just one of the algorithm.
    std::vector<const PublicKey*> find(KeyAlgorithm algorithm,
                                       const std::optional<std::string>& id) const;
};

/// Out of a JWK Set (RFC 7517 §5). What read_public_key refuses is left out; nothing for what is
/// no set, or one of more than `max_keys`.
std::optional<KeySet> read_key_set(std::string_view json);

}  // namespace todod::auth
