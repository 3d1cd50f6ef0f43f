#include "auth/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "auth/jws.hpp"
#include "auth/user_id.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "types/account.hpp"

namespace todod::auth {

namespace {

/// Up to here a double is exact, so that a fraction can be floored; 285 million years suffice.
constexpr std::int64_t max_numeric_date = std::int64_t{1} << 53;

std::string_view text_of(const json_t& string) noexcept
{
    return {json_string_value(&string), json_string_length(&string)};
}

std::optional<std::int64_t> read_numeric_date(const json_t& claims, const char* name)
{
    const json_t* value = json_object_get(&claims, name);
    if (value == nullptr) return std::nullopt;
    if (!json_is_number(value))
        refuse_token(fmt::format("The token's \"{}\" is not a number.", name));
    if (json_is_real(value)) {
        const double seconds = std::floor(json_real_value(value));
        if (std::abs(seconds) <= static_cast<double>(max_numeric_date)) {
            return static_cast<std::int64_t>(seconds);
        }
    } else {
        const std::int64_t seconds = json_integer_value(value);
        if (-max_numeric_date <= seconds && seconds <= max_numeric_date) return seconds;
    }
    refuse_token(fmt::format("The token's \"{}\" is out of range.", name));
}

std::string read_subject(const json_t& claims)
{
    const json_t* value = json_object_get(&claims, "sub");
    if (!json_is_string(value)) refuse_token("The token has no \"sub\" that is a string.");
    const std::string_view subject = text_of(*value);
    if (subject.empty()) refuse_token("The token's \"sub\" is empty.");
    if (base::count_code_points(subject) > types::max_user_id_code_points) {
        refuse_token("The token's \"sub\" is too long.");
    }
    if (!is_user_id(subject)) refuse_token("The token's \"sub\" has control characters.");
    return std::string{subject};
}

std::optional<std::int64_t> read_generation(const json_t& claims)
{
    const json_t* value = json_object_get(&claims, "gen");
    if (value == nullptr) return std::nullopt;
    if (!json_is_integer(value)) refuse_token("The token's \"gen\" is not a whole number.");
    return json_integer_value(value);
}

void check_issuer(const json_t& claims, std::string_view expected)
{
    const json_t* value = json_object_get(&claims, "iss");
    if (value != nullptr && !json_is_string(value))
        refuse_token("The token's \"iss\" is not a string.");
    if (expected.empty()) return;
    if (value == nullptr || text_of(*value) != expected) {
        refuse_token("The token comes from another issuer.");
    }
}

/// One string, or an array of them, as `aud` is (RFC 7519 §4.1.3).
std::vector<std::string_view> read_texts(const json_t& claims, const char* name)
{
    const json_t* value = json_object_get(&claims, name);
    if (value == nullptr) return {};
    if (json_is_string(value)) return {text_of(*value)};
    std::vector<std::string_view> texts;
    bool well_formed = json_is_array(value);
    for (std::size_t i = 0; well_formed && i < json_array_size(value); ++i) {
        const json_t* one = json_array_get(value, i);
        well_formed = json_is_string(one);
        if (well_formed) texts.push_back(text_of(*one));
    }
    if (!well_formed) {
        refuse_token(
            fmt::format("The token's \"{}\" is neither a string nor an array of strings.", name));
    }
    return texts;
}

/// Those of todod's, among any others, with spaces between.
types::Scopes named_scopes(const json_t& claims, const char* name)
{
    types::Scopes scopes = 0;
    for (std::string_view text : read_texts(claims, name)) {
        while (!text.empty()) {
            const auto end = std::min(text.find(' '), text.size());
            for (const auto& known : schema::EnumNames<types::Scope>::values) {
                if (schema::Codec<types::Scope>::name(known.value, schema::Dialect::tool) ==
                    text.substr(0, end)) {
                    scopes |= static_cast<types::Scopes>(known.value);
                }
            }
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    return scopes;
}

bool is_for(const json_t& claims, std::string_view audience)
{
    const auto audiences = read_texts(claims, "aud");
    return std::ranges::find(audiences, audience) != audiences.end();
}

/// Nothing for what no program was given: it has no scopes, and is not for the resource.
std::optional<types::Scopes> read_scopes(const json_t& claims, std::string_view resource)
{
    bool is_limited = is_for(claims, resource);
    types::Scopes scopes = 0;
    for (const char* name : {"scope", "scp"}) {
        is_limited = is_limited || json_object_get(&claims, name) != nullptr;
        scopes |= named_scopes(claims, name);
    }
    return is_limited ? std::optional{scopes} : std::nullopt;
}

/// Those that programs were given are for the resource, people's for what is configured.
void check_audience(const json_t& claims, const ClaimRules& rules)
{
    const bool is_expected = is_for(claims, rules.audience);
    const bool is_programs = !rules.resource.empty() && is_for(claims, rules.resource);
    if (rules.audience.empty() || is_expected || is_programs) return;
    refuse_token("The token is for another audience.");
}

}  // namespace

void refuse_token(std::string message)
{
    throw base::Error{base::ErrorCode::unauthorized, std::move(message)};
}

Claims read_claims(std::string_view payload, const ClaimRules& rules)
{
    const JsonPtr claims = read_json_object(payload);
    if (!claims) refuse_token("The token's claims are not one JSON object with distinct names.");
    check_issuer(*claims, rules.issuer);
    check_audience(*claims, rules);
    const auto expires_at = read_numeric_date(*claims, "exp");
    if (!expires_at) refuse_token("The token has no \"exp\".");
    return {
        .subject = read_subject(*claims),
        .expires_at = *expires_at,
        .issued_at = read_numeric_date(*claims, "iat"),
        .not_before = read_numeric_date(*claims, "nbf"),
        .generation = rules.has_generation ? read_generation(*claims) : std::nullopt,
        .scopes = rules.resource.empty() ? std::nullopt : read_scopes(*claims, rules.resource),
    };
}

void check_times(const Claims& claims, base::Instant now)
{
    const std::int64_t seconds_now = to_numeric_date(now);
    const std::int64_t latest_start = seconds_now + claims_leeway.count();
    if (seconds_now >= claims.expires_at + claims_leeway.count())
        refuse_token("The token has expired.");
    // A time that is not there is less than any other.
    if (claims.not_before > latest_start) refuse_token("The token is not valid yet.");
    if (claims.issued_at > latest_start) refuse_token("The token was issued in the future.");
}

std::int64_t to_numeric_date(base::Instant instant) noexcept
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace todod::auth
