#include "api/api.hpp"
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

constexpr std::string_view tag = "Tokens";

Operation list_tokens(services::Tokens* tokens)
{
    return with_handler<Nothing, std::vector<types::Token>>(
        {.name = "list_tokens",
         .summary = "List the tokens",
         .doc = "The caller's own tokens, oldest first, without what they are sent as. Those that "
                "have expired are among them until they are revoked, or make room for others.",
         .tag = tag,
         .routes = {{Method::get, "/api/auth/tokens"}},
         .scope = Scope::read},
        [tokens](Caller caller, Nothing) -> base::Async<Answer<std::vector<types::Token>>> {
            co_return Answer<std::vector<types::Token>>{
                co_await tokens->list(std::move(caller.user_id))};
        });
}

Operation create_token(services::Tokens* tokens)
{
    return with_handler<types::TokenRequest, types::NewToken>(
        {.name = "create_token",
         .summary = "Make a token",
         .doc = "Makes a token for a program that asks for the caller; what it is sent as is shown "
                "this once. It holds until it expires or is revoked; a changed password does not "
                "end it. Who comes with such a token makes none (403). 409 past 100 tokens.",
         .tag = tag,
         .routes = {{Method::post, "/api/auth/tokens"}},
         .needs = Needs::person,
         .scope = Scope::write,
         .output = {.status = 201},
         .problems = {409}},
        [tokens](Caller caller, types::TokenRequest input) -> base::Async<Answer<types::NewToken>> {
            co_return Answer<types::NewToken>{
                co_await tokens->create(std::move(caller.user_id), std::move(input))};
        });
}

Operation delete_token(services::Tokens* tokens)
{
    return with_handler<types::TokenName, Nothing>(
        {.name = "delete_token",
         .summary = "Revoke a token",
         .doc = "Ends one of the caller's own tokens at once. Who comes with such a token revokes "
                "none (403).",
         .tag = tag,
         .routes = {{Method::remove, "/api/auth/tokens/{token_id}"}},
         .needs = Needs::person,
         .scope = Scope::remove,
         .output = {.status = 204},
         .problems = {404}},
        [tokens](Caller caller, types::TokenName name) -> base::Async<Answer<Nothing>> {
            co_await tokens->remove(std::move(caller.user_id), std::move(name));
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table token_operations(services::Tokens* tokens)
{
    operation::Table operations;
    operations.push_back(list_tokens(tokens));
    operations.push_back(create_token(tokens));
    operations.push_back(delete_token(tokens));
    return operations;
}

}  // namespace todod::api
