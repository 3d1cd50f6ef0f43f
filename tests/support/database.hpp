#pragma once

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/async.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/schema_log.hpp"
#include "store/storage.hpp"
#include "support/clock.hpp"
#include "support/loop.hpp"
#include "support/postgres.hpp"
#include "support/temp_folder.hpp"

namespace todod::testing {

enum class DatabaseKind : std::uint8_t { sqlite, postgres };

/// As TODOD_TEST_DATABASE says; SQLite where it says nothing.
inline DatabaseKind chosen_database()
{
    const char* const variable = std::getenv("TODOD_TEST_DATABASE");
    const std::string chosen = variable == nullptr ? "sqlite" : variable;
    if (chosen == "sqlite") return DatabaseKind::sqlite;
    if (chosen == "postgres" || chosen == "partitioned") return DatabaseKind::postgres;
    throw std::runtime_error{"TODOD_TEST_DATABASE is not sqlite, postgres or partitioned: " +
                             chosen};
}

/// A migrated database of its own, with the stores that one I/O thread has of it:
///
///     TestDatabase database;
///     database.add_user("ada");
///     const auto task = database.run(database.tasks().find("ada", 1));
///
/// services.hpp has the services over it, sqlite.hpp one that is SQLite's in any case.
class TestDatabase {
public:
    explicit TestDatabase(DatabaseKind kind = chosen_database(), store::SessionTable sessions = {})
        : sessions_table_(std::move(sessions))
    {
        if (kind == DatabaseKind::postgres) {
            server_ = std::make_unique<PostgresDatabase>(
                [this](const std::string& url) { migrate(*open(db::postgres::parse_url(url))); });
            storage_ = open(db::postgres::parse_url(server_->url()));
        } else {
            storage_ = open(store::SqliteFile{path()});
            migrate(*storage_);
        }
        database_ = storage_->connect(loop_);
        tasks_ = database_->tasks();
        changes_ = database_->changes();
        accounts_ = database_->accounts();
        api_keys_ = database_->api_keys();
        conversations_ = database_->conversations();
        sessions_ = database_->sessions();
        tokens_ = database_->tokens();
        webhooks_ = database_->webhooks();
    }

    TestLoop& loop() noexcept { return loop_; }
    FakeClock& clock() noexcept { return clock_; }
    store::Storage& storage() noexcept { return *storage_; }
    store::Database& database() noexcept { return *database_; }
    store::Tasks& tasks() noexcept { return *tasks_; }
    store::Changes& changes() noexcept { return *changes_; }
    store::Accounts& accounts() noexcept { return *accounts_; }
    store::ApiKeys& api_keys() noexcept { return *api_keys_; }
    store::Conversations& conversations() noexcept { return *conversations_; }
    store::Sessions& sessions() noexcept { return *sessions_; }
    store::Tokens& tokens() noexcept { return *tokens_; }
    store::Webhooks& webhooks() noexcept { return *webhooks_; }

    /// Runs `work` to its end on the test's own thread.
    template <class T>
    T run(base::Async<T> work)
    {
        return loop_.run(std::move(work));
    }

    /// A user without e-mail and password, as another service's token makes one.
    void add_user(std::string user_id) { run(accounts_->ensure(std::move(user_id), clock_.now())); }

    /// The first cell of what plain SQL gives, past the stores.
    std::string ask(const std::string& sql) const
    {
        if (server_) return PlainPostgres{server_->url()}.ask(sql);
        db::sqlite::Connection connection{path(), db::sqlite::Connection::Mode::read_only};
        auto rows = connection.query(sql);
        return rows.step() ? std::string{rows.text(0)} : std::string{};
    }

    /// Runs plain SQL, past the stores, as another program does.
    void execute(const std::string& sql) const
    {
        if (server_) {
            PlainPostgres{server_->url()}.ask(sql);
            return;
        }
        db::sqlite::Connection{path(), db::sqlite::Connection::Mode::read_write}.script(sql);
    }

protected:
    /// Of SQLite's file.
    std::string path() const { return folder_.file("todod.db"); }
    /// Of PostgreSQL's database.
    std::string url() const { return server_->url(); }

private:
    /// As many I/O threads as the configured connections are divided among.
    static constexpr std::size_t threads = 2;

    std::unique_ptr<store::Storage> open(const store::DatabaseLocation& location) const
    {
        return store::open_storage(location, threads, sessions_table_);
    }

    void migrate(store::Storage& storage) const
    {
        const auto migrator = storage.migrator(clock_, true);
        migrator->migrate_to(migrator->newest());
    }

    const store::SessionTable sessions_table_;
    TempFolder folder_;
    std::unique_ptr<PostgresDatabase> server_;  ///< nothing: SQLite
    TestLoop loop_;
    FakeClock clock_;
    std::unique_ptr<store::Storage> storage_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::Tasks> tasks_;
    std::unique_ptr<store::Changes> changes_;
    std::unique_ptr<store::Accounts> accounts_;
    std::unique_ptr<store::ApiKeys> api_keys_;
    std::unique_ptr<store::Conversations> conversations_;
    std::unique_ptr<store::Sessions> sessions_;
    std::unique_ptr<store::Tokens> tokens_;
    std::unique_ptr<store::Webhooks> webhooks_;
};

}  // namespace todod::testing
