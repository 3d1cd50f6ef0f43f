#pragma once

#include <cjose/jwk.h>
#include <jansson.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace todod::auth {

struct JsonDeleter {
    void operator()(json_t* value) const noexcept { json_decref(value); }
};
using JsonPtr = std::unique_ptr<json_t, JsonDeleter>;

struct JwkDeleter {
    void operator()(cjose_jwk_t* key) const noexcept { cjose_jwk_release(key); }
};
using JwkPtr = std::unique_ptr<cjose_jwk_t, JwkDeleter>;

/// Reads exactly one JSON object (RFC 8259) in which no name comes twice and no string holds
/// U+0000. Null for anything else.
JsonPtr read_json_object(std::string_view text);

/// A compact JWS (RFC 7515 §7.1) as it stands: each part in base64url.
struct JwsParts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
};

/// Nothing with fewer than three parts. With more, they are in the signature, where no base64url
/// has a dot.
std::optional<JwsParts> split_jws(std::string_view token);

/// Of the header of a JWS: strict base64url of a JSON object whose `alg` is a string, whose `typ`
/// is one if it is there, and that asks for no extension (`crit`, `b64`). Null for anything else.
JsonPtr read_jws_header(std::string_view encoded);

/// A key for HS256 out of the bytes of `secret`. Throws Error{internal} when it is empty.
JwkPtr make_hs256_key(std::string_view secret);

/// A compact JWS (RFC 7515 §7.1) over `payload`, with the header {"alg":"HS256","typ":"JWT"}.
std::string sign_jws_hs256(std::string_view payload, const cjose_jwk_t& key);

/// The payload of a compact JWS whose signature holds under one of `keys`, which are tried in
/// turn. Nothing unless it is three parts in strict base64url, its header one JSON object whose
/// `alg` is exactly "HS256" and that asks for no extension (`crit`, `b64`).
std::optional<std::string> verify_jws_hs256(std::string_view token, std::span<const JwkPtr> keys);

}  // namespace todod::auth
