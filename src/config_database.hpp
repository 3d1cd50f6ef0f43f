#pragma once

#include <string_view>

#include "config.hpp"
#include "store/storage.hpp"

namespace todod {

/// Whether a URL, which may be of no use, means PostgreSQL.
bool is_postgres(std::string_view url);

/// Where a URL says that a database is: a DATABASE_URL. Throws Unusable.
store::DatabaseLocation to_location(std::string_view url);

void set_database(Config& config, std::string_view url);

}  // namespace todod
