#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "config.hpp"
#include "db/migrator.hpp"

namespace todod::cli {

namespace {

using db::sqlite::Connection;

/// To look at the configured database makes none: one that is not there is empty.
Connection look()
{
    const std::string path = read_config(read_environment()).database_path;
    std::error_code unused;  // what else is wrong with the file, opening it says
    const auto type = std::filesystem::status(path, unused).type();
    const bool missing = type == std::filesystem::file_type::not_found;
    return {missing ? ":memory:" : path, Connection::Mode::read_write};
}

Connection open()
{
    return {read_config(read_environment()).database_path, Connection::Mode::create};
}

/// A database and its migrations.
class Schema {
public:
    explicit Schema(Connection connection) : connection_(std::move(connection)) {}

    db::Migrator& migrator() { return migrator_; }

private:
    base::SystemClock clock_;
    Connection connection_;
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
    Schema schema{open()};
    migrate(schema.migrator(), schema.migrator().newest());
}

void migrate_down(int steps)
{
    Schema schema{open()};
    migrate(schema.migrator(), std::max(0, schema.migrator().current() - steps));
}

void migrate_to(int revision)
{
    Schema schema{open()};
    migrate(schema.migrator(), revision);
}

void migrate_current()
{
    Schema schema{look()};
    fmt::print("{:04}\n", schema.migrator().current());
}

void migrate_history()
{
    Schema schema{look()};
    for (const auto& entry : schema.migrator().history()) {
        fmt::print("{:04} {} {}\n", entry.number, entry.name,
                   entry.applied_at ? base::to_string(*entry.applied_at) : "pending");
    }
}

void migrate_pending()
{
    Schema schema{look()};
    for (const auto& entry : schema.migrator().history()) {
        if (!entry.applied_at) fmt::print("{:04} {}\n", entry.number, entry.name);
    }
}

void migrate_sql()
{
    Schema schema{look()};
    const int now_at = schema.migrator().current();
    for (const auto& migration : db::sqlite_migrations()) {
        if (migration.number <= now_at) continue;
        fmt::print("-- {:04} {}\n{}\n", migration.number, migration.name, migration.up);
    }
}

}  // namespace todod::cli
