#include "store/sqlite/forgotten_changes.hpp"

#include <algorithm>

#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;

namespace {

/// How many users one read looks at.
constexpr int users_at_once = 1000;
/// How many changes and how many tasks in the trash one write forgets at most.
constexpr std::int64_t forgotten_at_once = 1000;

/// Of every user on purpose: the next one who has a log or something in the trash.
std::optional<std::int64_t> next_user(Connection& connection, std::int64_t after)
{
    auto rows = connection.query(
        "SELECT min(user_key) FROM (SELECT (SELECT min(change_key) >> 32 FROM changes"
        " WHERE change_key > (?1 << 32) + 4294967295) AS user_key"
        " UNION ALL SELECT (SELECT min(task_key) >> 32 FROM trash"
        " WHERE task_key > (?1 << 32) + 4294967295))",
        {after});
    return rows.step() ? rows.maybe_integer(0) : std::nullopt;
}

/// The keys of the rows, each a key and a time, before the first that is young enough: where clocks
/// differ an older one may come later, which stays until its turn.
std::vector<std::int64_t> old_keys(Rows& rows, base::Instant before)
{
    std::vector<std::int64_t> keys;
    while (rows.step() && to_instant(rows.integer(1)) < before)
        keys.push_back(rows.integer(0));
    return keys;
}

/// Of the user's first changes, up to `limit`.
std::vector<std::int64_t> old_changes(Connection& connection, std::int64_t user_key,
                                      base::Instant before, std::int64_t limit)
{
    auto rows = connection.query(
        "SELECT change_key, at FROM changes"
        " WHERE change_key BETWEEN ?1 << 32 AND (?1 << 32) + 4294967295"
        " ORDER BY change_key LIMIT ?2",
        {user_key, limit});
    return old_keys(rows, before);
}

std::vector<std::int64_t> old_trash(Connection& connection, std::int64_t user_key,
                                    base::Instant before, std::int64_t limit)
{
    auto rows = connection.query(
        "SELECT task_key, deleted_at FROM trash WHERE user_key = ?1 ORDER BY last_change LIMIT ?2",
        {user_key, limit});
    return old_keys(rows, before);
}

}  // namespace

UsersToSweep find_users_to_sweep(Connection& connection, std::int64_t after, const TooOld& too_old)
{
    UsersToSweep found;
    for (int i = 0; i < users_at_once; ++i) {
        const auto next = next_user(connection, after);
        if (!next) return found;
        after = *next;
        if (!old_changes(connection, after, too_old.changed_before, 1).empty() ||
            !old_trash(connection, after, too_old.trashed_before, 1).empty()) {
            found.user_keys.push_back(after);
        }
    }
    found.end = after;
    return found;
}

std::optional<std::int64_t> forget_changes(Connection& connection,
                                           const std::vector<std::int64_t>& user_keys,
                                           const TooOld& too_old)
{
    std::int64_t changes_left = forgotten_at_once;
    std::int64_t trash_left = forgotten_at_once;
    for (const std::int64_t user_key : user_keys) {
        const auto changes =
            old_changes(connection, user_key, too_old.changed_before, changes_left);
        if (!changes.empty()) {
            connection.run(
                "DELETE FROM changes WHERE change_key BETWEEN ?2 AND ?3 AND user_key = ?1",
                {user_key, changes.front(), changes.back()});
        }
        const auto trash = old_trash(connection, user_key, too_old.trashed_before, trash_left);
        for (const std::int64_t task_key : trash) {
            connection.run("DELETE FROM trash WHERE task_key = ?2 AND user_key = ?1",
                           {user_key, task_key});
        }
        changes_left -= std::ssize(changes);
        trash_left -= std::ssize(trash);
        if (changes_left == 0 || trash_left == 0) return user_key;
    }
    return std::nullopt;
}

}  // namespace todod::store::sqlite
