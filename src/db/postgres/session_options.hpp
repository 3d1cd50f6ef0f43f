#pragma once

#include <chrono>
#include <string>

namespace todod::db::postgres {

/// What the server lets one statement take, the wait for locks included.
inline constexpr std::chrono::seconds max_statement{5};

/// What every session is to have set, as libpq's parameter `options` takes it.
std::string to_libpq_options();

/// The same as a statement, for one transaction: behind a pooler each may be in another session.
const std::string& set_local_options();

}  // namespace todod::db::postgres
