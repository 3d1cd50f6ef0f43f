#include "auth/sessions.hpp"

#include <algorithm>
#include <span>

#include "auth/claims.hpp"
#include "auth/hmac.hpp"
#include "auth/user_id.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4];
        hex += digits[byte & 0xF];
    }
    return hex;
}

bool is_visible_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

/// The TOKEN of TOKEN.SIGNATURE, if the signature holds under one of `secrets`.
std::optional<std::string> read_signed(std::string_view token, std::span<const std::string> secrets)
{
    const auto decoded = base::percent_decode(token, false);
    if (!decoded) return std::nullopt;
    const std::size_t dot = decoded->rfind('.');
    const std::string_view signature = std::string_view{*decoded}.substr(dot + 1);
    std::string signed_token = decoded->substr(0, dot);
    // A JWT is signed likewise, and is none.
    if (signed_token.contains('.')) return std::nullopt;
    bool holds = false;
    for (const std::string& secret : secrets) {
        holds |= base::equals_in_constant_time(
            base::base64_encode(hmac_sha256(secret, signed_token)), signature);
    }
    if (!holds) return std::nullopt;
    return signed_token;
}

/// The token itself, without its signature.
std::string read_token(std::string_view given, std::span<const std::string> signing_secrets)
{
    if (given.size() > Sessions::max_token_bytes) refuse_token("The token is too long.");
    const auto dots = std::ranges::count(given, '.');
    std::optional<std::string> token;
    if (dots == 0) token = std::string{given};
    if (dots == 1) token = read_signed(given, signing_secrets);
    if (dots == 1 && !token) refuse_token("The signature of the session's token does not hold.");
    // What else a database may not like to be asked for is in no token.
    if (!token || token->empty() || !is_visible_ascii(*token)) {
        refuse_token("The token is of no kind that is accepted here.");
    }
    return *std::move(token);
}

}  // namespace

std::vector<std::string> Sessions::kept_as(const std::string& token) const
{
    if (settings_.kept == KeptToken::plain) return {token};
    std::vector<std::string> kept;
    for (const std::string& secret : settings_.hash_secrets) {
        const std::string mac = hmac_sha256(secret, token);
        kept.push_back(settings_.kept == KeptToken::hmac_hex ? to_hex(mac)
                                                             : base::base64_encode(mac));
    }
    return kept;
}

base::Async<std::string> Sessions::find_user(std::string_view token, base::Instant now)
{
    auto session = co_await store_.find(kept_as(read_token(token, settings_.signing_secrets)));
    if (!session) refuse_token("There is no such session: sign in again.");
    if (now >= session->expires_at) refuse_token("The session has expired: sign in again.");
    if (!is_user_id(session->user_id)) refuse_token("The session is of no user.");
    co_return std::move(session->user_id);
}

}  // namespace todod::auth
