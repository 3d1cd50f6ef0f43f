#pragma once

#include <exception>
#include <string_view>

#include "auth/limits.hpp"
#include "auth/principal.hpp"
#include "base/async.hpp"
#include "http/client_address.hpp"

namespace todod::http {

/// Who is counted for a limit of `kind`: the user, or the address of who is not signed in.
std::string_view limited_subject(auth::LimitKind kind, const auth::Principal& caller,
                                 const Address& client) noexcept;

/// What to answer to who was refused with `failure` before being counted for anything. Whose
/// credentials do not hold is counted by address, so that nobody tries them without an end.
base::Async<std::exception_ptr> count_stranger(auth::Meter& meter, const Address& client,
                                               std::exception_ptr failure);

/// The same for who is known and calls what counts for itself, but failed before it did: as a read.
base::Async<std::exception_ptr> count_failure(auth::Meter& meter, std::string user_id,
                                              std::exception_ptr failure);

}  // namespace todod::http
