#include "auth/jwt.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <new>

#include "auth/jws.hpp"
#include "base/error.hpp"

namespace todod::auth {

namespace {

struct FreeDeleter {
    void operator()(char* text) const noexcept { std::free(text); }
};
using CStringPtr = std::unique_ptr<char, FreeDeleter>;

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
        : settings(std::move(given)),
          rules{.issuer = settings.issuer, .audience = settings.audience, .has_generation = true}
    {
        keys.push_back(make_hs256_key(settings.secret));
        for (const auto& previous : settings.previous_secrets) {
            keys.push_back(make_hs256_key(previous));
        }
    }

    JwtSettings settings;
    ClaimRules rules;
    std::vector<JwkPtr> keys;  ///< the current one first
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
    if (token.size() > max_token_bytes) refuse_token("The token is too long.");
    const auto digest = state_->verified.digest_of(token);
    const Claims* known = state_->verified.find(digest);
    if (known == nullptr) {
        const auto payload = verify_jws_hs256(token, state_->keys);
        if (!payload) refuse_token("The token is not a JWT with HS256 whose signature holds.");
        known = &state_->verified.keep(digest, read_claims(*payload, state_->rules));
    }
    check_times(*known, now);
    return *known;
}

std::chrono::seconds Jwt::lifetime() const noexcept
{
    return state_->settings.lifetime;
}

}  // namespace todod::auth
