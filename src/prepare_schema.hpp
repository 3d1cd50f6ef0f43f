#pragma once

#include "base/log.hpp"
#include "config.hpp"
#include "db/migrator.hpp"

namespace todod {

/// Takes the database to the newest schema, or, where that is not wanted (MIGRATE_ON_START), throws
/// Error{conflict} unless it is there already.
void prepare_schema(db::Migrator& migrator, const Config& config, base::Log& log);

}  // namespace todod
