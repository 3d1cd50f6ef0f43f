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
using operation::Route;
using operation::with_handler;
using schema::Dialect;
using types::ApiKey;

namespace {

constexpr std::string_view tag = "API keys";

std::vector<Route> on_own(Method method, std::string_view path)
{
    return {{method, path, Dialect::own}};
}

Operation list_api_keys(services::ApiKeys* keys)
{
    return with_handler<Nothing, std::vector<ApiKey>>(
        {.name = "list_api_keys",
         .summary = "List the own API keys",
         .doc = "The caller's own keys for providers of models, by provider; never a key itself. "
                "503 where `ENCRYPTION_KEY` is not set.",
         .tag = tag,
         .routes = on_own(Method::get, "/api/api-keys"),
         .scope = Scope::read,
         .problems = {503}},
        [keys](Caller caller, Nothing) -> base::Async<Answer<std::vector<ApiKey>>> {
            co_return Answer<std::vector<ApiKey>>{co_await keys->list(std::move(caller.user_id))};
        });
}

Operation put_api_key(services::ApiKeys* keys)
{
    return with_handler<types::PutApiKey, ApiKey>(
        {.name = "put_api_key",
         .summary = "Set an API key",
         .doc =
             "Keeps a key for the caller, sealed, in place of the one that was there. Nothing is "
             "asked of the provider: `valid` is null until it is validated.",
         .tag = tag,
         .routes = on_own(Method::put, "/api/api-keys/{provider}"),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {503}},
        [keys](Caller caller, types::PutApiKey input) -> base::Async<Answer<ApiKey>> {
            co_return Answer<ApiKey>{
                co_await keys->put(std::move(caller.user_id), std::move(input))};
        });
}

Operation validate_api_key(services::ApiKeys* keys)
{
    return with_handler<types::NameApiKey, ApiKey>(
        {.name = "validate_api_key",
         .summary = "Validate an API key",
         .doc = "Asks the provider whether it takes the key, and keeps the answer in `valid`. 503, "
                "and nothing changed, when the provider does not say; 400 when a `base_url` leads "
                "where todod does not go; 409 when the key can no longer be opened.",
         .tag = tag,
         .routes = on_own(Method::post, "/api/api-keys/{provider}/validate"),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {404, 409, 503}},
        [keys](Caller caller, types::NameApiKey input) -> base::Async<Answer<ApiKey>> {
            co_return Answer<ApiKey>{
                co_await keys->validate(std::move(caller.user_id), input.provider)};
        });
}

Operation delete_api_key(services::ApiKeys* keys)
{
    return with_handler<types::NameApiKey, Nothing>(
        {.name = "delete_api_key",
         .summary = "Delete an API key",
         .doc = "Erases the caller's key for a provider.",
         .tag = tag,
         .routes = on_own(Method::remove, "/api/api-keys/{provider}"),
         .needs = Needs::person,
         .scope = Scope::remove,
         .output = {.status = 204},
         .problems = {404, 503}},
        [keys](Caller caller, types::NameApiKey input) -> base::Async<Answer<Nothing>> {
            co_await keys->remove(std::move(caller.user_id), input.provider);
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table api_key_operations(services::ApiKeys* keys)
{
    operation::Table operations;
    operations.push_back(list_api_keys(keys));
    operations.push_back(put_api_key(keys));
    operations.push_back(validate_api_key(keys));
    operations.push_back(delete_api_key(keys));
    return operations;
}

}  // namespace todod::api
