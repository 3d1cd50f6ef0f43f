#include "auth/jwks_tokens.hpp"

#include "auth/keyed_jws.hpp"

namespace todod::auth {

bool JwksTokens::takes(std::string_view token)
{
    const std::string_view header = token.substr(0, token.find('.'));
    if (!header.empty() && header == taken_header_) return true;
    if (token.size() > max_token_bytes || !asked_algorithm(token)) return false;
    taken_header_ = header;
    return true;
}

const Claims* JwksTokens::recall(std::string_view token, base::Instant now) const
{
    if (token.size() > max_token_bytes || !jwks_.is_current(keys_.get(), now)) return nullptr;
    const Claims* const known = verified_.find(verified_.digest_of(token));
    if (known != nullptr) check_times(*known, now);
    return known;
}

base::Async<Claims> JwksTokens::verify(std::string token, base::Instant now)
{
    if (token.size() > max_token_bytes) refuse_token("The token is too long.");
    const auto jws = read_keyed_jws(token);
    if (!jws || (only_ && jws->algorithm != *only_)) {
        refuse_token("The token is not a JWT with an algorithm that is accepted here.");
    }
    auto keys = co_await jwks_.find(jws->algorithm, jws->key_id, loop_);
    if (keys != keys_) {
        verified_.clear();
        keys_ = std::move(keys);
    }
    const auto digest = verified_.digest_of(token);
    const Claims* known = verified_.find(digest);
    if (known == nullptr) {
        if (!verify_keyed_jws(*jws, *keys_)) {
            refuse_token("The token's signature does not hold under any of the known keys.");
        }
        known = &verified_.keep(digest, read_claims(jws->payload, rules_));
    }
    check_times(*known, now);
    co_return *known;
}

}  // namespace todod::auth
