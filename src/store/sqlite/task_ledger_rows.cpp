#include "store/sqlite/task_ledger_rows.hpp"

#include "base/error.hpp"
#include "store/idempotency.hpp"
#include "store/sqlite/change_log.hpp"
#include "store/sqlite/task_inserts.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Change;
using types::Task;

namespace {

/// Loads what it is asked for into the ledger of one user.
class Loader {
public:
    Loader(Connection& connection, TaskLedger& ledger) : connection_(connection), ledger_(ledger) {}

    void load(const NamedTasks& named)
    {
        for (const base::Uuid& id : named.ids)
            load_task(id);
        for (const std::int64_t number : named.numbers)
            load_task(number);
        if (!named.wants_trash) return;
        for (const base::Uuid& id : named.ids) {
            auto rows = connection_.query(
                "SELECT trash.task, trash.last_change, trash.deleted_at FROM users JOIN trash"
                " ON trash.user_key = users.user_key AND trash.id = ?2 WHERE users.user_id = ?1",
                {ledger_.user_id(), id});
            load_trashed(rows);
        }
        for (const std::int64_t number : named.numbers) {
            if (number > number_mask) continue;
            auto rows = connection_.query(
                "SELECT trash.task, trash.last_change, trash.deleted_at FROM users JOIN trash"
                " ON trash.task_key = (users.user_key << 32) + ?2"
                " AND trash.user_key = users.user_key WHERE users.user_id = ?1",
                {ledger_.user_id(), number});
            load_trashed(rows);
        }
    }

private:
    void load_task(const types::TaskRef& ref)
    {
        auto row = find_task(connection_, ledger_.user_id(), ref);
        if (row) ledger_.load(std::move(row->task), row->last_change);
    }

    /// With the task that may have taken its id meanwhile.
    void load_trashed(Rows& rows)
    {
        while (rows.step()) {
            Task task = task_of(rows.text(0));
            load_task(task.id);
            ledger_.load_trashed(std::move(task), rows.integer(1), to_instant(rows.integer(2)));
        }
    }

    Connection& connection_;
    TaskLedger& ledger_;
};

/// Stores what one user's ledger has.
class Storer {
public:
    Storer(Connection& connection, const TaskLedger& ledger, std::string_view stored_origin)
        : connection_(connection), ledger_(ledger), origin_(stored_origin)
    {
    }

    void store()
    {
        update_user();
        // First what goes: a task that comes may have the id of one that does.
        for (const auto& [number, entry] : ledger_.entries()) {
            if (entry.is_changed) take_away(entry);
        }
        for (const auto& [number, entry] : ledger_.entries()) {
            if (entry.is_changed) put(entry);
        }
        for (const Change& change : ledger_.log())
            log(change);
    }

private:
    void update_user()
    {
        auto rows = connection_.query(
            "UPDATE users SET last_number = ?2, last_change = ?3, task_count = task_count + ?4"
            " WHERE user_id = ?1 RETURNING user_key",
            {ledger_.user_id(), ledger_.last_number(), ledger_.last_change(),
             ledger_.count_added()});
        if (!rows.step()) {
            throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
        }
        user_key_ = rows.integer(0);
    }

    std::int64_t key_of(const LedgerEntry& entry) const
    {
        return (user_key_ << 32) + entry.task.number;
    }

    void take_away(const LedgerEntry& entry)
    {
        const std::int64_t task_key = key_of(entry);
        if (entry.stored_place == TaskPlace::tasks && entry.is_rewritten) {
            note_words_of_task(connection_, ledger_.user_id(), task_key);
        }
        if (entry.stored_place == TaskPlace::tasks && entry.place != TaskPlace::tasks) {
            connection_.run(
                "DELETE FROM tasks WHERE task_key = ?2"
                " AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
                {ledger_.user_id(), task_key});
        }
        if (entry.stored_place == TaskPlace::trash) {
            connection_.run("DELETE FROM trash WHERE task_key = ?2 AND user_key = ?1",
                            {user_key_, task_key});
        }
    }

    void put(const LedgerEntry& entry)
    {
        if (entry.place == TaskPlace::trash) return put_in_trash(entry);
        if (entry.place == TaskPlace::nowhere) return;
        const TaskRow row{key_of(entry), entry.last_change, entry.task};
        if (entry.stored_place == TaskPlace::tasks) {
            store_task(connection_, row);
        } else {
            put_task(connection_, row);
        }
    }

    void put_in_trash(const LedgerEntry& entry)
    {
        const std::string task = to_answer(entry.task);
        connection_.run(
            "INSERT INTO trash (task_key, user_key, id, deleted_at, last_change, task)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            {key_of(entry), user_key_, entry.task.id, to_integer(entry.deleted_at),
             entry.last_change, task});
    }

    void log(const Change& change)
    {
        const auto before = stored(change.before);
        const auto after = stored(change.after);
        add_change(connection_, {.user_key = user_key_,
                                 .seq = change.seq,
                                 .changeset_id = change.changeset_id,
                                 .at = change.at,
                                 .kind = change.kind,
                                 .task_id = change.task_id,
                                 .task_number = change.task_number,
                                 .version = change.version,
                                 .undoes = change.undoes,
                                 .previous = change.previous,
                                 .before = before,
                                 .after = after,
                                 .origin = origin_});
    }

    static std::optional<std::string> stored(const std::optional<types::TaskState>& state)
    {
        if (!state) return std::nullopt;
        return types::to_stored(*state);
    }

    Connection& connection_;
    const TaskLedger& ledger_;
    const std::string_view origin_;
    std::int64_t user_key_ = 0;
};

}  // namespace

std::optional<TaskLedger> load_ledger(Connection& connection, const std::string& user_id,
                                      const std::vector<TaskWrite>& writes)
{
    std::optional<TaskLedger> ledger;
    {
        auto rows = connection.query(
            "SELECT last_number, last_change FROM users WHERE user_id = ?1", {user_id});
        if (!rows.step()) return std::nullopt;
        ledger.emplace(user_id, rows.integer(0), rows.integer(1));
    }
    NamedTasks named;
    add_named(named, writes);
    Loader{connection, *ledger}.load(named);
    return ledger;
}

void store_ledger(Connection& connection, const TaskLedger& ledger, std::string_view stored_origin)
{
    if (ledger.log().empty()) return;
    Storer{connection, ledger, stored_origin}.store();
}

}  // namespace todod::store::sqlite
