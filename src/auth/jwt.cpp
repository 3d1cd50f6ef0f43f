#include "auth/jwt.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unordered_map>

#include "auth/jws.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "types/account.hpp"

namespace todod::auth {

namespace {

/// Up to here a double is exact, so that a fraction can be floored; 285 million years suffice.
constexpr std::int64_t max_numeric_date = std::int64_t{1} << 53;

struct MessageDigestDeleter {
    void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
};
using MessageDigestPtr = std::unique_ptr<EVP_MD, MessageDigestDeleter>;

struct FreeDeleter {
    void operator()(char* text) const noexcept { std::free(text); }
};
using CStringPtr = std::unique_ptr<char, FreeDeleter>;

using Digest = std::array<unsigned char, 32>;

struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept
    {
        std::size_t head = 0;
        std::memcpy(&head, digest.data(), sizeof head);
        return head;
    }
};

/// A token whose signature, issuer, audience and subject hold; its times are judged at each use.
struct Verified {
    Claims claims;
    std::optional<std::int64_t> not_before;
};

/// The tokens verified last. The one that came first makes room.
class VerifiedTokens {
public:
    const Verified* find(const Digest& digest) const
    {
        const auto found = by_digest_.find(digest);
        return found == by_digest_.end() ? nullptr : &found->second;
    }

    const Verified& keep(const Digest& digest, Verified token)
    {
        if (order_.size() < Jwt::cache_size) {
            order_.push_back(digest);
        } else {
            by_digest_.erase(order_[oldest_]);
            order_[oldest_] = digest;
            oldest_ = (oldest_ + 1) % Jwt::cache_size;
        }
        return by_digest_.insert_or_assign(digest, std::move(token)).first->second;
    }

private:
    std::unordered_map<Digest, Verified, DigestHash> by_digest_;
    std::vector<Digest> order_;
    std::size_t oldest_ = 0;
};

[[noreturn]] void refuse(std::string message)
{
    throw base::Error{base::ErrorCode::unauthorized, std::move(message)};
}

std::string_view text_of(const json_t& string) noexcept
{
    return {json_string_value(&string), json_string_length(&string)};
}

std::optional<std::int64_t> read_numeric_date(const json_t& claims, const char* name)
{
    const json_t* value = json_object_get(&claims, name);
    if (value == nullptr) return std::nullopt;
    if (!json_is_number(value)) refuse(fmt::format("The token's \"{}\" is not a number.", name));
    if (json_is_real(value)) {
        const double seconds = std::floor(json_real_value(value));
        if (std::abs(seconds) <= static_cast<double>(max_numeric_date)) {
            return static_cast<std::int64_t>(seconds);
        }
    } else {
        const std::int64_t seconds = json_integer_value(value);
        if (-max_numeric_date <= seconds && seconds <= max_numeric_date) return seconds;
    }
    refuse(fmt::format("The token's \"{}\" is out of range.", name));
}

std::string read_subject(const json_t& claims)
{
    const json_t* value = json_object_get(&claims, "sub");
    if (!json_is_string(value)) refuse("The token has no \"sub\" that is a string.");
    const std::string_view subject = text_of(*value);
    if (subject.empty()) refuse("The token's \"sub\" is empty.");
    if (base::count_code_points(subject) > types::max_user_id_code_points) {
        refuse("The token's \"sub\" is too long.");
    }
    return std::string{subject};
}

std::optional<std::int64_t> read_generation(const json_t& claims)
{
    const json_t* value = json_object_get(&claims, "gen");
    if (value == nullptr) return std::nullopt;
    if (!json_is_integer(value)) refuse("The token's \"gen\" is not a whole number.");
    return json_integer_value(value);
}

void check_issuer(const json_t& claims, std::string_view expected)
{
    const json_t* value = json_object_get(&claims, "iss");
    if (value != nullptr && !json_is_string(value)) refuse("The token's \"iss\" is not a string.");
    if (expected.empty()) return;
    if (value == nullptr || text_of(*value) != expected) {
        refuse("The token comes from another issuer.");
    }
}

/// RFC 7519 §4.1.3: one string, or an array of them.
std::vector<std::string_view> read_audiences(const json_t& claims)
{
    const json_t* value = json_object_get(&claims, "aud");
    if (value == nullptr) return {};
    if (json_is_string(value)) return {text_of(*value)};
    std::vector<std::string_view> audiences;
    bool well_formed = json_is_array(value);
    for (std::size_t i = 0; well_formed && i < json_array_size(value); ++i) {
        const json_t* one = json_array_get(value, i);
        well_formed = json_is_string(one);
        if (well_formed) audiences.push_back(text_of(*one));
    }
    if (!well_formed) refuse("The token's \"aud\" is neither a string nor an array of strings.");
    return audiences;
}

void check_audience(const json_t& claims, std::string_view expected)
{
    const auto audiences = read_audiences(claims);
    if (!expected.empty() && std::ranges::find(audiences, expected) == audiences.end()) {
        refuse("The token is for another audience.");
    }
}

Verified read_claims(std::string_view payload, const JwtSettings& settings)
{
    const JsonPtr claims = read_json_object(payload);
    if (!claims) refuse("The token's claims are not one JSON object with distinct names.");
    check_issuer(*claims, settings.issuer);
    check_audience(*claims, settings.audience);
    const auto expires_at = read_numeric_date(*claims, "exp");
    if (!expires_at) refuse("The token has no \"exp\".");
    return {.claims = {.subject = read_subject(*claims),
                       .expires_at = *expires_at,
                       .issued_at = read_numeric_date(*claims, "iat"),
                       .generation = read_generation(*claims)},
            .not_before = read_numeric_date(*claims, "nbf")};
}

void check_times(const Verified& token, std::int64_t now)
{
    const std::int64_t latest_start = now + Jwt::leeway.count();
    if (now >= token.claims.expires_at + Jwt::leeway.count()) refuse("The token has expired.");
    // A time that is not there is less than any other.
    if (token.not_before > latest_start) refuse("The token is not valid yet.");
    if (token.claims.issued_at > latest_start) refuse("The token was issued in the future.");
}

std::int64_t to_numeric_date(base::Instant instant) noexcept
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

/// Takes `value`, which is null where jansson could not make it (no memory, or not UTF-8).
void set(json_t& object, const char* name, json_t* value)
{
    if (json_object_set_new(&object, name, value) != 0) {
        throw base::Error{base::ErrorCode::internal,
                          fmt::format("The token's \"{}\" cannot be written.", name)};
    }
}

json_t* make_string(std::string_view text)
{
    return json_stringn(text.data(), text.size());
}

}  // namespace

struct Jwt::State {
    explicit State(JwtSettings given)
        : settings(std::move(given)), sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr))
    {
        if (!sha256) throw base::Error{base::ErrorCode::internal, "OpenSSL has no SHA-256."};
        keys.push_back(make_hs256_key(settings.secret));
        for (const auto& previous : settings.previous_secrets) {
            keys.push_back(make_hs256_key(previous));
        }
    }

    Digest digest_of(std::string_view token) const
    {
        Digest digest;
        if (EVP_Digest(token.data(), token.size(), digest.data(), nullptr, sha256.get(), nullptr) !=
            1) {
            throw base::Error{base::ErrorCode::internal, "SHA-256 failed."};
        }
        return digest;
    }

    JwtSettings settings;
    std::vector<JwkPtr> keys;  ///< the current one first
    MessageDigestPtr sha256;   ///< fetched once: that takes as long as the hash itself
    VerifiedTokens verified;
};

Jwt::Jwt(JwtSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Jwt::~Jwt() = default;
Jwt::Jwt(Jwt&&) noexcept = default;

std::string Jwt::issue(std::string_view subject, std::int64_t generation, base::Instant now)
{
    const auto& settings = state_->settings;
    const std::int64_t issued_at = to_numeric_date(now);
    const JsonPtr claims{json_object()};
    if (!claims) throw std::bad_alloc{};
    set(*claims, "sub", make_string(subject));
    set(*claims, "gen", json_integer(generation));
    set(*claims, "iat", json_integer(issued_at));
    set(*claims, "exp", json_integer(issued_at + settings.lifetime.count()));
    if (!settings.issuer.empty()) set(*claims, "iss", make_string(settings.issuer));
    if (!settings.audience.empty()) set(*claims, "aud", make_string(settings.audience));
    const CStringPtr payload{json_dumps(claims.get(), JSON_COMPACT)};
    if (!payload) throw std::bad_alloc{};
    return sign_jws_hs256(payload.get(), *state_->keys.front());
}

Claims Jwt::verify(std::string_view token, base::Instant now)
{
    if (token.size() > max_token_bytes) refuse("The token is too long.");
    const Digest digest = state_->digest_of(token);
    const Verified* known = state_->verified.find(digest);
    if (known == nullptr) {
        const auto payload = verify_jws_hs256(token, state_->keys);
        if (!payload) refuse("The token is not a JWT with HS256 whose signature holds.");
        known = &state_->verified.keep(digest, read_claims(*payload, state_->settings));
    }
    check_times(*known, to_numeric_date(now));
    return known->claims;
}

std::chrono::seconds Jwt::lifetime() const noexcept
{
    return state_->settings.lifetime;
}

}  // namespace todod::auth
