#include "services/webhooks.hpp"

#include "base/error.hpp"
#include "net/address.hpp"
#include "net/url.hpp"
#include "webhooks/signature.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::SealedWebhook;
using types::Webhook;
using types::WebhookOutcome;

namespace {

/// What is wrong with a URL; nothing: it may be one.
std::optional<std::string> fault_of(const std::string& text, const WebhookRules& rules)
{
    const auto url = net::parse_url(text);
    if (!url || text.contains('#')) {
        return "url must be an https or http URL without a user and a fragment.";
    }
    if (rules.https_only && !url->is_secure) return "url must begin with https.";
    if (rules.public_only && (net::is_private_host(url->host) || net::is_local_name(url->host))) {
        return "url must lead to a public address.";
    }
    return std::nullopt;
}

Error not_found()
{
    return {ErrorCode::not_found, "Webhook not found."};
}

Error no_letter()
{
    return {ErrorCode::not_found, "There is no such dead letter of this webhook."};
}

base::Uuid read_id(const std::string& text)
{
    const auto id = base::parse_uuid(text);
    if (!id) throw not_found();
    return *id;
}

WebhookOutcome outcome_of(const webhooks::Attempt& attempt)
{
    WebhookOutcome outcome{.is_delivered = attempt.is_delivered(),
                           .status = attempt.status,
                           .duration_ms = attempt.duration.count()};
    if (!attempt.error.empty()) outcome.error = attempt.error;
    return outcome;
}

}  // namespace

Webhooks::Webhooks(store::Webhooks& store, store::Changes& changes, webhooks::Sender* sender,
                   WebhookRules rules, base::Loop& loop, const base::Clock& clock,
                   base::Random& random)
    : store_(store),
      changes_(changes),
      sender_(sender),
      rules_(rules),
      loop_(loop),
      clock_(clock),
      random_(random)
{
}

webhooks::Sender& Webhooks::sender() const
{
    if (sender_ != nullptr) return *sender_;
    throw Error::unavailable("Webhooks are off: ENCRYPTION_KEY is not set.",
                             std::chrono::minutes{1});
}

void Webhooks::check_url(const std::string& url) const
{
    if (auto fault = fault_of(url, rules_)) {
        throw Error::invalid({{{"body", "url"}, *std::move(fault), "url"}});
    }
}

base::Async<SealedWebhook> Webhooks::find(std::string user_id, std::string webhook_id)
{
    sender();
    const base::Uuid id = read_id(webhook_id);
    auto hook = co_await store_.find(std::move(user_id), id);
    if (!hook) throw not_found();
    co_return *std::move(hook);
}

base::Async<std::vector<Webhook>> Webhooks::list(std::string user_id)
{
    sender();
    co_return co_await store_.list(std::move(user_id));
}

base::Async<Webhook> Webhooks::get(std::string user_id, types::NameWebhook name)
{
    auto hook = co_await find(std::move(user_id), std::move(name.webhook_id));
    co_return std::move(hook.shown);
}

base::Async<types::NewWebhook> Webhooks::create(std::string user_id, types::WebhookRequest request)
{
    webhooks::Sender& sealer = sender();
    check_url(request.url);
    const auth::Wiped secret{webhooks::make_secret(random_)};
    SealedWebhook hook{.secret = sealer.seal(secret.view())};
    const base::Instant now = clock_.now();
    hook.shown.id = base::make_uuid_v7(now, random_);
    hook.shown.url = std::move(request.url);
    if (request.events) {
        hook.shown.events = types::split_kinds(types::join(*request.events));
    }
    hook.shown.created_at = now;
    hook.shown.updated_at = now;
    auto kept = co_await store_.create(std::move(user_id), std::move(hook), request.from_seq);
    types::NewWebhook made;
    static_cast<Webhook&>(made) = std::move(kept);
    made.secret = secret.view();
    co_return made;
}

base::Async<Webhook> Webhooks::change(std::string user_id, types::WebhookChange change)
{
    sender();
    const base::Uuid id = read_id(change.webhook_id);
    const bool sets_something = change.url.given || change.events.given || change.is_active.given;
    if (!sets_something) {
        co_return co_await get(std::move(user_id), {std::move(change.webhook_id)});
    }
    if (change.url.given) check_url(change.url.value);
    auto kept = co_await store_.change(std::move(user_id), id, std::move(change), clock_.now());
    if (!kept) throw not_found();
    co_return *std::move(kept);
}

base::Async<void> Webhooks::remove(std::string user_id, types::NameWebhook name)
{
    sender();
    const base::Uuid id = read_id(name.webhook_id);
    if (!co_await store_.remove(std::move(user_id), id)) throw not_found();
}

base::Async<types::WebhookSecret> Webhooks::replace_secret(std::string user_id,
                                                           types::NameWebhook name)
{
    webhooks::Sender& sealer = sender();
    const base::Uuid id = read_id(name.webhook_id);
    const auth::Wiped secret{webhooks::make_secret(random_)};
    const base::Instant now = clock_.now();
    const base::Instant old_until = now + old_secret_time;
    const bool is_kept = co_await store_.replace_secret(std::move(user_id), id,
                                                        sealer.seal(secret.view()), old_until, now);
    if (!is_kept) throw not_found();
    co_return types::WebhookSecret{std::string{secret.view()}, old_until};
}

base::Async<webhooks::Attempt> Webhooks::send(std::string user_id, SealedWebhook hook,
                                              webhooks::Message message)
{
    const webhooks::Sender::Place place{sender()};
    auto signer = sender().open(hook);
    if (!signer) {
        throw Error{ErrorCode::conflict,
                    "The webhook's secret was sealed under an ENCRYPTION_KEY that is not "
                    "configured any more: make a new one."};
    }
    if (!signer->is_current)
        co_await store_.reseal(std::move(user_id), hook, sender().reseal(hook));
    co_return co_await sender().send(loop_, std::move(hook.shown.url), *std::move(signer),
                                     std::move(message));
}

base::Async<WebhookOutcome> Webhooks::test(std::string user_id, types::NameWebhook name)
{
    auto hook = co_await find(user_id, std::move(name.webhook_id));
    auto message = webhooks::ping_of(hook.shown.id, clock_.now(), random_);
    co_return outcome_of(co_await send(std::move(user_id), std::move(hook), std::move(message)));
}

base::Async<std::vector<types::WebhookDeadLetter>> Webhooks::list_dead_letters(
    std::string user_id, types::ListDeadLetters query)
{
    const auto hook = co_await find(user_id, std::move(query.webhook_id));
    co_return co_await store_.list_dead_letters(std::move(user_id), hook.shown.id, query.since,
                                                query.limit);
}

base::Async<WebhookOutcome> Webhooks::retry(std::string user_id, types::NameDeadLetter name)
{
    auto hook = co_await find(user_id, std::move(name.webhook_id));
    const base::Uuid id = hook.shown.id;
    if (name.seq <= 0) throw no_letter();
    const auto letters = co_await store_.list_dead_letters(user_id, id, name.seq - 1, 1);
    if (letters.empty() || letters.front().seq != name.seq) throw no_letter();
    const auto page = co_await changes_.list(store::User{user_id}, name.seq - 1, 1);
    if (page.changes.empty() || page.changes.front().seq != name.seq) {
        throw Error{ErrorCode::conflict, "The log does not have this change any more."};
    }
    const auto attempt =
        co_await send(user_id, std::move(hook), webhooks::message_of(id, page.changes.front()));
    if (attempt.is_delivered()) {
        co_await store_.remove_dead_letter(user_id, id, name.seq);
    } else {
        types::WebhookDeadLetter letter = letters.front();
        letter.failed_at = clock_.now();
        letter.last_status = attempt.status;
        letter.last_error = attempt.error;
        ++letter.attempts;
        co_await store_.put_dead_letter(user_id, id, std::move(letter));
    }
    co_return outcome_of(attempt);
}

}  // namespace todod::services
