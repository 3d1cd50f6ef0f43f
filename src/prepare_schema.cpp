#include "prepare_schema.hpp"

#include "base/error.hpp"

namespace todod {

void prepare_schema(db::Migrator& migrator, const Config& config, base::Log& log)
{
    if (!config.migrate_on_start && !migrator.is_current()) {
        throw base::Error{base::ErrorCode::conflict,
                          "the database's schema is not current: run 'todod migrate up'"};
    }
    for (const auto& done : migrator.migrate_to(migrator.newest())) {
        log.write(base::LogLevel::info, "todod.migrate",
                  fmt::format("Migrated up to {:04} {}", done.number, done.name));
    }
}

void require_schema(db::Migrator& migrator)
{
    if (migrator.current() > 0) return;
    throw base::Error{base::ErrorCode::conflict,
                      "the database has no tables yet: run 'todod migrate up', or 'todod serve' "
                      "once"};
}

}  // namespace todod
