#include "store/postgres/changes.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "store/idempotency.hpp"
#include "store/postgres/change_rows.hpp"
#include "store/postgres/kept_answers.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Change;

namespace {

/// No change comes after it.
constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max();

/// One row: the task's last change, be it in the trash or not; of several in the trash with one id
/// that which went last.
Command find_last_change(const std::string& user_id, const types::TaskRef& task)
{
    if (const auto* const id = std::get_if<base::Uuid>(&task)) {
        return {
            "SELECT last_change FROM (SELECT last_change, 1 AS place FROM tasks"
            " WHERE user_id = $1 AND id = $2 UNION ALL SELECT last_change, 2 FROM trash"
            " WHERE user_id = $1 AND id = $2) t ORDER BY place, last_change DESC LIMIT 1",
            Parameters::of(user_id, *id), "find_last_change_by_id"};
    }
    return {
        "SELECT last_change FROM tasks WHERE user_id = $1 AND number = $2"
        " UNION ALL SELECT last_change FROM trash WHERE user_id = $1 AND number = $2",
        Parameters::of(user_id, std::get<std::int64_t>(task)), "find_last_change_by_number"};
}

}  // namespace

base::Async<ChangePage> Changes::list(User user, std::int64_t since, std::int64_t limit)
{
    static const std::string page = fmt::format(
        "SELECT {} FROM changes c WHERE c.user_id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3",
        change_columns);
    std::vector<Command> commands;
    commands.push_back(
        {"SELECT u.last_change, (SELECT c.seq FROM changes c"
         " WHERE c.user_id = u.user_id ORDER BY c.seq LIMIT 1)"
         " FROM users u WHERE u.user_id = $1",
         Parameters::of(user.id), "find_log"});
    commands.push_back({page, Parameters::of(user.id, since, limit), "list_changes"});
    const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
    if (rows[0].size() == 0) {
        throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
    }
    ChangePage found{.changes = read_changes(rows[1])};
    found.log.last = rows[0].get<std::int64_t>(0, 0);
    // The second statement may see what the first has not.
    if (!found.changes.empty()) {
        found.log.last = std::max(found.log.last, found.changes.back().seq);
    }
    found.log.first = rows[0].find<std::int64_t>(0, 1).value_or(found.log.last + 1);
    // Nor is there any more what has been forgotten between the two.
    const std::int64_t next =
        found.changes.empty() ? found.log.last + 1 : found.changes.front().seq;
    const bool is_hole = limit > 0 && since < found.log.last && next > since + 1;
    if (is_hole) found.log.first = std::max(found.log.first, next);
    co_return found;
}

base::Async<std::vector<Change>> Changes::list_set(User user, std::int64_t changeset_id,
                                                   std::int64_t since, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {0} FROM changes c WHERE c.user_id = $1 AND c.seq = $2 AND c.changeset_id = $2"
        " AND c.seq > $3"
        " UNION ALL (SELECT {0} FROM changes c WHERE c.user_id = $1 AND c.changeset_id = $2"
        " AND c.seq <> c.changeset_id AND c.seq > $3 AND EXISTS (SELECT 1 FROM changes f"
        " WHERE f.user_id = $1 AND f.seq = $2 AND f.changeset_id = $2) ORDER BY c.seq LIMIT $4)"
        " ORDER BY 1 LIMIT $4",
        change_columns);
    co_return read_changes(co_await statements_.run(
        {sql, Parameters::of(user.id, changeset_id, since, limit), "list_changes_of_set"}));
}

base::Async<std::vector<types::ChangeSet>> Changes::list_sets(User user, std::int64_t before,
                                                              std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT (SELECT count(*) FROM changes o WHERE o.user_id = $1 AND o.changeset_id = c.seq"
        " AND o.seq <> o.changeset_id) + 1, {} FROM (SELECT * FROM changes f WHERE f.user_id = $1"
        " AND f.seq < $2 AND f.seq = f.changeset_id ORDER BY f.seq DESC LIMIT $3) c"
        " ORDER BY c.seq DESC",
        change_columns);
    const Rows rows =
        co_await statements_.run({sql, Parameters::of(user.id, before, limit), "list_changesets"});
    std::vector<types::ChangeSet> sets;
    sets.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        Change first = read_change(rows, row, 1);
        sets.push_back({.id = first.seq,
                        .at = first.at,
                        .count = rows.get<std::int64_t>(row, 0),
                        .first = std::move(first)});
    }
    co_return sets;
}

base::Async<std::vector<Change>> Changes::history(User user, types::TaskRef task,
                                                  std::int64_t before, std::int64_t limit)
{
    // From each change to the one before it. What comes after `before` is gone through as well.
    static const std::string sql = fmt::format(
        "WITH RECURSIVE c AS (SELECT * FROM changes l WHERE l.user_id = $1 AND l.seq = $2"
        " UNION ALL SELECT p.* FROM c JOIN changes p ON p.user_id = $1 AND p.seq = c.previous)"
        " SELECT {} FROM c WHERE c.seq < $3 LIMIT $4",
        change_columns);
    const Rows last = co_await statements_.run(find_last_change(user.id, task));
    if (last.size() == 0) throw base::Error{base::ErrorCode::not_found, "Task not found."};
    co_return read_changes(co_await statements_.run(
        {sql, Parameters::of(user.id, last.get<std::int64_t>(0, 0), before, limit),
         "list_history"}));
}

base::Async<std::vector<types::TrashedTask>> Changes::list_trash(User user, std::int64_t before,
                                                                 std::int64_t limit)
{
    const Rows rows = co_await statements_.run(
        {"SELECT d.task, d.last_change, d.deleted_at FROM trash d WHERE d.user_id = $1"
         " AND d.last_change < $2 ORDER BY d.last_change DESC LIMIT $3",
         Parameters::of(user.id, before == 0 ? no_bound : before, limit), "list_trash"});
    std::vector<types::TrashedTask> trash;
    trash.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        trash.push_back({.task = task_of(rows.get<std::string>(row, 0)),
                         .seq = rows.get<std::int64_t>(row, 1),
                         .deleted_at = rows.get<base::Instant>(row, 2)});
    }
    co_return trash;
}

base::Async<std::optional<KeptOutcome>> Changes::find_outcome(User user, Idempotency once)
{
    const auto kept = read_answers(co_await statements_.run(find_answers({{user.id, &once}})), 1);
    if (!kept[0] || kept[0]->created_at <= last_expired(once.now)) co_return std::nullopt;
    check_fingerprint(once, kept[0]->fingerprint);
    co_return outcome_of(kept[0]->answer);
}

base::Async<std::vector<std::int64_t>> Changes::last_seqs(std::vector<std::string> user_ids)
{
    Command command{.sql =
                        "SELECT r.place, u.last_change FROM unnest($1::text[])"
                        " WITH ORDINALITY AS r(user_id, place)"
                        " JOIN users u ON u.user_id = r.user_id",
                    .name = "find_last_changes"};
    command.parameters.add_array(user_ids, [](const std::string& id) -> auto& { return id; });
    const Rows rows = co_await statements_.run(std::move(command));
    std::vector<std::int64_t> seqs(user_ids.size());
    for (int row = 0; row < rows.size(); ++row)
        seqs[static_cast<std::size_t>(rows.get<std::int64_t>(row, 0)) - 1] =
            rows.get<std::int64_t>(row, 1);
    co_return seqs;
}

}  // namespace todod::store::postgres
