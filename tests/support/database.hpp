#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/async.hpp"
#include "db/migrator.hpp"
#include "db/sqlite/connection.hpp"
#include "store/sqlite/database.hpp"
#include "support/clock.hpp"
#include "support/loop.hpp"
#include "support/temp_folder.hpp"

namespace todod::testing {

/// A migrated SQLite database of its own, with the stores that one I/O thread has of it:
///
///     TestDatabase database;
///     database.add_user("ada");
///     const auto task = database.run(database.tasks().find("ada", 1));
///
/// services.hpp has the services over it.
class TestDatabase {
public:
    TestDatabase()
    {
        using db::sqlite::Connection;
        {
            Connection connection{path(), Connection::Mode::create};
            db::Migrator migrator{connection, db::sqlite_migrations(), clock_};
            migrator.migrate_to(migrator.newest());
        }
        writer_ = store::sqlite::open_writer(path());
        database_ = std::make_unique<store::sqlite::Database>(path(), *writer_, loop_);
        tasks_ = database_->tasks();
        accounts_ = database_->accounts();
    }

    std::string path() const { return folder_.file("todod.db"); }
    TestLoop& loop() noexcept { return loop_; }
    FakeClock& clock() noexcept { return clock_; }
    db::sqlite::Writer& writer() noexcept { return *writer_; }
    store::sqlite::Database& database() noexcept { return *database_; }
    store::Tasks& tasks() noexcept { return *tasks_; }
    store::Accounts& accounts() noexcept { return *accounts_; }

    /// Runs `work` to its end on the test's own thread.
    template <class T>
    T run(base::Async<T> work)
    {
        return loop_.run(std::move(work));
    }

    /// A user without e-mail and password, as another service's token makes one.
    void add_user(std::string user_id) { run(accounts_->ensure(std::move(user_id), clock_.now())); }

private:
    TempFolder folder_;
    TestLoop loop_;
    FakeClock clock_;
    std::unique_ptr<db::sqlite::Writer> writer_;
    std::unique_ptr<store::sqlite::Database> database_;
    std::unique_ptr<store::Tasks> tasks_;
    std::unique_ptr<store::Accounts> accounts_;
};

}  // namespace todod::testing
