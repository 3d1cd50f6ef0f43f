#pragma once

#include <optional>
#include <string>

#include "db/postgres/session.hpp"

namespace todod::store::postgres {

/// The secret that signs JWTs where none is configured.
std::optional<std::string> find_secret(db::postgres::Session& session);

/// Keeps it, unless there is one.
void add_secret(db::postgres::Session& session, const std::string& secret);

/// Keeps it in place of any other.
void replace_secret(db::postgres::Session& session, const std::string& secret);

}  // namespace todod::store::postgres
