#pragma once

#include <string>

#include "base/async.hpp"
#include "store/accounts.hpp"

namespace todod::cli {

/// The user_id of whom an operator names. Throws Error{not_found}, and Error{conflict} where the
/// name is of two.
base::Async<std::string> find_user(store::Accounts& store, std::string email_or_id);

}  // namespace todod::cli
