#include "api/api.hpp"
#include "api/login.hpp"
#include "operation/handler.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Needs;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;

namespace {

constexpr std::string_view tag = "Accounts";

Operation register_user(services::Accounts* accounts)
{
    return with_handler<types::Registration, types::Profile>(
        {.name = "register",
         .summary = "Register",
         .doc = "Makes an account. 400 when the e-mail is taken, in whatever case.",
         .tag = tag,
         .routes = {{Method::post, "/api/auth/register"}},
         .needs = Needs::nobody,
         .output = {.status = 201},
         .problems = {503}},
        [accounts](Caller, types::Registration input) -> base::Async<Answer<types::Profile>> {
            co_return Answer<types::Profile>{co_await accounts->register_user(std::move(input))};
        });
}

Operation login(services::Accounts* accounts)
{
    return with_handler<types::Login, types::Session>(
        {.name = "login",
         .summary = "Sign in",
         .doc = "Gives a token for `Authorization: Bearer …`. 401 in the same words for a wrong "
                "password and an unknown e-mail.",
         .tag = tag,
         .routes = {{Method::post, "/api/auth/login"}},
         .needs = Needs::nobody,
         .limit = operation::Limit::login,
         .problems = {401, 503}},
        [accounts](Caller caller, types::Login input) -> base::Async<Answer<types::Session>> {
            co_await count_login(caller.meter, input);
            co_return Answer<types::Session>{co_await accounts->login(std::move(input))};
        });
}

Operation get_me(services::Accounts* accounts)
{
    return with_handler<Nothing, types::Profile>(
        {.name = "get_me",
         .summary = "Who am I",
         .doc = "The caller's account.",
         .tag = tag,
         .routes = {{Method::get, "/api/auth/me"}},
         .scope = Scope::read},
        [accounts](Caller caller, Nothing) -> base::Async<Answer<types::Profile>> {
            co_return Answer<types::Profile>{co_await accounts->get(std::move(caller.user_id))};
        });
}

Operation delete_me(services::Accounts* accounts)
{
    return with_handler<Nothing, Nothing>(
        {.name = "delete_me",
         .summary = "Delete the account",
         .doc = "Erases the caller's account and all that is the caller's. Its tokens stop working "
                "and it does not come back.",
         .tag = tag,
         .routes = {{Method::remove, "/api/auth/me"}},
         .needs = Needs::person,
         .scope = Scope::remove,
         .output = {.status = 204}},
        [accounts](Caller caller, Nothing) -> base::Async<Answer<Nothing>> {
            co_await accounts->remove(std::move(caller.user_id));
            co_return Answer<Nothing>{};
        });
}

Operation change_password(services::Accounts* accounts)
{
    return with_handler<types::PasswordChange, Nothing>(
        {.name = "change_password",
         .summary = "Change the password",
         .doc = "JWTs that were issued before it stop working; todod's own tokens go on until they "
                "are revoked. 403 when `current_password` is wrong.",
         .tag = tag,
         .routes = {{Method::post, "/api/auth/password"}},
         .needs = Needs::person,
         .scope = Scope::write,
         .output = {.status = 204},
         .problems = {409}},
        [accounts](Caller caller, types::PasswordChange input) -> base::Async<Answer<Nothing>> {
            co_await accounts->change_password(std::move(caller.user_id), std::move(input));
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table account_operations(services::Accounts* accounts)
{
    operation::Table operations;
    operations.push_back(register_user(accounts));
    operations.push_back(login(accounts));
    operations.push_back(get_me(accounts));
    operations.push_back(delete_me(accounts));
    operations.push_back(change_password(accounts));
    return operations;
}

}  // namespace todod::api
