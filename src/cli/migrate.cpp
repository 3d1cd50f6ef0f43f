#include <algorithm>
#include <cstdio>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "config.hpp"
#include "db/migrator.hpp"

namespace todod::cli {

namespace {

/// The configured database and its migrations.
class Schema {
public:
    db::Migrator& migrator() { return migrator_; }

private:
    base::SystemClock clock_;
    db::sqlite::Connection connection_{read_config(read_environment()).database_path,
                                       db::sqlite::Connection::Mode::create};
    db::Migrator migrator_{connection_, db::sqlite_migrations(), clock_};
};

void migrate(db::Migrator& migrator, int target)
{
    const auto done = migrator.migrate_to(target);
    for (const auto& entry : done) {
        fmt::print("{} {:04} {}\n", entry.applied_at ? "up  " : "down", entry.number, entry.name);
    }
    if (done.empty()) fmt::print("nothing to do: the database is at {:04}\n", migrator.current());
}

}  // namespace

void migrate_up()
{
    Schema schema;
    migrate(schema.migrator(), schema.migrator().newest());
}

void migrate_down(int steps)
{
    Schema schema;
    migrate(schema.migrator(), std::max(0, schema.migrator().current() - steps));
}

void migrate_to(int revision)
{
    Schema schema;
    migrate(schema.migrator(), revision);
}

void migrate_current()
{
    Schema schema;
    fmt::print("{:04}\n", schema.migrator().current());
}

void migrate_history()
{
    Schema schema;
    for (const auto& entry : schema.migrator().history()) {
        fmt::print("{:04} {} {}\n", entry.number, entry.name,
                   entry.applied_at ? base::to_string(*entry.applied_at) : "pending");
    }
}

void migrate_pending()
{
    Schema schema;
    for (const auto& entry : schema.migrator().history()) {
        if (!entry.applied_at) fmt::print("{:04} {}\n", entry.number, entry.name);
    }
}

void migrate_sql()
{
    Schema schema;
    const int now_at = schema.migrator().current();
    for (const auto& migration : db::sqlite_migrations()) {
        if (migration.number <= now_at) continue;
        fmt::print("-- {:04} {}\n{}\n", migration.number, migration.name, migration.up);
    }
}

}  // namespace todod::cli
