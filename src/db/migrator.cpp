#include "db/migrator.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"

namespace todod::db {

using sqlite::Connection;
using sqlite::Transaction;

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

Migrator::Migrator(Connection& connection, std::span<const Migration> migrations,
                   const base::Clock& clock)
    : connection_(connection), migrations_(migrations), clock_(clock)
{
}

int Migrator::newest() const noexcept
{
    return migrations_.empty() ? 0 : migrations_.back().number;
}

void Migrator::prepare()
{
    switch_to_wal(connection_);
    connection_.script(
        "PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS schema_migrations ("
        "  number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
}

int Migrator::current()
{
    auto table = connection_.query(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'");
    if (!table.step()) return 0;
    auto rows = connection_.query("SELECT coalesce(max(number), 0) FROM schema_migrations");
    rows.step();
    return static_cast<int>(rows.integer(0));
}

bool Migrator::is_current()
{
    return current() == newest();
}

std::vector<Migrator::Entry> Migrator::history()
{
    std::vector<Entry> entries;
    for (const Migration& migration : migrations_) {
        entries.push_back({migration.number, std::string{migration.name}, std::nullopt});
    }
    if (current() == 0) return entries;
    auto rows =
        connection_.query("SELECT number, name, applied_at FROM schema_migrations ORDER BY number");
    while (rows.step()) {
        const auto number = static_cast<int>(rows.integer(0));
        const base::Instant at{std::chrono::milliseconds{rows.integer(2)}};
        auto known = std::ranges::find(entries, number, &Entry::number);
        if (known == entries.end()) {
            entries.push_back({number, std::string{rows.text(1)}, at});
        } else {
            known->applied_at = at;
        }
    }
    return entries;
}

std::vector<Migrator::Entry> Migrator::migrate_to(int target)
{
    const bool known = target == 0 || std::ranges::find(migrations_, target, &Migration::number) !=
                                          migrations_.end();
    if (!known) {
        throw base::Error{
            base::ErrorCode::bad_request,
            fmt::format("there is no migration {:04}; the newest is {:04}", target, newest())};
    }
    prepare();
    std::vector<Entry> done;
    while (auto entry = step_up(target))
        done.push_back(std::move(*entry));
    while (auto entry = step_down(target))
        done.push_back(std::move(*entry));
    return done;
}

/// current(), which must be a migration that this program knows.
int Migrator::known_current()
{
    const int now_at = current();
    if (now_at <= newest()) return now_at;
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("the database is at {:04}, made by a newer todod; this one knows up to {:04}",
                    now_at, newest())};
}

std::optional<Migrator::Entry> Migrator::step_up(int target)
{
    Transaction transaction{connection_, Transaction::Kind::immediate};
    const int now_at = known_current();
    for (const Migration& migration : migrations_) {
        if (migration.number <= now_at || migration.number > target) continue;
        connection_.script(std::string{migration.up});
        const base::Instant at = clock_.now();
        connection_.run(
            "INSERT INTO schema_migrations (number, name, applied_at) VALUES (?1, ?2, ?3)",
            {migration.number, migration.name, at.time_since_epoch().count()});
        transaction.commit();
        return Entry{migration.number, std::string{migration.name}, at};
    }
    return std::nullopt;
}

std::optional<Migrator::Entry> Migrator::step_down(int target)
{
    Transaction transaction{connection_, Transaction::Kind::immediate};
    const int now_at = known_current();
    if (now_at <= target) return std::nullopt;
    const auto last = std::ranges::find(migrations_, now_at, &Migration::number);
    connection_.script(std::string{last->down});
    connection_.run("DELETE FROM schema_migrations WHERE number = ?1", {last->number});
    transaction.commit();
    return Entry{last->number, std::string{last->name}, std::nullopt};
}

}  // namespace todod::db
