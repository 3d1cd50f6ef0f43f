#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/accounts.hpp"

namespace todod::auth {

/// What a caller may do. Every way in but a scoped token of todod's own gives all of them.
enum class Scope : std::uint8_t { read = 1, write = 2, remove = 4 };

/// Who is calling, once the credentials have been checked.
struct Principal {
    std::string user_id;
    std::uint8_t scopes = 0b111;
    std::optional<store::User::Sighting> seen{};  ///< of the account, by what was remembered

    bool may(Scope scope) const noexcept
    {
        return (scopes & static_cast<std::uint8_t>(scope)) != 0;
    }
};

}  // namespace todod::auth
