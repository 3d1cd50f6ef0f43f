#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "types/api_key.hpp"

namespace todod::store {

/// Users' own keys for providers of models, sealed: one a user and provider. What is answered is
/// durable.
class ApiKeys {
public:
    virtual ~ApiKeys() = default;

    /// By the providers' names.
    virtual base::Async<std::vector<types::ApiKey>> list(std::string user_id) = 0;

    virtual base::Async<std::optional<types::SealedApiKey>> find(std::string user_id,
                                                                 types::Provider provider) = 0;

    /// Keeps `key` in place of the one that the user has for its provider, if any: created_at stays
    /// that one's. Gives what is kept; nothing, and nothing done, when there is no such account.
    virtual base::Async<std::optional<types::ApiKey>> put(std::string user_id,
                                                          types::SealedApiKey key) = 0;

    /// Keeps what is known anew of a key: how it is sealed, and what its provider said of it.
    /// False, and nothing done, when it is not sealed as `token` any more.
    virtual base::Async<bool> update(std::string user_id, std::string token,
                                     types::SealedApiKey key) = 0;

    /// False when there is none.
    virtual base::Async<bool> remove(std::string user_id, types::Provider provider) = 0;
};

/// What is stored of a provider. Throws Error{internal} for what no todod has stored so far.
types::Provider read_provider(std::string_view name);

}  // namespace todod::store
