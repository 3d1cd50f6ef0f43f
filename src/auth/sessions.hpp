#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "store/sessions.hpp"

namespace todod::auth {

/// What an auth server keeps of a session's token: its HMAC-SHA256 in lower-case hex or in base64
/// (RFC 4648 §4, padded), or the token itself.
enum class KeptToken : std::uint8_t { hmac_hex, hmac_base64, plain };

struct SessionSettings {
    KeptToken kept = KeptToken::hmac_hex;
    std::vector<std::string> hash_secrets;     ///< of the HMAC; any of them
    std::vector<std::string> signing_secrets;  ///< of TOKEN.SIGNATURE; any of them
};

/// The sessions of an auth server: opaque tokens, looked up at each request, so that a sign-out
/// holds at once.
class Sessions {
public:
    static constexpr std::size_t max_token_bytes = 512;

    /// Both must outlive this.
    Sessions(store::Sessions& store, const SessionSettings& settings)
        : store_(store), settings_(settings)
    {
    }

    /// The user who is signed in with `token`, which may be TOKEN.SIGNATURE, as Better Auth has it
    /// in its cookie: the signature is HMAC-SHA256 in base64, and the whole may be percent-encoded.
    /// Throws Error{unauthorized} in words for the client.
    base::Async<std::string> find_user(std::string_view token, base::Instant now);

private:
    std::vector<std::string> kept_as(const std::string& token) const;

    store::Sessions& store_;
    const SessionSettings& settings_;
};

}  // namespace todod::auth
