#include "store/sqlite/changes.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "store/idempotency.hpp"
#include "store/sqlite/change_log.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Change;
using types::ChangeSet;
using types::TaskRef;
using types::TrashedTask;

namespace {

/// Whose log it is: the keys of its changes go from `first` to `last`.
struct Log {
    std::int64_t user_key = 0;
    std::int64_t last_seq = 0;

    /// `seq` may be any number.
    std::int64_t key_of(std::int64_t seq) const
    {
        return (user_key << 32) + std::clamp(seq, std::int64_t{0}, number_mask);
    }
};

Log get_log(Connection& connection, const std::string& user_id)
{
    auto rows =
        connection.query("SELECT user_key, last_change FROM users WHERE user_id = ?1", {user_id});
    if (!rows.step()) {
        throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
    }
    return {.user_key = rows.integer(0), .last_seq = rows.integer(1)};
}

std::vector<Change> read_changes(Rows rows)
{
    std::vector<Change> changes;
    while (rows.step())
        changes.push_back(read_change(rows));
    return changes;
}

std::int64_t first_seq(Connection& connection, const Log& log)
{
    auto rows = connection.query(
        "SELECT change_key FROM changes WHERE change_key BETWEEN ?1 AND ?2"
        " ORDER BY change_key LIMIT 1",
        {log.key_of(0), log.key_of(number_mask)});
    return rows.step() ? rows.integer(0) & number_mask : log.last_seq + 1;
}

std::optional<Change> find_change(Connection& connection, const Log& log, std::int64_t seq)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM changes WHERE change_key = ?2 AND user_key = ?1", change_columns);
    auto rows = connection.query(sql, {log.user_key, log.key_of(seq)});
    if (!rows.step()) return std::nullopt;
    return read_change(rows);
}

/// Of a task in the trash; of several with one id, of the one that went last.
std::optional<std::int64_t> find_trashed(Connection& connection, const Log& log,
                                         const TaskRef& task)
{
    if (const auto* const id = std::get_if<base::Uuid>(&task)) {
        // With the plus by its id, and not by all that the user has in the trash.
        auto rows =
            connection.query("SELECT max(+last_change) FROM trash WHERE user_key = ?1 AND id = ?2",
                             {log.user_key, *id});
        return rows.step() ? rows.maybe_integer(0) : std::nullopt;
    }
    const std::int64_t number = std::get<std::int64_t>(task);
    if (number > number_mask) return std::nullopt;
    auto rows =
        connection.query("SELECT last_change FROM trash WHERE user_key = ?1 AND task_key = ?2",
                         {log.user_key, (log.user_key << 32) + number});
    return rows.step() ? rows.maybe_integer(0) : std::nullopt;
}

/// The last change of a task, be it in the trash or not.
std::int64_t get_last_change(Connection& connection, const std::string& user_id, const Log& log,
                             const TaskRef& task)
{
    if (const auto row = find_task(connection, user_id, task)) return row->last_change;
    if (const auto seq = find_trashed(connection, log, task)) return *seq;
    throw base::Error{base::ErrorCode::not_found, "Task not found."};
}

/// How many changes a set has after its first.
std::int64_t count_others(Connection& connection, const Log& log, std::int64_t changeset_id)
{
    auto rows = connection.query(
        "SELECT count(*) FROM changes WHERE user_key = ?1 AND changeset_id = ?2"
        " AND change_key & 4294967295 <> changeset_id",
        {log.user_key, changeset_id});
    return rows.step() ? rows.integer(0) : 0;
}

}  // namespace

base::Async<ChangePage> Changes::list(User user, std::int64_t since, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM changes WHERE change_key > ?1 AND change_key <= ?2 ORDER BY change_key"
        " LIMIT ?3",
        change_columns);
    co_return co_await reader_.read([&](Connection& connection) -> ChangePage {
        const Log log = get_log(connection, user.id);
        return {.changes = read_changes(
                    connection.query(sql, {log.key_of(since), log.key_of(number_mask), limit})),
                .log = {.first = first_seq(connection, log), .last = log.last_seq}};
    });
}

base::Async<std::vector<Change>> Changes::list_set(User user, std::int64_t changeset_id,
                                                   std::int64_t since, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM changes WHERE user_key = ?1 AND changeset_id = ?2"
        " AND change_key & 4294967295 <> changeset_id AND change_key > ?3 ORDER BY change_key"
        " LIMIT ?4",
        change_columns);
    co_return co_await reader_.read([&](Connection& connection) {
        const Log log = get_log(connection, user.id);
        std::vector<Change> changes;
        auto first = find_change(connection, log, changeset_id);
        if (!first || first->changeset_id != changeset_id) return changes;
        if (since < changeset_id && limit > 0) changes.push_back(*std::move(first));
        std::ranges::move(
            read_changes(connection.query(
                sql, {log.user_key, changeset_id, log.key_of(since), limit - std::ssize(changes)})),
            std::back_inserter(changes));
        return changes;
    });
}

base::Async<std::vector<ChangeSet>> Changes::list_sets(User user, std::int64_t before,
                                                       std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM changes WHERE change_key >= ?1 AND change_key < ?2"
        " AND change_key & 4294967295 = changeset_id ORDER BY change_key DESC LIMIT ?3",
        change_columns);
    co_return co_await reader_.read([&](Connection& connection) {
        const Log log = get_log(connection, user.id);
        std::vector<ChangeSet> sets;
        for (Change& first :
             read_changes(connection.query(sql, {log.key_of(0), log.key_of(before), limit}))) {
            const std::int64_t id = first.changeset_id;
            sets.push_back({.id = id,
                            .at = first.at,
                            .count = 1 + count_others(connection, log, id),
                            .first = std::move(first)});
        }
        return sets;
    });
}

base::Async<std::vector<Change>> Changes::history(User user, TaskRef task, std::int64_t before,
                                                  std::int64_t limit)
{
    // Each names the one before: to look them up one after another costs no more here than a
    // recursive statement does, and ends with the page.
    co_return co_await reader_.read([&](Connection& connection) {
        const Log log = get_log(connection, user.id);
        std::vector<Change> changes;
        std::int64_t seq = get_last_change(connection, user.id, log, task);
        while (seq > 0 && std::ssize(changes) < limit) {
            auto change = find_change(connection, log, seq);
            if (!change) break;  // forgotten, as all before it are
            seq = change->previous;
            if (change->seq < before) changes.push_back(*std::move(change));
        }
        return changes;
    });
}

base::Async<std::vector<TrashedTask>> Changes::list_trash(User user, std::int64_t before,
                                                          std::int64_t limit)
{
    co_return co_await reader_.read([&](Connection& connection) {
        const Log log = get_log(connection, user.id);
        auto rows = connection.query(
            "SELECT task, last_change, deleted_at FROM trash"
            " WHERE user_key = ?1 AND last_change < ?2 ORDER BY last_change DESC LIMIT ?3",
            {log.user_key, before == 0 ? std::numeric_limits<std::int64_t>::max() : before, limit});
        std::vector<TrashedTask> tasks;
        while (rows.step()) {
            tasks.push_back({.task = task_of(rows.text(0)),
                             .seq = rows.integer(1),
                             .deleted_at = to_instant(rows.integer(2))});
        }
        return tasks;
    });
}

base::Async<std::optional<KeptOutcome>> Changes::find_outcome(User user, Idempotency once)
{
    const auto kept = co_await reader_.read(
        [&](Connection& connection) { return find_answer(connection, user.id, once); });
    if (!kept) co_return std::nullopt;
    co_return outcome_of(kept->answer);
}

base::Async<std::vector<std::int64_t>> Changes::last_seqs(std::vector<std::string> user_ids)
{
    co_return co_await reader_.read([&](Connection& connection) {
        std::vector<std::int64_t> seqs;
        seqs.reserve(user_ids.size());
        for (const std::string& user_id : user_ids) {
            auto rows =
                connection.query("SELECT last_change FROM users WHERE user_id = ?1", {user_id});
            seqs.push_back(rows.step() ? rows.integer(0) : 0);
        }
        return seqs;
    });
}

}  // namespace todod::store::sqlite
