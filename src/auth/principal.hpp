#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/accounts.hpp"
#include "types/token.hpp"

namespace todod::auth {

using types::Scope;

/// Who is calling, once the credentials have been checked.
struct Principal {
    std::string user_id;
    /// Every way in but a token that was given to a program gives all.
    types::Scopes scopes = types::all_scopes;
    bool is_token = false;                        ///< who came with such a token
    std::optional<store::User::Sighting> seen{};  ///< of the account, by what was remembered
    std::optional<base::Uuid> token_id{};         ///< of todod's own token that they came with
    bool is_service = false;                      ///< another service, in the user's name
    /// Of the account, when todod's own JWT was issued that they came with; nothing: with another.
    std::optional<std::int64_t> generation{};

    bool may(Scope scope) const noexcept { return types::has(scopes, scope); }
};

}  // namespace todod::auth
