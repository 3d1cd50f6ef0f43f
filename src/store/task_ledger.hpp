#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/task_write.hpp"

namespace todod::store {

/// Where a task is.
enum class TaskPlace : std::uint8_t { nowhere, tasks, trash };

/// A task that a transaction has in hand.
struct LedgerEntry {
    types::Task task{};
    std::int64_t last_change = 0;  ///< its seq; 0: none that is in the log
    base::Instant deleted_at{};    ///< of one in the trash
    TaskPlace place = TaskPlace::nowhere;
    TaskPlace stored_place = TaskPlace::nowhere;  ///< where the database has it
    bool is_changed = false;                      ///< otherwise than the database has it
    bool is_rewritten = false;                    ///< in what it says, not only in its state
};

/// What a user's writes do to the tasks that they name, worked out beside the database: whoever
/// holds it has locked the user in the database, loads what the writes name, applies them, and
/// stores in the same transaction what has changed, and the log. One for all writes of a user that
/// share a transaction.
class TaskLedger {
public:
    /// As the user's row has them.
    TaskLedger(std::string user_id, std::int64_t last_number, std::int64_t last_change);

    /// A task that the database has. What is not loaded is not there.
    void load(types::Task task, std::int64_t last_change);
    void load_trashed(types::Task task, std::int64_t last_change, base::Instant deleted_at);

    /// Does what `request` asks for. `origin` and `changeset_id` are those of its writes; the set
    /// gets its number by its first change.
    WriteOutcome write(const WriteRequest& request, const types::Origin& origin,
                       std::optional<std::int64_t>& changeset_id);

    // What is to be stored then.

    const std::string& user_id() const noexcept { return user_id_; }
    /// All that are in hand, by number.
    const std::map<std::int64_t, LedgerEntry>& entries() const noexcept { return entries_; }
    /// What is new in the log, in its order.
    const std::vector<types::Change>& log() const noexcept { return log_; }
    std::int64_t last_number() const noexcept { return last_number_; }
    std::int64_t last_change() const noexcept { return last_change_; }
    /// How many tasks more there are.
    std::int64_t count_added() const noexcept;

private:
    struct Writer;

    LedgerEntry& keep(LedgerEntry entry);
    LedgerEntry* find(const types::TaskRef& ref, TaskPlace place);
    void take_back();

    std::string user_id_;
    std::int64_t last_number_;
    std::int64_t last_change_;
    std::map<std::int64_t, LedgerEntry> entries_;
    std::multimap<base::Uuid, std::int64_t> numbers_;  ///< of entries, by their id
    std::vector<types::Change> log_;
    /// What the request that is under way has touched, as it was.
    std::map<std::int64_t, LedgerEntry> touched_;
};

/// What becomes of the writes of somebody who has no account (any more): there are no tasks, and
/// none can be made.
WriteOutcome refuse_without_account(const WriteRequest& request);

/// What a database has to be asked for before writes can be applied: tasks by what names them. A
/// task may be named twice.
struct NamedTasks {
    std::vector<base::Uuid> ids{};
    std::vector<std::int64_t> numbers{};
    bool wants_trash = false;  ///< those of them that are in the trash as well
};
void add_named(NamedTasks& to, const std::vector<TaskWrite>& writes);

}  // namespace todod::store
