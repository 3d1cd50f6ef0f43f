#include "db/sqlite/schema_log.hpp"

#include <chrono>
#include <thread>

#include "base/error.hpp"

namespace todod::db::sqlite {

namespace {

constexpr int max_switches = 500;
constexpr std::chrono::milliseconds between_switches{10};

/// Several may be at it with a new database, and for that alone SQLite does not wait by itself.
void switch_to_wal(Connection& connection)
{
    for (int attempt = 1;; ++attempt) {
        try {
            connection.script("PRAGMA journal_mode = WAL");
            return;
        } catch (const base::Error& error) {
            if (error.code() != base::ErrorCode::unavailable || attempt == max_switches) throw;
        }
        std::this_thread::sleep_for(between_switches);
    }
}

}  // namespace

int SchemaLog::current()
{
    auto table = connection_.query(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'");
    if (!table.step()) return 0;
    auto rows = connection_.query("SELECT coalesce(max(number), 0) FROM schema_migrations");
    rows.step();
    return static_cast<int>(rows.integer(0));
}

std::vector<Applied> SchemaLog::applied()
{
    std::vector<Applied> applied;
    auto rows =
        connection_.query("SELECT number, name, applied_at FROM schema_migrations ORDER BY number");
    while (rows.step()) {
        applied.push_back({static_cast<int>(rows.integer(0)), std::string{rows.text(1)},
                           base::Instant{std::chrono::milliseconds{rows.integer(2)}}});
    }
    return applied;
}

void SchemaLog::prepare()
{
    switch_to_wal(connection_);
    connection_.script("PRAGMA synchronous = FULL");
}

void SchemaLog::make_table()
{
    connection_.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations ("
        "  number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
}

void SchemaLog::in_turn(const std::function<void()>& work)
{
    Transaction transaction{connection_, Transaction::Kind::immediate};
    work();
    transaction.commit();
}

void SchemaLog::script(std::string_view statements)
{
    connection_.script(std::string{statements});
}

void SchemaLog::add(const Applied& migration)
{
    connection_.run("INSERT INTO schema_migrations (number, name, applied_at) VALUES (?1, ?2, ?3)",
                    {migration.number, migration.name, migration.at.time_since_epoch().count()});
}

void SchemaLog::remove(int number)
{
    connection_.run("DELETE FROM schema_migrations WHERE number = ?1", {number});
}

}  // namespace todod::db::sqlite
