#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/migration.hpp"
#include "db/schema_log.hpp"

namespace todod::db {

/// Takes a database's schema up and down. Each migration is a transaction of its own, and what has
/// been applied is kept in the table `schema_migrations`. Processes that migrate at the same time
/// take turns.
class Migrator {
public:
    struct Entry {
        int number = 0;
        std::string name;
        std::optional<base::Instant> applied_at;  ///< empty: pending
    };

    /// `migrations` in ascending order.
    Migrator(std::unique_ptr<SchemaLog> log, std::span<const Migration> migrations,
             const base::Clock& clock);

    /// The newest migration applied; 0: none.
    int current();

    /// Every migration known or applied, in order.
    std::vector<Entry> history();

    /// Whether every migration that this program knows is applied; newer ones may be as well.
    bool is_current();

    /// Whether the database has migrations that are newer than all that this program knows.
    bool is_ahead();

    /// Applies what is missing of what this program knows, and leaves alone what is newer; gives
    /// what was done, in that order. Throws Error{conflict} when one is missing below one that is
    /// applied: nobody can say then what the schema is.
    std::vector<Entry> migrate_up();

    /// To `target`, up or down; gives what was done, in that order. Throws Error{bad_request} when
    /// there is no such migration, Error{conflict} when the database has one that this program
    /// does not know.
    std::vector<Entry> migrate_to(int target);

    /// The number of the newest migration this program knows.
    int newest() const noexcept;

    /// Every migration that this program knows.
    std::span<const Migration> migrations() const noexcept { return migrations_; }

private:
    int known_current();
    std::optional<int> find_missing();
    std::optional<Entry> step_up(int target);
    std::optional<Entry> step_down(int target);

    std::unique_ptr<SchemaLog> log_;
    std::span<const Migration> migrations_;
    const base::Clock& clock_;
};

}  // namespace todod::db
