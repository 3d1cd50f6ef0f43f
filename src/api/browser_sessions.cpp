#include "api/api.hpp"
#include "api/login.hpp"
#include "auth/same_origin.hpp"
#include "operation/handler.hpp"

namespace todod::api {

using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Needs;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;
using types::BrowserSession;

namespace {

constexpr std::string_view tag = "Accounts";
constexpr std::string_view path = "/api/auth/session";

constexpr operation::HeaderDoc cookie_header{
    "Set-Cookie", "The session's cookie: HttpOnly, SameSite=Strict, in production Secure."};

Answer<BrowserSession> answer_with(auth::SessionCookie cookie, const types::Session& session)
{
    auto value = cookie.give(session.access_token, std::chrono::seconds{session.expires_in});
    return {.value = {session.user, session.expires_in},
            .headers = {{std::string{cookie_header.name}, std::move(value)}}};
}

Operation create_session(services::Accounts* accounts, auth::SessionCookie cookie)
{
    return with_handler<types::Login, BrowserSession>(
        {.name = "create_session",
         .summary = "Sign a browser in",
         .doc = "As `/api/auth/login`, for a page that todod serves: the token is in a cookie, "
                "which no script sees. 403 to a page of another origin.",
         .tag = tag,
         .routes = {{Method::post, path}},
         .needs = Needs::nobody,
         .limit = operation::Limit::login,
         .output = {.headers = {cookie_header}},
         .problems = {401, 403, 503}},
        [accounts, cookie](Caller caller,
                           types::Login input) -> base::Async<Answer<BrowserSession>> {
            auth::check_same_origin(caller.headers);
            co_await count_login(caller.meter, input);
            co_return answer_with(cookie, co_await accounts->login(std::move(input)));
        });
}

base::Async<std::optional<types::ProfileBrief>> find_user(
    services::Accounts* accounts, const Authenticate& authenticate,
    std::span<const schema::NamedText> headers)
{
    try {
        const auto caller = co_await authenticate(headers);
        auto profile = co_await accounts->get(caller.user_id);
        co_return types::ProfileBrief{std::move(profile.id), std::move(profile.name),
                                      std::move(profile.email)};
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::unauthorized) throw;
        co_return std::nullopt;
    }
}

/// Not get_me: that nobody is signed in is no failure to a page that starts.
Operation get_session(services::Accounts* accounts, Authenticate authenticate)
{
    return with_handler<Nothing, types::SessionState>(
        {.name = "get_session",
         .summary = "Is somebody signed in",
         .doc = "Whom the request's credentials stand for, a browser's cookie most of all; nobody "
                "where they do not hold. 403 to a page of another origin.",
         .tag = tag,
         .routes = {{Method::get, path}},
         .needs = Needs::nobody,
         .problems = {403}},
        [accounts, authenticate = std::move(authenticate)](
            Caller caller, Nothing) -> base::Async<Answer<types::SessionState>> {
            co_return Answer<types::SessionState>{
                {co_await find_user(accounts, authenticate, caller.headers)}};
        });
}

Operation renew_session(services::Accounts* accounts, auth::SessionCookie cookie)
{
    return with_handler<Nothing, BrowserSession>(
        {.name = "renew_session",
         .summary = "Stay signed in",
         .doc = "A new cookie, which holds as long as the first did from now on. Only who has "
                "signed in here with a password gets one; 403 for every other way in, and to a "
                "page of another origin.",
         .tag = tag,
         .routes = {{Method::post, "/api/auth/session/renew"}},
         .needs = Needs::person,
         .scope = auth::Scope::write,
         .output = {.headers = {cookie_header}}},
        [accounts, cookie](Caller caller, Nothing) -> base::Async<Answer<BrowserSession>> {
            auth::check_same_origin(caller.headers);
            const auto session =
                co_await accounts->renew(std::move(caller.user_id), caller.generation);
            co_return answer_with(cookie, session);
        });
}

Operation delete_session(auth::SessionCookie cookie)
{
    return with_handler<Nothing, Nothing>(
        {.name = "delete_session",
         .summary = "Sign a browser out",
         .doc = "Takes the cookie away, whether it still holds or not. 403 to a page of another "
                "origin.",
         .tag = tag,
         .routes = {{Method::remove, path}},
         .needs = Needs::nobody,
         .output = {.status = 204, .headers = {cookie_header}},
         .problems = {403}},
        [cookie](Caller caller, Nothing) -> base::Async<Answer<Nothing>> {
            auth::check_same_origin(caller.headers);
            co_return Answer<Nothing>{
                .headers = {{std::string{cookie_header.name}, cookie.clear()}}};
        });
}

}  // namespace

operation::Table browser_session_operations(services::Accounts* accounts,
                                            auth::SessionCookie cookie, Authenticate authenticate)
{
    operation::Table operations;
    operations.push_back(get_session(accounts, std::move(authenticate)));
    operations.push_back(create_session(accounts, cookie));
    operations.push_back(renew_session(accounts, cookie));
    operations.push_back(delete_session(cookie));
    return operations;
}

}  // namespace todod::api
