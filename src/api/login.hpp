#pragma once

#include "auth/limits.hpp"
#include "base/async.hpp"
#include "base/text.hpp"
#include "types/account.hpp"

namespace todod::api {

/// Counts a sign-in for its e-mail, whether there is such an account or not: the answer does not
/// tell. Throws Error{too_many_requests}. A null `meter` counts nothing.
inline base::Async<void> count_login(auth::Meter* meter, const types::Login& input)
{
    if (meter == nullptr) co_return;
    const std::string email = base::fold_case(input.email);
    co_await meter->check(auth::LimitKind::email, email);
}

}  // namespace todod::api
