#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/fernet.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/api_keys.hpp"
#include "types/api_key.hpp"

namespace todod::services {

/// Whether the provider takes the key (Providers::takes_key).
using AskProvider = std::function<base::Async<bool>(
    types::Provider provider, std::optional<std::string> base_url, auth::Wiped key)>;

/// A user's own key, to be used for that user and for nobody else.
struct OpenedApiKey {
    auth::Wiped key;
    std::optional<std::string> base_url;  ///< of a custom provider, and of no other
    std::optional<std::string> model;     ///< where the user has named one
};

/// Users' own keys for providers of models.
class ApiKeys {
public:
    /// How long a key must be for its last characters to be shown.
    static constexpr std::size_t min_masked_length = 12;

    /// All must outlive this. Without `keyring` there is nothing to seal with: all but open_key
    /// throw Error{unavailable}. `public_only`: a base_url may not name an address or a host that
    /// is not public.
    ApiKeys(store::ApiKeys& store, const auth::Fernet* keyring, AskProvider ask, bool public_only,
            const base::Clock& clock, base::Random& random);

    bool is_on() const noexcept { return keyring_ != nullptr; }

    base::Async<std::vector<types::ApiKey>> list(std::string user_id);

    /// Seals the key and keeps it in place of the one that was there. Throws Error{invalid}.
    base::Async<types::ApiKey> put(std::string user_id, types::PutApiKey input);

    /// Asks the provider, and keeps what it said. Throws Error{not_found}; Error{conflict} when the
    /// key was sealed under none that is configured, or has been replaced meanwhile; and what
    /// Providers::takes_key throws, having changed nothing.
    base::Async<types::ApiKey> validate(std::string user_id, types::Provider provider);

    /// Throws Error{not_found}.
    base::Async<void> remove(std::string user_id, types::Provider provider);

    /// The user's key for `provider`, to use it; nothing when there is none, or nothing to open it
    /// with. One that was sealed under an older key is sealed anew. Throws Error{conflict} when it
    /// was sealed under none that is configured.
    base::Async<std::optional<OpenedApiKey>> open_key(std::string user_id,
                                                      types::Provider provider);

private:
    const auth::Fernet& keyring() const;
    auth::Fernet::Opened open(const types::SealedApiKey& key) const;
    /// `key` sealed under the newest key, if it is not.
    std::string reseal(const types::SealedApiKey& key, const auth::Fernet::Opened& opened) const;

    store::ApiKeys& store_;
    const auth::Fernet* keyring_;
    AskProvider ask_;
    bool public_only_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace todod::services
