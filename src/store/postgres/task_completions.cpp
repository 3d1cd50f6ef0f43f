#include <set>
#include <tuple>

#include "db/postgres/error.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;
using db::postgres::SharedRows;
using types::ChangeKind;
using types::Status;

namespace {

using Batch = std::vector<CompleteTask*>;

/// A user of a batch, and how many tasks are changed for it.
struct Owner {
    std::string_view user_id;
    std::int64_t count = 0;
    std::optional<std::int64_t> generation;  ///< that the account must be at
};

/// A request, and where it stands: its owner's place, and its own within the owner's, from 1.
struct Placed {
    CompleteTask* request;
    std::int64_t owner;
    std::int64_t nth;
};

/// What is asked at once: one request a task, and one generation a user. What turns a task over
/// again is left to the next batch, which it cannot fail; the others are, to be asked as writes.
struct Completions {
    std::vector<Owner> owners;
    std::vector<Placed> placed;
};

Completions arrange(Batch batch)
{
    std::ranges::sort(batch, {}, [](auto* each) { return std::tie(each->user_id, each->since); });
    Completions all;
    std::set<base::Uuid> seen;
    for (CompleteTask* const each : batch) {
        if (all.owners.empty() || all.owners.back().user_id != each->user_id) {
            seen.clear();
            all.owners.push_back({.user_id = each->user_id, .generation = each->generation});
        }
        Owner& owner = all.owners.back();
        each->is_deferred = false;
        if (owner.generation != each->generation) continue;
        if (!seen.insert(each->id).second) {
            each->is_deferred = !each->completed;
            continue;
        }
        all.placed.push_back({each, std::ssize(all.owners), ++owner.count});
    }
    return all;
}

/// A state of completion as types::to_stored has it.
std::string state_sql(std::string_view status, std::string_view completed_at)
{
    return fmt::format("{}::text || coalesce(' ' || (date_part('epoch', {}) * 1000)::int8, '')",
                       status, completed_at);
}

/// types::apply in SQL, for a change of nothing but whether a task is completed, and the log of it.
/// The users are counted up first, which locks them, on the trust that each request changes a task;
/// where one does not, or a user is not there, the statement fails, and nothing is done.
const std::string& complete_sql()
{
    static const std::string sql = fmt::format(
        "WITH o AS (UPDATE users SET last_change = last_change + c.count"
        " FROM unnest($1::text[], $2::int8[], $3::int8[]) WITH ORDINALITY"
        " AS c(user_id, count, generation, place) WHERE users.user_id = c.user_id"
        " AND users.generation = coalesce(c.generation, users.generation)"
        " RETURNING c.place, users.last_change - c.count AS last_change),"
        " b AS MATERIALIZED (SELECT array_agg(last_change ORDER BY place) AS last FROM o),"
        " t AS (UPDATE tasks t SET was_status = t.status, was_completed_at = t.completed_at,"
        " was_change = t.last_change, status = CASE WHEN t.status = {0} THEN {1} ELSE {0} END,"
        " completed_at = CASE WHEN t.status = {0} THEN NULL ELSE n.now END,"
        " updated_at = greatest(n.now, t.updated_at), version = t.version + 1,"
        " last_change = coalesce(b.last[n.owner], 0) + n.nth"
        " FROM b, unnest($4::int8[], $5::int8[], $6::uuid[], $7::bool[], $8::timestamptz[],"
        " $9::text[], $10::int8[]) WITH ORDINALITY"
        " AS n(owner, nth, id, completed, now, origin, changeset_id, place)"
        " WHERE t.user_id = ($1::text[])[n.owner] AND t.id = n.id"
        " AND coalesce(n.completed, t.status <> {0}) = (t.status <> {0})"
        " RETURNING n.place, n.now, n.origin, n.changeset_id, t.user_id, t.last_change,"
        " t.was_status, t.was_completed_at, t.was_change, {2}),"
        " l AS (INSERT INTO changes (user_id, seq, changeset_id, at, kind, task_id, task_number,"
        " version, before, after, origin, previous)"
        " SELECT user_id, last_change, coalesce(changeset_id, last_change), now, {3}, id, number,"
        " version, {4}, {5}, origin, was_change FROM t)"
        " SELECT t.place, coalesce(t.changeset_id, t.last_change), {2}"
        " FROM (SELECT 1 / ((SELECT count(*) FROM t) = array_length($4, 1)"
        " AND (SELECT count(*) FROM o) = array_length($1, 1))::int AS one) all_changed"
        " JOIN t ON all_changed.one = 1",
        static_cast<int>(Status::completed), static_cast<int>(Status::pending), task_columns,
        static_cast<int>(ChangeKind::update), state_sql("was_status", "was_completed_at"),
        state_sql("status", "completed_at"));
    return sql;
}

Command complete(const Completions& all)
{
    Command command{.sql = complete_sql(), .name = "complete_tasks"};
    auto& to = command.parameters;
    to.add_array(all.owners, [](const Owner& owner) { return owner.user_id; });
    to.add_array(all.owners, [](const Owner& owner) { return owner.count; });
    to.add_array(all.owners, [](const Owner& owner) { return owner.generation; });
    to.add_array(all.placed, [](const Placed& each) { return each.owner; });
    to.add_array(all.placed, [](const Placed& each) { return each.nth; });
    to.add_array(all.placed, [](const Placed& each) { return each.request->id; });
    to.add_array(all.placed, [](const Placed& each) { return each.request->completed; });
    to.add_array(all.placed, [](const Placed& each) { return each.request->now; });
    to.add_array(all.placed, [](const Placed& each) -> auto& { return each.request->origin; });
    to.add_array(all.placed, [](const Placed& each) { return each.request->changeset_id; });
    return command;
}

/// Who asked reads its row, so that the line's thread is free for others.
void keep(const SharedRows& rows, const Completions& all)
{
    constexpr int set_column = 1;
    for (int row = 0; row < rows->size(); ++row) {
        CompleteTask& request =
            *all.placed[static_cast<std::size_t>(rows->get<std::int64_t>(row, 0)) - 1].request;
        request.changeset_id = rows->get<std::int64_t>(row, set_column);
        request.rows = rows;
        request.row = row;
    }
}

}  // namespace

types::Task read(const CompleteTask& request)
{
    constexpr int task_column = 2;
    return read_task(*request.rows, request.row, task_column, request.user_id);
}

base::Async<void> complete_tasks(db::postgres::Pool& pool, std::vector<CompleteTask*> batch)
{
    const Completions all = arrange(std::move(batch));
    const db::postgres::Lease lease = co_await pool.lease();
    try {
        keep(std::make_shared<const Rows>(co_await lease->run(complete(all))), all);
    } catch (const db::postgres::ServerError& error) {
        // Not every one of them changes a task: all are asked as writes.
        if (!error.is_division_by_zero()) throw;
    }
}

}  // namespace todod::store::postgres
