#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;
using types::Status;

namespace {

/// types::apply in SQL, for a change of nothing but whether a task is completed.
Command complete(const std::vector<CompleteTask*>& batch)
{
    static const std::string sql = fmt::format(
        "UPDATE tasks t SET status = CASE WHEN t.status = {0} THEN {1} ELSE {0} END,"
        " completed_at = CASE WHEN t.status = {0} THEN NULL ELSE r.now END,"
        " updated_at = greatest(r.now, t.updated_at), version = t.version + 1"
        " FROM (SELECT * FROM unnest($1::text[], $2::uuid[], $3::bool[], $4::timestamptz[],"
        " $5::int8[]) WITH ORDINALITY AS n(user_id, id, completed, now, generation, place)"
        " ORDER BY user_id, id OFFSET 0) r"
        " JOIN users u ON u.user_id = r.user_id"
        " AND u.generation = coalesce(r.generation, u.generation)"
        " WHERE t.user_id = r.user_id AND t.id = r.id"
        " AND coalesce(r.completed, t.status <> {0}) = (t.status <> {0})"
        " RETURNING r.place, {2}",
        static_cast<int>(Status::completed), static_cast<int>(Status::pending), task_columns);
    Command command{.sql = sql, .name = "complete_tasks"};
    auto& parameters = command.parameters;
    parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    parameters.add_array(batch, [](auto* each) { return each->id; });
    parameters.add_array(batch, [](auto* each) { return each->completed; });
    parameters.add_array(batch, [](auto* each) { return each->now; });
    parameters.add_array(batch, [](auto* each) { return each->generation; });
    return command;
}

}  // namespace

base::Async<void> complete_tasks(db::postgres::Pool& pool, std::vector<CompleteTask*> batch)
{
    constexpr int task_column = 1;
    const db::postgres::Lease lease = co_await pool.lease();
    const Rows rows = co_await lease->run(complete(batch));
    for (int row = 0; row < rows.size(); ++row) {
        CompleteTask& request =
            *batch[static_cast<std::size_t>(rows.get<std::int64_t>(row, 0)) - 1];
        try {
            request.task = read_task(rows, row, task_column, request.user_id);
        } catch (...) {
            // It is done, and its neighbours are: none may be tried again for what cannot be read.
            request.failure = std::current_exception();
        }
    }
}

}  // namespace todod::store::postgres
