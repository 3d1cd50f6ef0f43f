#pragma once

#include "base/log.hpp"
#include "config.hpp"
#include "db/migrator.hpp"

namespace todod {

/// Applies all migrations that this todod knows, or, where that is not wanted (MIGRATE_ON_START),
/// throws Error{conflict} unless they are applied already. Newer ones are no hindrance: a release
/// goes on working on the schema of the next (CONTRIBUTING.md).
void prepare_schema(db::Migrator& migrator, const Config& config, base::Log& log);

/// Throws Error{conflict}, which says what to do, where there are no tables.
void require_schema(db::Migrator& migrator);

}  // namespace todod
