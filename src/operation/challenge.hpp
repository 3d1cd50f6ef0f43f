#pragma once

#include <string>
#include <string_view>

#include "types/token.hpp"

namespace todod::operation {

/// How an operation asks for credentials that is a resource of OAuth's, or stands for one.
struct Challenge {
    std::string metadata_url{};  ///< of the resource's metadata (RFC 9728 §5.1); empty: none
    std::string scopes{};        ///< those to ask for, with spaces; empty: not told
};

/// The value of WWW-Authenticate (RFC 6750 §3) for who is not signed in. `fault` says what is wrong
/// with what they have sent, if anything.
std::string sign_in_challenge(const Challenge& challenge, std::string_view fault);

/// The same for whose token is not for this, and would be with `scope`.
std::string scope_challenge(types::Scope scope);

}  // namespace todod::operation
