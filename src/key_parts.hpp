#pragma once

#include <optional>
#include <string>

#include "auth/fernet.hpp"
#include "config.hpp"
#include "net/http_client.hpp"
#include "services/api_keys.hpp"
#include "services/providers.hpp"

namespace todod {

/// What users' own API keys are kept and checked with.
struct KeyParts {
    std::optional<auth::Fernet> keyring;
    services::Providers providers;
    bool public_only;

    KeyParts(const Config& config, net::HttpClient& client)
        : providers(client, config.production), public_only(config.production)
    {
        if (!config.encryption_keys.empty()) keyring.emplace(config.encryption_keys);
    }

    /// Null where there is none.
    const auth::Fernet* find_keyring() const noexcept { return keyring ? &*keyring : nullptr; }

    services::ApiKeys serve(store::ApiKeys& store, base::Loop& loop, const base::Clock& clock,
                            base::Random& random)
    {
        return {store,
                find_keyring(),
                [this, &loop](types::Provider provider, std::optional<std::string> base_url,
                              auth::Wiped key) {
                    return providers.takes_key(loop, provider, std::move(base_url), std::move(key));
                },
                public_only,
                clock,
                random};
    }
};

}  // namespace todod
