#include "auth/credentials.hpp"

#include <algorithm>

#include "auth/same_origin.hpp"
#include "auth/token.hpp"
#include "auth/user_id.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

using base::Error;
using base::ErrorCode;

namespace {

/// The value of the header `name`, which may not be there twice.
std::optional<std::string_view> find_header(std::span<const schema::NamedText> headers,
                                            std::string_view name)
{
    std::optional<std::string_view> value;
    for (const schema::NamedText& header : headers) {
        if (!base::equals_ignoring_case(header.name, name)) continue;
        if (value) throw Error{ErrorCode::unauthorized, fmt::format("{} is given twice.", name)};
        value = base::trim(header.value);
    }
    return value;
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
std::string_view bearer_token(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!base::equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
        throw Error{ErrorCode::unauthorized, "Authorization must be 'Bearer' and a token."};
    }
    return base::trim(authorization.substr(scheme.size()));
}

/// Of the user that a service speaks for.
std::string named_user(std::span<const schema::NamedText> headers)
{
    const auto user_id = find_header(headers, "X-User-ID");
    if (!user_id || user_id->empty()) {
        throw Error{ErrorCode::bad_request, "X-User-ID must name the user."};
    }
    if (!is_user_id(*user_id)) {
        throw Error{ErrorCode::bad_request,
                    fmt::format("X-User-ID must be at most {} characters of UTF-8.",
                                types::max_user_id_code_points)};
    }
    return std::string{*user_id};
}

bool is_use_to_be_noted(const store::TokenGrant& grant, base::Instant now)
{
    return !grant.last_used_at || *grant.last_used_at <= now - store::Tokens::use_interval;
}

store::Issue issue_of(const Claims& claims)
{
    store::Issue issue{.generation = claims.generation, .at = std::nullopt};
    if (claims.issued_at) issue.at = base::Instant{std::chrono::seconds{*claims.issued_at}};
    return issue;
}

/// Of what no change of a password ends.
constexpr store::Issue lasting_issue{.generation = std::nullopt, .at = base::Instant::max()};

}  // namespace

base::Async<Principal> Credentials::authenticate(std::span<const schema::NamedText> headers,
                                                 bool may_recall)
{
    if (const auto token = find_header(headers, "X-Service-Auth")) {
        co_return co_await authenticate_service(*token, headers, may_recall);
    }
    const auto authorization = find_header(headers, "Authorization");
    if (!authorization) co_return co_await authenticate_page(headers, may_recall);
    const std::string_view token = bearer_token(*authorization);
    if (token.starts_with(token_prefix)) co_return co_await authenticate_token(token, may_recall);
    const auto dots = std::ranges::count(token, '.');
    if (dots == 2) co_return co_await authenticate_jwt(token, may_recall);
    if (dots == 4) co_return co_await authenticate_nextauth(token, may_recall);
    co_return co_await authenticate_session(token, may_recall);
}

base::Async<Principal> Credentials::authenticate_service(std::string_view token,
                                                         std::span<const schema::NamedText> headers,
                                                         bool may_recall)
{
    bool is_known = false;
    for (const std::string& known : checks_.service_tokens)
        is_known |= base::equals_in_constant_time(token, known);
    if (!is_known) {
        throw Error{ErrorCode::unauthorized, "The service's token is not accepted here."};
    }
    Principal caller = co_await let_in(named_user(headers), lasting_issue, may_recall);
    caller.is_service = true;
    co_return caller;
}

/// A browser sends the cookie along whoever asks: that it was no other page is looked at first.
base::Async<Principal> Credentials::authenticate_page(std::span<const schema::NamedText> headers,
                                                      bool may_recall)
{
    const auto token = checks_.cookie.find(headers);
    if (!token) throw Error{ErrorCode::unauthorized, "Not authenticated."};
    check_same_origin(headers);
    if (checks_.jwt == nullptr) refuse_token("JWTs are not accepted here.");
    const Claims claims = checks_.jwt->verify(*token, clock_.now());
    const auto asks_as = find_header(headers, "X-User-ID");
    if (asks_as && *asks_as != claims.subject) {
        throw Error{ErrorCode::unauthorized,
                    "Somebody else than X-User-ID names has signed in here."};
    }
    co_return co_await let_in(claims.subject, issue_of(claims), may_recall);
}

/// Nothing is remembered: what has been revoked or has expired ends at once.
base::Async<Principal> Credentials::authenticate_token(std::string_view token, bool may_recall)
{
    store::Tokens* const tokens = checks_.tokens;
    auto hash = hash_token(token);
    std::optional<store::TokenGrant> grant;
    if (hash && tokens != nullptr) grant = co_await tokens->find(*std::move(hash));
    const base::Instant now = clock_.now();
    if (!grant || (grant->expires_at && *grant->expires_at <= now)) {
        refuse_token("The token is not valid, or not any more.");
    }
    if (is_use_to_be_noted(*grant, now)) tokens->note_use(grant->user_id, grant->id, now);
    // The account may be deleted before what is asked is done.
    std::optional<store::User::Sighting> seen;
    if (may_recall) seen = {grant->generation, lasting_issue};
    co_return Principal{.user_id = std::move(grant->user_id),
                        .scopes = grant->scopes,
                        .is_token = true,
                        .seen = seen,
                        .token_id = grant->id};
}

base::Async<Principal> Credentials::authenticate_jwt(std::string_view token, bool may_recall)
{
    if (checks_.jwks != nullptr && checks_.jwks->takes(token)) {
        co_return co_await authenticate_keyed(token, may_recall);
    }
    if (checks_.jwt == nullptr) {
        refuse_token(checks_.jwks == nullptr ? "JWTs are not accepted here."
                                             : "JWTs of this algorithm are not accepted here.");
    }
    const Claims claims = checks_.jwt->verify(token, clock_.now());
    co_return co_await let_in(claims.subject, issue_of(claims), may_recall);
}

base::Async<Principal> Credentials::authenticate_keyed(std::string_view token, bool may_recall)
{
    const base::Instant now = clock_.now();
    const Claims* const known = checks_.jwks->recall(token, now);
    const Claims claims =
        known != nullptr ? *known : co_await checks_.jwks->verify(std::string{token}, now);
    Principal caller = co_await let_in(claims.subject, issue_of(claims), may_recall);
    // It was given to a program: what the program has found may not be made more of.
    caller.is_token = claims.scopes.has_value();
    caller.scopes = claims.scopes.value_or(caller.scopes);
    co_return caller;
}

base::Async<Principal> Credentials::authenticate_nextauth(std::string_view token, bool may_recall)
{
    if (checks_.nextauth == nullptr) refuse_token("JWEs are not accepted here.");
    const Claims claims = checks_.nextauth->verify(token, clock_.now());
    co_return co_await let_in(claims.subject, issue_of(claims), may_recall);
}

base::Async<Principal> Credentials::authenticate_session(std::string_view token, bool may_recall)
{
    if (checks_.sessions == nullptr) refuse_token("The token is of no kind that is accepted here.");
    std::string user_id = co_await checks_.sessions->find_user(token, clock_.now());
    co_return co_await let_in(std::move(user_id), lasting_issue, may_recall);
}

base::Async<Principal> Credentials::let_in(std::string user_id, store::Issue issue, bool may_recall)
{
    // What is remembered may let in, to be confirmed; it never refuses.
    auto standing = may_recall ? accounts_.recall_standing(user_id) : std::nullopt;
    if (standing && holds(issue, *standing)) {
        co_return Principal{.user_id = std::move(user_id),
                            .seen = store::User::Sighting{standing->generation, issue},
                            .generation = issue.generation};
    }
    standing = co_await accounts_.find_standing(user_id);
    if (!standing) standing = co_await accounts_.ensure(user_id, clock_.now());
    if (!standing) throw Error{ErrorCode::unauthorized, "The account has been deleted."};
    if (!holds(issue, *standing)) {
        throw Error{ErrorCode::unauthorized, "The token is no longer valid: sign in again."};
    }
    // The account may change again before what is asked is done.
    std::optional<store::User::Sighting> seen;
    if (may_recall) seen = {standing->generation, issue};
    co_return Principal{
        .user_id = std::move(user_id), .seen = seen, .generation = issue.generation};
}

}  // namespace todod::auth
