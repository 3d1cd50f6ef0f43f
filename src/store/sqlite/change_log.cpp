#include "store/sqlite/change_log.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Change;

ChangeSetInHand::ChangeSetInHand(const User& user)
{
    if (user.changes) {
        origin = user.changes->origin;
        id = user.changes->changeset_id;
    }
    stored_origin = types::to_stored(origin);
}

void keep_changeset(const User& user, std::optional<std::int64_t> changeset_id)
{
    if (user.changes && !user.changes->changeset_id) user.changes->changeset_id = changeset_id;
}

void add_change(Connection& connection, const ChangeRow& row)
{
    connection.run(
        "INSERT INTO changes (change_key, user_key, changeset_id, at, kind, task_id, task_number,"
        " version, undoes, previous, before, after, origin)"
        " VALUES ((?1 << 32) + ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        {row.user_key, row.seq, row.changeset_id, to_integer(row.at), static_cast<int>(row.kind),
         row.task_id, row.task_number, row.version, row.undoes, row.previous, row.before, row.after,
         row.origin});
}

NextChange count_change(Connection& connection, const std::string& user_id)
{
    auto rows = connection.query(
        "UPDATE users SET last_change = last_change + 1 WHERE user_id = ?1"
        " RETURNING user_key, last_change",
        {user_id});
    if (!rows.step()) {
        throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
    }
    return {.user_key = rows.integer(0), .seq = rows.integer(1)};
}

Change read_change(const Rows& rows)
{
    const auto state = [&](int column) -> std::optional<types::TaskState> {
        if (rows.is_null(column)) return std::nullopt;
        return types::state_from_stored(rows.text(column));
    };
    return {
        .seq = rows.integer(0) & number_mask,
        .changeset_id = rows.integer(1),
        .at = to_instant(rows.integer(2)),
        .kind = static_cast<types::ChangeKind>(rows.integer(3)),
        .task_id = rows.uuid(4),
        .task_number = rows.integer(5),
        .version = rows.integer(6),
        .before = state(9),
        .after = state(10),
        .origin = types::origin_from_stored(rows.text(11)),
        .undoes = rows.maybe_integer(7),
        .previous = rows.integer(8),
    };
}

std::int64_t erase_changes(Connection& connection, const std::string& user_id, std::int64_t limit)
{
    const std::int64_t changes = connection.run(
        "DELETE FROM changes WHERE change_key IN (SELECT change_key FROM changes"
        " WHERE change_key BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
        " AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1)"
        " ORDER BY change_key LIMIT ?2)",
        {user_id, limit});
    const std::int64_t trashed = connection.run(
        "DELETE FROM trash WHERE task_key IN (SELECT task_key FROM trash"
        " WHERE task_key BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
        " AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1)"
        " ORDER BY task_key LIMIT ?2)",
        {user_id, limit});
    return std::max(changes, trashed);
}

}  // namespace todod::store::sqlite
