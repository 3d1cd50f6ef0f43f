#include "webhook_parts.hpp"

namespace todod {

WebhookParts::WebhookParts(const Config& config, const auth::Fernet* keyring,
                           net::HttpClient& client, const base::Clock& clock, base::Random& random,
                           base::Metrics& metrics)
    : rules_{.https_only = config.production, .public_only = !config.webhooks_allow_private},
      retries_{.delays = {config.webhook_retries.begin(), config.webhook_retries.end()}},
      clock_(clock),
      random_(random),
      metrics_(metrics)
{
    if (keyring == nullptr) return;
    sender_.emplace(client, *keyring, rules_.public_only, clock, random, metrics);
}

services::Webhooks WebhookParts::serve(store::Webhooks& store, store::Changes& changes,
                                       base::Loop& loop)
{
    return {store, changes, sender_ ? &*sender_ : nullptr, rules_, loop, clock_, random_};
}

void WebhookParts::start(store::Storage& storage, base::Log& log)
{
    if (!sender_) return;
    deliverer_.emplace(storage, *sender_, clock_, random_, log, metrics_,
                       webhooks::DelivererSettings{.retries = retries_});
}

void WebhookParts::stop()
{
    if (deliverer_) deliverer_->stop();
}

}  // namespace todod
