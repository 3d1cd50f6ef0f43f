#pragma once

#include <optional>

#include "auth/fernet.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "config.hpp"
#include "net/http_client.hpp"
#include "services/webhooks.hpp"
#include "store/database.hpp"
#include "webhooks/deliverer.hpp"

namespace todod {

/// What webhooks are sent with; nothing, where there is nothing to seal their secrets with.
class WebhookParts {
public:
    /// All must outlive this; `keyring` may be null.
    WebhookParts(const Config& config, const auth::Fernet* keyring, net::HttpClient& client,
                 const base::Clock& clock, base::Random& random, base::Metrics& metrics);

    services::Webhooks serve(store::Webhooks& store, store::Changes& changes, base::Loop& loop);

    /// Begins to deliver. The schema must have been migrated; both must outlive this.
    void start(store::Storage& storage, base::Log& log);

    /// Delivers nothing more, and does not wait. From any thread.
    void stop();

private:
    const services::WebhookRules rules_;
    const webhooks::RetryRules retries_;
    const base::Clock& clock_;
    base::Random& random_;
    base::Metrics& metrics_;
    std::optional<webhooks::Sender> sender_;
    std::optional<webhooks::Deliverer> deliverer_;
};

}  // namespace todod
