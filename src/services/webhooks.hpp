#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "store/changes.hpp"
#include "store/webhooks.hpp"
#include "types/webhook.hpp"
#include "webhooks/sender.hpp"

namespace todod::services {

struct WebhookRules {
    bool https_only = true;
    bool public_only = true;  ///< a URL may not name an address or a host that is not public
};

/// Users' own URLs that are told each change of their tasks. What is to be sent is sent by
/// webhooks::Deliverer; here is what its owner says of it.
class Webhooks {
public:
    /// How long an old secret signs along with the one that has replaced it.
    static constexpr std::chrono::hours old_secret_time{24};

    /// All must outlive this. Without `sender` there is nothing to seal secrets with: all throw
    /// Error{unavailable}.
    Webhooks(store::Webhooks& store, store::Changes& changes, webhooks::Sender* sender,
             WebhookRules rules, base::Loop& loop, const base::Clock& clock, base::Random& random);

    /// Oldest first.
    base::Async<std::vector<types::Webhook>> list(std::string user_id);

    /// This and all that name a hook throw Error{not_found}, also for another user's.
    base::Async<types::Webhook> get(std::string user_id, types::NameWebhook name);

    /// Throws Error{invalid}, Error{conflict} when there are too many.
    base::Async<types::NewWebhook> create(std::string user_id, types::WebhookRequest request);

    /// Throws Error{invalid}.
    base::Async<types::Webhook> change(std::string user_id, types::WebhookChange change);

    base::Async<void> remove(std::string user_id, types::NameWebhook name);

    base::Async<types::WebhookSecret> replace_secret(std::string user_id, types::NameWebhook name);

    /// Sends a message that says nothing, now. Throws Error{conflict} when the secret cannot be
    /// opened any more, Error{unavailable} when too many are being tried.
    base::Async<types::WebhookOutcome> test(std::string user_id, types::NameWebhook name);

    base::Async<std::vector<types::WebhookDeadLetter>> list_dead_letters(
        std::string user_id, types::ListDeadLetters query);

    /// Sends it again, now; once it has arrived it is no dead letter any more. Throws as test, and
    /// Error{conflict} when the log does not have its change any more.
    base::Async<types::WebhookOutcome> retry(std::string user_id, types::NameDeadLetter name);

private:
    webhooks::Sender& sender() const;
    void check_url(const std::string& url) const;
    base::Async<types::SealedWebhook> find(std::string user_id, std::string webhook_id);
    base::Async<webhooks::Attempt> send(std::string user_id, types::SealedWebhook hook,
                                        webhooks::Message message);

    store::Webhooks& store_;
    store::Changes& changes_;
    webhooks::Sender* const sender_;
    const WebhookRules rules_;
    base::Loop& loop_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace todod::services
