#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "db/activity.hpp"
#include "db/migrator.hpp"
#include "db/signals.hpp"
#include "store/accounts.hpp"
#include "store/api_keys.hpp"
#include "store/changes.hpp"
#include "store/conversations.hpp"
#include "store/copy.hpp"
#include "store/imports.hpp"
#include "store/sessions.hpp"
#include "store/tasks.hpp"
#include "store/tokens.hpp"
#include "store/webhooks.hpp"

namespace todod::store {

/// One I/O thread's way to the database, for that thread alone. Outlives the stores it has given.
class Database {
public:
    virtual ~Database() = default;

    virtual std::unique_ptr<Tasks> tasks() = 0;
    virtual std::unique_ptr<Changes> changes() = 0;
    virtual std::unique_ptr<Accounts> accounts() = 0;
    virtual std::unique_ptr<ApiKeys> api_keys() = 0;
    virtual std::unique_ptr<Conversations> conversations() = 0;
    virtual std::unique_ptr<Sessions> sessions() = 0;
    virtual std::unique_ptr<Imports> imports() = 0;

    /// Deletes some of the answers that were kept at `until` or before (KeptAnswer), of users that
    /// come after `after`; gives where to go on. Nothing: there are no more.
    virtual base::Async<std::optional<std::string>> forget_answers(std::string after,
                                                                   base::Instant until) = 0;
    virtual std::unique_ptr<Tokens> tokens() = 0;
    virtual std::unique_ptr<Webhooks> webhooks() = 0;

    /// Deletes some of what users' logs have from before `changed_before`, and some of what went to
    /// the trash before `trashed_before`, of users that come after `after`; gives where to go on.
    /// Nothing: there is no more.
    virtual base::Async<std::optional<std::string>> forget_changes(
        std::string after, base::Instant changed_before, base::Instant trashed_before) = 0;

    /// Whether the database answers and has every migration that this program knows; it may have
    /// newer ones. May throw Error{unavailable}.
    virtual base::Async<bool> is_ready() = 0;
};

/// A database as configured: what all I/O threads share. Outlives every Database.
class Storage {
public:
    virtual ~Storage() = default;

    /// For people: SQLite's file, or PostgreSQL's host and database. No secret.
    virtual std::string description() const = 0;

    /// Whether it is a server of its own, which may come up after todod.
    virtual bool is_remote() const noexcept = 0;

    /// Connects, blocking. `create`: makes SQLite's file where it is not there; else a missing one
    /// is looked at as an empty database and not made.
    virtual std::unique_ptr<db::Migrator> migrator(const base::Clock& clock, bool create) = 0;

    /// The schema must have been migrated. May be called from any thread.
    virtual std::unique_ptr<Database> connect(base::Loop& loop) = 0;

    /// The secret that signs JWTs where none is configured: made once and kept beside the data (a
    /// file that only its owner may read, or a row). The schema must have been migrated. Blocks.
    virtual std::string keep_secret(base::Random& random) = 0;

    /// All that there is, as it is now. The schema must be current.
    virtual std::unique_ptr<CopySource> copy_source() = 0;

    /// Throws Error{conflict} where somebody's data is in it. The schema must be current.
    virtual std::unique_ptr<CopyTarget> copy_target() = 0;

    /// What this process is told by others on the same database, of `loop`, and the other way
    /// round. Null: there is no such way. May be called from any thread.
    virtual std::unique_ptr<db::Signals> signals(base::Loop& loop, db::SignalHandlers handlers) = 0;

    /// May be called from any thread.
    virtual db::Activity activity() = 0;
};

}  // namespace todod::store
