#pragma once

#include <span>
#include <string_view>

#include "auth/principal.hpp"
#include "base/async.hpp"
#include "schema/type.hpp"

namespace todod::auth {

/// Finds out who is calling. Each I/O thread has its own.
class Authenticator {
public:
    virtual ~Authenticator() = default;

    /// From a request's headers, which must hold until it has ended. Throws Error{unauthorized}
    /// when there are no credentials or they do not hold. `may_recall`: what is remembered of the
    /// account will do, since all that is done is done as store::User says.
    virtual base::Async<Principal> authenticate(std::span<const schema::NamedText> headers,
                                                bool may_recall) = 0;
};

}  // namespace todod::auth
