#include "prepare_schema.hpp"

#include "base/error.hpp"

namespace todod {

namespace {

constexpr std::string_view logger = "todod.migrate";

}  // namespace

void prepare_schema(db::Migrator& migrator, const Config& config, base::Log& log)
{
    if (!config.migrate_on_start && !migrator.is_current()) {
        throw base::Error{base::ErrorCode::conflict,
                          "the database's schema is not current: run 'todod migrate up'"};
    }
    for (const auto& done : migrator.migrate_up()) {
        log.write(base::LogLevel::info, logger,
                  fmt::format("Migrated up to {:04} {}", done.number, done.name));
    }
    if (!migrator.is_ahead()) return;
    log.write(base::LogLevel::warning, logger,
              fmt::format("The database is at {:04}, made by a newer todod; this one knows up to "
                          "{:04}, and serves all the same",
                          migrator.current(), migrator.newest()));
}

void require_schema(db::Migrator& migrator)
{
    if (migrator.current() > 0) return;
    throw base::Error{base::ErrorCode::conflict,
                      "the database has no tables yet: run 'todod migrate up', or 'todod serve' "
                      "once"};
}

}  // namespace todod
