#include "api/api.hpp"
#include "api/routes.hpp"
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
using types::Webhook;
using types::WebhookOutcome;

namespace {

constexpr std::string_view tag = "Webhooks";

constexpr std::string_view scoped_all = "/api/{user_id}/webhooks";
constexpr std::string_view own_all = "/api/webhooks";
constexpr std::string_view scoped_one = "/api/{user_id}/webhooks/{webhook_id}";
constexpr std::string_view own_one = "/api/webhooks/{webhook_id}";

Operation list_webhooks(services::Webhooks* webhooks)
{
    return with_handler<Nothing, std::vector<Webhook>>(
        {.name = "list_webhooks",
         .summary = "List the webhooks",
         .doc = "The caller's own, oldest first, each with how far it has come and what went "
                "wrong; never a secret. 503 where `ENCRYPTION_KEY` is not set, as of all that "
                "concerns webhooks; who comes with a token of todod's own is refused (403).",
         .tag = tag,
         .routes = on_both(Method::get, scoped_all, own_all),
         .needs = Needs::person,
         .scope = Scope::read,
         .problems = {503}},
        [webhooks](Caller caller, Nothing) -> base::Async<Answer<std::vector<Webhook>>> {
            co_return Answer<std::vector<Webhook>>{
                co_await webhooks->list(std::move(caller.user_id))};
        });
}

Operation create_webhook(services::Webhooks* webhooks)
{
    return with_handler<types::WebhookRequest, types::NewWebhook>(
        {.name = "create_webhook",
         .summary = "Make a webhook",
         .doc = "From then on each change of the caller's tasks is posted to `url`, in order, as "
                "Standard Webhooks has it: signed with the `secret`, which is shown this once, "
                "and sent again until it is answered with 2xx. 409 past 20 webhooks.",
         .tag = tag,
         .routes = on_both(Method::post, scoped_all, own_all),
         .needs = Needs::person,
         .scope = Scope::write,
         .output = {.status = 201, .headers = {{"Location", "Where the webhook is."}}},
         .problems = {409, 503}},
        [webhooks](Caller caller,
                   types::WebhookRequest input) -> base::Async<Answer<types::NewWebhook>> {
            auto made = co_await webhooks->create(std::move(caller.user_id), std::move(input));
            std::string location = fmt::format("{}/{}", caller.path, base::to_string(made.id));
            co_return Answer<types::NewWebhook>{std::move(made),
                                                {{"Location", std::move(location)}}};
        });
}

Operation get_webhook(services::Webhooks* webhooks)
{
    return with_handler<types::NameWebhook, Webhook>(
        {.name = "get_webhook",
         .summary = "Get a webhook",
         .doc = "One of the caller's own, with how far it has come.",
         .tag = tag,
         .routes = on_both(Method::get, scoped_one, own_one),
         .needs = Needs::person,
         .scope = Scope::read,
         .problems = {404, 503}},
        [webhooks](Caller caller, types::NameWebhook name) -> base::Async<Answer<Webhook>> {
            co_return Answer<Webhook>{
                co_await webhooks->get(std::move(caller.user_id), std::move(name))};
        });
}

Operation change_webhook(services::Webhooks* webhooks)
{
    return with_handler<types::WebhookChange, Webhook>(
        {.name = "change_webhook",
         .summary = "Change a webhook",
         .doc = "Sets what is named. One that is switched on, or gets another URL, is tried again "
                "at once; it goes on with the change after `delivered_seq`.",
         .tag = tag,
         .routes = on_both(Method::patch, scoped_one, own_one),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {404, 503}},
        [webhooks](Caller caller, types::WebhookChange change) -> base::Async<Answer<Webhook>> {
            co_return Answer<Webhook>{
                co_await webhooks->change(std::move(caller.user_id), std::move(change))};
        });
}

Operation delete_webhook(services::Webhooks* webhooks)
{
    return with_handler<types::NameWebhook, Nothing>(
        {.name = "delete_webhook",
         .summary = "Delete a webhook",
         .doc = "Nothing more is sent, beside what is on its way; its dead letters go with it.",
         .tag = tag,
         .routes = on_both(Method::remove, scoped_one, own_one),
         .needs = Needs::person,
         .scope = Scope::remove,
         .output = {.status = 204},
         .problems = {404, 503}},
        [webhooks](Caller caller, types::NameWebhook name) -> base::Async<Answer<Nothing>> {
            co_await webhooks->remove(std::move(caller.user_id), std::move(name));
            co_return Answer<Nothing>{};
        });
}

Operation replace_webhook_secret(services::Webhooks* webhooks)
{
    return with_handler<types::NameWebhook, types::WebhookSecret>(
        {.name = "replace_webhook_secret",
         .summary = "Replace a webhook's secret",
         .doc = "Makes a new secret, which is shown this once. For 24 hours messages are signed "
                "with both, so that the receiver can change over meanwhile.",
         .tag = tag,
         .routes = on_both(Method::post, "/api/{user_id}/webhooks/{webhook_id}/secret",
                           "/api/webhooks/{webhook_id}/secret"),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {404, 503}},
        [webhooks](Caller caller,
                   types::NameWebhook name) -> base::Async<Answer<types::WebhookSecret>> {
            co_return Answer<types::WebhookSecret>{
                co_await webhooks->replace_secret(std::move(caller.user_id), std::move(name))};
        });
}

Operation test_webhook(services::Webhooks* webhooks)
{
    return with_handler<types::NameWebhook, WebhookOutcome>(
        {.name = "test_webhook",
         .summary = "Try a webhook",
         .doc = "Sends a `todod.ping` now, once, and says what became of it. 409 when its secret "
                "can no longer be opened.",
         .tag = tag,
         .routes = on_both(Method::post, "/api/{user_id}/webhooks/{webhook_id}/test",
                           "/api/webhooks/{webhook_id}/test"),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {404, 409, 503}},
        [webhooks](Caller caller, types::NameWebhook name) -> base::Async<Answer<WebhookOutcome>> {
            co_return Answer<WebhookOutcome>{
                co_await webhooks->test(std::move(caller.user_id), std::move(name))};
        });
}

Operation list_dead_letters(services::Webhooks* webhooks)
{
    return with_handler<types::ListDeadLetters, std::vector<types::WebhookDeadLetter>>(
        {.name = "list_webhook_dead_letters",
         .summary = "List a webhook's dead letters",
         .doc = "The messages that were given up, at most the last 1,000, by the `seq` of what "
                "they were to tell.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/webhooks/{webhook_id}/dead-letters",
                           "/api/webhooks/{webhook_id}/dead-letters"),
         .needs = Needs::person,
         .scope = Scope::read,
         .problems = {404, 503}},
        [webhooks](Caller caller, types::ListDeadLetters query)
            -> base::Async<Answer<std::vector<types::WebhookDeadLetter>>> {
            co_return Answer<std::vector<types::WebhookDeadLetter>>{
                co_await webhooks->list_dead_letters(std::move(caller.user_id), std::move(query))};
        });
}

Operation retry_dead_letter(services::Webhooks* webhooks)
{
    return with_handler<types::NameDeadLetter, WebhookOutcome>(
        {.name = "retry_webhook_dead_letter",
         .summary = "Send a dead letter again",
         .doc = "Sends it now, once, with the `webhook-id` that it had, and says what became of "
                "it: once it has arrived it is no dead letter any more. 409 when the log no longer "
                "has its change, or the secret can no longer be opened.",
         .tag = tag,
         .routes =
             on_both(Method::post, "/api/{user_id}/webhooks/{webhook_id}/dead-letters/{seq}/retry",
                     "/api/webhooks/{webhook_id}/dead-letters/{seq}/retry"),
         .needs = Needs::person,
         .scope = Scope::write,
         .problems = {404, 409, 503}},
        [webhooks](Caller caller,
                   types::NameDeadLetter name) -> base::Async<Answer<WebhookOutcome>> {
            co_return Answer<WebhookOutcome>{
                co_await webhooks->retry(std::move(caller.user_id), std::move(name))};
        });
}

}  // namespace

operation::Table webhook_operations(services::Webhooks* webhooks)
{
    operation::Table operations;
    operations.push_back(list_webhooks(webhooks));
    operations.push_back(create_webhook(webhooks));
    operations.push_back(get_webhook(webhooks));
    operations.push_back(change_webhook(webhooks));
    operations.push_back(delete_webhook(webhooks));
    operations.push_back(replace_webhook_secret(webhooks));
    operations.push_back(test_webhook(webhooks));
    operations.push_back(list_dead_letters(webhooks));
    operations.push_back(retry_dead_letter(webhooks));
    return operations;
}

}  // namespace todod::api
