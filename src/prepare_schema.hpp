#pragma once

#include "base/log.hpp"
#include "config.hpp"
#include "db/migrator.hpp"

namespace todod {

/// Takes the database to the newest schema, or, where that is not wanted (MIGRATE_ON_START), throws
/// Error{conflict} unless it is there already.
void prepare_schema(db::Migrator& migrator, const Config& config, base::Log& log);

/// Throws Error{conflict}, which says what to do, where there are no tables.
void require_schema(db::Migrator& migrator);

}  // namespace todod
