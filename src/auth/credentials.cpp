#include "auth/credentials.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

using base::Error;
using base::ErrorCode;

namespace {

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
std::string_view bearer_token(std::span<const schema::NamedText> headers)
{
    constexpr std::string_view scheme = "Bearer ";
    const schema::NamedText* found = nullptr;
    for (const schema::NamedText& header : headers) {
        if (!base::equals_ignoring_case(header.name, "Authorization")) continue;
        if (found != nullptr) {
            throw Error{ErrorCode::unauthorized, "Authorization is given twice."};
        }
        found = &header;
    }
    if (found == nullptr) throw Error{ErrorCode::unauthorized, "Not authenticated."};
    const std::string_view value = base::trim(found->value);
    if (!base::equals_ignoring_case(value.substr(0, scheme.size()), scheme)) {
        throw Error{ErrorCode::unauthorized, "Authorization must be 'Bearer' and a token."};
    }
    return base::trim(value.substr(scheme.size()));
}

/// Whether the account's password has been changed since the token was issued.
bool is_revoked(const Claims& claims, const store::Standing& standing)
{
    if (claims.generation) return *claims.generation != standing.generation;
    if (!standing.tokens_valid_from) return false;
    if (!claims.issued_at) return true;
    return base::Instant{std::chrono::seconds{*claims.issued_at}} < *standing.tokens_valid_from;
}

}  // namespace

base::Async<Principal> Credentials::authenticate(std::span<const schema::NamedText> headers)
{
    const std::string_view token = bearer_token(headers);
    if (std::ranges::count(token, '.') == 2) co_return co_await authenticate_jwt(token);
    throw Error{ErrorCode::unauthorized, "The token is of no kind that is accepted here."};
}

base::Async<Principal> Credentials::authenticate_jwt(std::string_view token)
{
    if (jwt_ == nullptr) throw Error{ErrorCode::unauthorized, "JWTs are not accepted here."};
    const base::Instant now = clock_.now();
    const Claims claims = jwt_->verify(token, now);
    auto standing = co_await accounts_.find_standing(claims.subject);
    if (!standing) standing = co_await accounts_.ensure(claims.subject, now);
    if (!standing) throw Error{ErrorCode::unauthorized, "The account has been deleted."};
    if (is_revoked(claims, *standing)) {
        throw Error{ErrorCode::unauthorized, "The token is no longer valid: sign in again."};
    }
    co_return Principal{claims.subject};
}

}  // namespace todod::auth
