#include <algorithm>
#include <cstdio>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "config.hpp"
#include "store/storage.hpp"

namespace todod::cli {

namespace {

enum class Use : std::uint8_t {
    look,  ///< makes no database where there is none
    change,
};

/// The configured database and its migrations.
class Schema {
public:
    explicit Schema(Use use) : migrator_(storage_->migrator(clock_, use == Use::change)) {}

    db::Migrator* operator->() { return migrator_.get(); }
    db::Migrator& operator*() { return *migrator_; }

private:
    base::SystemClock clock_;
    std::unique_ptr<store::Storage> storage_ =
        store::open_storage(read_config(read_environment()).database, 1);
    std::unique_ptr<db::Migrator> migrator_;
};

void show(db::Migrator& migrator, const std::vector<db::Migrator::Entry>& done)
{
    for (const auto& entry : done) {
        fmt::print("{} {:04} {}\n", entry.applied_at ? "up  " : "down", entry.number, entry.name);
    }
    if (!done.empty()) return;
    fmt::print("nothing to do: the database is at {:04}{}\n", migrator.current(),
               migrator.is_ahead() ? ", made by a newer todod" : "");
}

}  // namespace

void migrate_up()
{
    Schema schema{Use::change};
    show(*schema, schema->migrate_up());
}

void migrate_down(int steps)
{
    Schema schema{Use::change};
    show(*schema, schema->migrate_to(std::max(0, schema->current() - steps)));
}

void migrate_to(int revision)
{
    Schema schema{Use::change};
    show(*schema, schema->migrate_to(revision));
}

void migrate_current()
{
    Schema schema{Use::look};
    fmt::print("{:04}\n", schema->current());
}

void migrate_history()
{
    Schema schema{Use::look};
    for (const auto& entry : schema->history()) {
        fmt::print("{:04} {} {}\n", entry.number, entry.name,
                   entry.applied_at ? base::to_string(*entry.applied_at) : "pending");
    }
}

void migrate_pending()
{
    Schema schema{Use::look};
    for (const auto& entry : schema->history()) {
        if (!entry.applied_at) fmt::print("{:04} {}\n", entry.number, entry.name);
    }
}

void migrate_sql()
{
    Schema schema{Use::look};
    const int now_at = schema->current();
    for (const auto& migration : schema->migrations()) {
        if (migration.number <= now_at) continue;
        fmt::print("-- {:04} {}\n{}\n", migration.number, migration.name, migration.up);
    }
}

}  // namespace todod::cli
