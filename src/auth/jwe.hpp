#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace todod::auth {

/// A key for A256CBC-HS512 (RFC 7518 §5.2.5): the first half authenticates, the second encrypts.
inline constexpr std::size_t a256cbc_hs512_key_bytes = 64;

/// The plaintext of a compact JWE (RFC 7516 §7.1) that opens with one of `keys`, each of
/// a256cbc_hs512_key_bytes, which are tried in turn. Nothing unless it is five parts in strict
/// base64url, its header one JSON object whose `alg` is exactly "dir" and `enc` exactly
/// "A256CBC-HS512" and that asks for no extension (`crit`) and no compression (`zip`), and its tag
/// holds; nothing is decrypted before that.
std::optional<std::string> open_jwe_dir(std::string_view token, std::span<const std::string> keys);

}  // namespace todod::auth
