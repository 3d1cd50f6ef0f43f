#include "db/postgres/schema_log.hpp"

#include <thread>

#include "base/error.hpp"
#include "db/postgres/error.hpp"

namespace todod::db::postgres {

namespace {

constexpr std::chrono::milliseconds between_attempts{50};
constexpr std::chrono::seconds try_again{5};

void roll_back(Session& session) noexcept
{
    try {
        session.script("ROLLBACK");
    } catch (const base::Error&) {
        return;  // the server has done so when the connection is gone
    }
}

[[noreturn]] void fail_for_foreign(std::string_view what)
{
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("the database is another program's ({}): give todod a database or a schema of "
                    "its own",
                    what)};
}

}  // namespace

bool SchemaLog::is_prepared()
{
    const Rows table = session_.query(
        "SELECT to_regclass('schema_migrations') IS NOT NULL, EXISTS (SELECT 1 FROM pg_attribute"
        " WHERE attrelid = to_regclass('schema_migrations') AND attname = 'applied_at')");
    const bool is_there = table.get<bool>(0, 0);
    if (is_there && !table.get<bool>(0, 1)) fail_for_foreign("its table schema_migrations");
    return is_there;
}

int SchemaLog::current()
{
    if (!is_prepared()) return 0;
    return session_.query("SELECT coalesce(max(number), 0) FROM schema_migrations")
        .get<std::int32_t>(0, 0);
}

std::vector<Applied> SchemaLog::applied()
{
    const Rows rows =
        session_.query("SELECT number, name, applied_at FROM schema_migrations ORDER BY number");
    std::vector<Applied> applied;
    applied.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        applied.push_back({rows.get<std::int32_t>(row, 0), rows.get<std::string>(row, 1),
                           rows.get<base::Instant>(row, 2)});
    }
    return applied;
}

void SchemaLog::make_table()
{
    // Whoever may not make tables may still start where there is nothing left to make.
    if (is_prepared()) return;
    const auto encoding =
        session_.query("SELECT current_setting('server_encoding')").get<std::string>(0, 0);
    if (encoding != "UTF8") {
        throw base::Error{
            base::ErrorCode::conflict,
            fmt::format("the database's encoding is {}: make one with UTF8", encoding)};
    }
    script(
        "CREATE TABLE schema_migrations ("
        "  number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL)");
}

void SchemaLog::in_turn(const std::function<void()>& work)
{
    take_turn();
    try {
        work();
        session_.script("COMMIT");
    } catch (...) {
        roll_back(session_);
        throw;
    }
}

/// Begins a transaction that has the lock. Waits outside of one: behind a pooler those are few.
void SchemaLog::take_turn()
{
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    const std::string begin = fmt::format("BEGIN; SET LOCAL lock_timeout = {}", timeout_.count());
    for (;;) {
        session_.script(begin);
        const auto key = Parameters::of(turn_key);
        if (session_.query("SELECT pg_try_advisory_xact_lock($1)", key).get<bool>(0, 0)) return;
        session_.script("ROLLBACK");
        if (std::chrono::steady_clock::now() >= deadline) break;
        std::this_thread::sleep_for(between_attempts);
    }
    throw base::Error::unavailable(
        "The database is being migrated.", try_again,
        fmt::format("another process has been migrating the database for {} s",
                    std::chrono::round<std::chrono::seconds>(timeout_).count()));
}

void SchemaLog::script(std::string_view statements)
{
    constexpr std::string_view duplicate_table = "42P07";
    try {
        session_.script(std::string{statements});
    } catch (const ServerError& error) {
        if (error.state() != duplicate_table) throw;
        fail_for_foreign(error.message());
    }
}

void SchemaLog::add(const Applied& migration)
{
    session_.query("INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                   Parameters::of(std::int32_t{migration.number}, migration.name, migration.at));
}

void SchemaLog::remove(int number)
{
    session_.query("DELETE FROM schema_migrations WHERE number = $1",
                   Parameters::of(std::int32_t{number}));
}

}  // namespace todod::db::postgres
