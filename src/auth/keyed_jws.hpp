#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/public_key.hpp"

namespace todod::auth {

/// A compact JWS that claims to be signed with a private key: nothing of it is verified yet. It
/// refers to the token's text.
struct KeyedJws {
    KeyAlgorithm algorithm{};
    std::optional<std::string> key_id;  ///< `kid`
    std::string_view signed_text;       ///< header and payload as they stand
    std::string payload;
    std::string signature;
};

/// What the header asks for; nothing where that is not one of KeyAlgorithm.
std::optional<KeyAlgorithm> asked_algorithm(std::string_view token);

/// Nothing unless it is three parts in strict base64url, with a header as read_jws_header takes it
/// and, if at all, a `kid` of at least one byte and at most `max_key_id_bytes`. Keys that the
/// header brings along or points to (`jwk`, `jku`, `x5c`, `x5u`) are of no account.
std::optional<KeyedJws> read_keyed_jws(std::string_view token);

/// Whether the signature holds under one of `keys` that it may be of.
bool verify_keyed_jws(const KeyedJws& token, const KeySet& keys);

}  // namespace todod::auth
