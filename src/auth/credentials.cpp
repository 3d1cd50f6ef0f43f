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

store::Issue issue_of(const Claims& claims)
{
    store::Issue issue{.generation = claims.generation, .at = std::nullopt};
    if (claims.issued_at) issue.at = base::Instant{std::chrono::seconds{*claims.issued_at}};
    return issue;
}

}  // namespace

base::Async<Principal> Credentials::authenticate(std::span<const schema::NamedText> headers,
                                                 bool may_recall)
{
    const std::string_view token = bearer_token(headers);
    if (std::ranges::count(token, '.') == 2) co_return co_await authenticate_jwt(token, may_recall);
    throw Error{ErrorCode::unauthorized, "The token is of no kind that is accepted here."};
}

base::Async<Principal> Credentials::authenticate_jwt(std::string_view token, bool may_recall)
{
    if (jwt_ == nullptr) throw Error{ErrorCode::unauthorized, "JWTs are not accepted here."};
    const base::Instant now = clock_.now();
    const Claims claims = jwt_->verify(token, now);
    const store::Issue issue = issue_of(claims);
    // What is remembered may let in, to be confirmed; it never refuses.
    auto standing = may_recall ? accounts_.recall_standing(claims.subject) : std::nullopt;
    if (standing && holds(issue, *standing)) {
        co_return Principal{.user_id = claims.subject,
                            .seen = store::User::Sighting{standing->generation, issue}};
    }
    standing = co_await accounts_.find_standing(claims.subject);
    if (!standing) standing = co_await accounts_.ensure(claims.subject, now);
    if (!standing) throw Error{ErrorCode::unauthorized, "The account has been deleted."};
    if (!holds(issue, *standing)) {
        throw Error{ErrorCode::unauthorized, "The token is no longer valid: sign in again."};
    }
    // The account may change again before what is asked is done.
    std::optional<store::User::Sighting> seen;
    if (may_recall) seen = {standing->generation, issue};
    co_return Principal{.user_id = claims.subject, .seen = seen};
}

}  // namespace todod::auth
