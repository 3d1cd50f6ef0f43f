#include "store/postgres/changes.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;

namespace {

/// What one step of a sweep looks at, and deletes of one user at once. It ends once it has deleted
/// so much.
constexpr std::int64_t swept_users = 200;
constexpr std::int64_t swept_at_once = 1000;

/// The next users, and whether there is something to delete of each: of both the log and the trash
/// what comes first is the oldest. Those who are gone as well: the release before the log, which
/// may have deleted them, leaves both.
Command find_old(const std::string& after, base::Instant changed_before,
                 base::Instant trashed_before)
{
    return {
        "SELECT u.user_id, coalesce((SELECT c.at FROM changes c WHERE c.user_id = u.user_id"
        " ORDER BY c.seq LIMIT 1) < $2, false) OR coalesce((SELECT d.deleted_at FROM trash d"
        " WHERE d.user_id = u.user_id ORDER BY d.last_change LIMIT 1) < $3, false)"
        " FROM (SELECT user_id FROM users WHERE user_id > $1 UNION ALL"
        " SELECT user_id FROM deleted_users WHERE user_id > $1) u ORDER BY u.user_id LIMIT $4",
        Parameters::of(after, changed_before, trashed_before, swept_users), "find_old_changes"};
}

/// From the first change to the first that is young enough: the log keeps no hole.
Command delete_changes(const std::string& user_id, base::Instant before)
{
    return {
        "WITH head AS MATERIALIZED (SELECT c.seq, c.at FROM changes c WHERE c.user_id = $1"
        " ORDER BY c.seq LIMIT $3)"
        " DELETE FROM changes c USING head h WHERE c.user_id = $1 AND c.seq = h.seq"
        " AND h.seq < coalesce((SELECT min(y.seq) FROM head y WHERE y.at >= $2), h.seq + 1)",
        Parameters::of(user_id, before, swept_at_once), "forget_changes"};
}

Command delete_trash(const std::string& user_id, base::Instant before)
{
    return {
        "DELETE FROM trash d USING (SELECT o.number FROM trash o WHERE o.user_id = $1"
        " AND o.deleted_at < $2 ORDER BY o.last_change LIMIT $3) old"
        " WHERE d.user_id = $1 AND d.number = old.number",
        Parameters::of(user_id, before, swept_at_once), "forget_trash"};
}

}  // namespace

base::Async<std::optional<std::string>> forget_changes(db::postgres::Pool& pool, std::string after,
                                                       base::Instant changed_before,
                                                       base::Instant trashed_before)
{
    const db::postgres::Lease lease = co_await pool.lease();
    const Rows users = co_await lease->run(find_old(after, changed_before, trashed_before));
    std::int64_t swept = 0;
    for (int row = 0; row < users.size(); ++row) {
        std::string user_id = users.get<std::string>(row, 0);
        if (!users.get<bool>(row, 1)) continue;
        const Rows changes = co_await lease->run(delete_changes(user_id, changed_before));
        const Rows trash = co_await lease->run(delete_trash(user_id, trashed_before));
        const bool is_all = changes.changed() < swept_at_once && trash.changed() < swept_at_once;
        swept += changes.changed() + trash.changed();
        if (is_all && swept < swept_at_once) continue;
        if (is_all) co_return user_id;
        // There is more of this one's: it comes again.
        if (row == 0) co_return after;
        co_return users.get<std::string>(row - 1, 0);
    }
    if (users.size() < swept_users) co_return std::nullopt;
    co_return users.get<std::string>(users.size() - 1, 0);
}

}  // namespace todod::store::postgres
