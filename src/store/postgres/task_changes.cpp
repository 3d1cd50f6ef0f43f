#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_terms.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

using base::Uuid;
using db::postgres::Command;
using db::postgres::Connection;
using db::postgres::Pool;
using db::postgres::Rows;
using types::Task;

namespace {

/// Tasks that a batch has locked, in the order in which it changes them.
struct LockedTask {
    Task task;
    bool is_changed = false;
    bool is_rewritten = false;  ///< what it says, not only its state
    bool is_removed = false;
};
using LockedTasks = std::map<std::pair<std::string_view, Uuid>, LockedTask>;

/// Locks what the requests name, and gives it as it is then. Who names a task by its number must
/// lock it where its id puts it.
template <class Request>
Command lock_tasks(const std::vector<Request*>& batch)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, u.generation, {} FROM (SELECT n.place, n.user_id, coalesce(n.id, (SELECT "
        "o.id"
        " FROM tasks o WHERE o.user_id = n.user_id AND o.number = n.number)) AS id"
        " FROM unnest($1::text[], $2::uuid[], $3::int8[])"
        " WITH ORDINALITY AS n(user_id, id, number, place) ORDER BY 2, 3 OFFSET 0) r"
        " JOIN users u ON u.user_id = r.user_id"
        " LEFT JOIN LATERAL (SELECT * FROM tasks t WHERE t.user_id = r.user_id AND t.id = r.id"
        " FOR NO KEY UPDATE) t ON true",
        task_columns);
    Command command{.sql = sql, .name = "lock_tasks"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch, [](auto* each) -> std::optional<Uuid> {
        const auto* const id = std::get_if<Uuid>(&each->ref);
        return id != nullptr ? std::optional{*id} : std::nullopt;
    });
    command.parameters.add_array(batch, [](auto* each) -> std::optional<std::int64_t> {
        const auto* const number = std::get_if<std::int64_t>(&each->ref);
        return number != nullptr ? std::optional{*number} : std::nullopt;
    });
    return command;
}

/// What was locked, and which of it each request names: null where there is none.
template <class Request>
std::vector<LockedTask*> keep_locked(const Rows& rows, const std::vector<Request*>& batch,
                                     LockedTasks& locked)
{
    constexpr int task_column = 2;
    constexpr int id_column = 3;
    for (Request* const each : batch)
        expect_confirmation(*each);
    std::vector<LockedTask*> named(batch.size());
    for (int row = 0; row < rows.size(); ++row) {
        const auto place = static_cast<std::size_t>(rows.get<std::int64_t>(row, 0)) - 1;
        confirm(*batch[place], rows, row);
        if (rows.is_null(row, task_column)) continue;
        const std::string_view user_id = batch[place]->user_id;
        const std::pair key{user_id, rows.get<Uuid>(row, id_column)};
        auto found = locked.find(key);
        if (found == locked.end()) {
            found =
                locked.emplace(key, LockedTask{read_task(rows, row, task_column, user_id)}).first;
        }
        named[place] = &found->second;
    }
    return named;
}

/// The task that a request names; one whose condition does not hold, or that is not there, is
/// refused, and one that is unconfirmed is let be: null.
template <class Request>
LockedTask* check(Request& request, LockedTask* named)
{
    if (request.is_unconfirmed) return nullptr;
    try {
        if (named == nullptr || named->is_removed) {
            throw base::Error{base::ErrorCode::not_found, "Task not found."};
        }
        check_condition(request.condition, named->task);
        return named;
    } catch (const base::Error&) {
        request.failure = std::current_exception();
        return nullptr;
    }
}

void apply(UpdateTask& request, LockedTask* named)
{
    LockedTask* const locked = check(request, named);
    if (locked == nullptr) return;
    const types::TaskChange& change = request.change;
    if (types::apply(change, locked->task, request.now)) {
        locked->is_changed = true;
        locked->is_rewritten |= change.title || change.description || change.tags;
    }
    request.task = locked->task;
}

template <class Predicate>
std::vector<const Task*> tasks_where(const LockedTasks& locked, Predicate predicate)
{
    std::vector<const Task*> tasks;
    for (const auto& [key, each] : locked) {
        if (predicate(each)) tasks.push_back(&each.task);
    }
    return tasks;
}

/// $1 to $9: which tasks, and their state.
void add_states(db::postgres::Parameters& to, const std::vector<const Task*>& tasks)
{
    to.add_array(tasks, [](auto* task) -> auto& { return task->user_id; });
    to.add_array(tasks, [](auto* task) { return task->number; });
    to.add_array(tasks, [](auto* task) { return static_cast<std::int16_t>(task->status); });
    to.add_array(tasks, [](auto* task) { return static_cast<std::int16_t>(task->priority); });
    to.add_array(tasks, due_at);
    to.add_array(tasks, due_whole_day);
    to.add_array(tasks, [](auto* task) { return task->updated_at; });
    to.add_array(tasks, [](auto* task) { return task->completed_at; });
    to.add_array(tasks, [](auto* task) { return task->version; });
}

/// Leaves alone what has an index of words: most changes complete a task.
Command store_states(const std::vector<const Task*>& tasks)
{
    Command command{
        .sql =
            "UPDATE tasks SET status = r.status, priority = r.priority, due_at = r.due_at,"
            " due_whole_day = r.due_whole_day, updated_at = r.updated_at,"
            " completed_at = r.completed_at, version = r.version"
            " FROM unnest($1::text[], $2::int8[], $3::int2[], $4::int2[], $5::timestamptz[],"
            " $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::int8[])"
            " AS r(user_id, number, status, priority, due_at, due_whole_day, updated_at,"
            " completed_at, version)"
            " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
        .name = "store_states"};
    add_states(command.parameters, tasks);
    return command;
}

Command store_tasks(const std::vector<const Task*>& tasks)
{
    Command command{
        .sql =
            "UPDATE tasks SET status = r.status, priority = r.priority, due_at = r.due_at,"
            " due_whole_day = r.due_whole_day, updated_at = r.updated_at,"
            " completed_at = r.completed_at, version = r.version, title = r.title,"
            " title_folded = r.title_folded, description = r.description, terms = r.terms,"
            " tags = r.tags"
            " FROM unnest($1::text[], $2::int8[], $3::int2[], $4::int2[], $5::timestamptz[],"
            " $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::text[],"
            " $11::text[], $12::text[], $13::tsvector[], $14::json[])"
            " AS r(user_id, number, status, priority, due_at, due_whole_day, updated_at,"
            " completed_at, version, title, title_folded, description, terms, tags)"
            " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
        .name = "store_tasks"};
    auto& parameters = command.parameters;
    add_states(parameters, tasks);
    parameters.add_array(tasks, [](auto* task) -> auto& { return task->title; });
    parameters.add_array(tasks, [](auto* task) { return base::fold_case(task->title); });
    parameters.add_array(tasks, [](auto* task) -> auto& { return task->description; });
    parameters.add_array(tasks, [](auto* task) { return terms_of(*task); });
    parameters.add_array(tasks, tags);
    return command;
}

/// The users of a batch, sorted, each with how many of its tasks are removed.
std::map<std::string_view, std::int64_t> count_by_user(const std::vector<const Task*>& removed)
{
    std::map<std::string_view, std::int64_t> counts;
    for (const Task* const task : removed)
        ++counts[task->user_id];
    return counts;
}

Command lock_users(const std::vector<RemoveTask*>& batch)
{
    std::vector<std::string_view> users;
    users.reserve(batch.size());
    for (const RemoveTask* const each : batch)
        users.push_back(each->user_id);
    std::ranges::sort(users);
    const auto repeated = std::ranges::unique(users);
    users.erase(repeated.begin(), repeated.end());
    Command command{.sql =
                        "SELECT 1 FROM unnest($1::text[]) AS r(user_id) CROSS JOIN LATERAL"
                        " (SELECT 1 FROM users u WHERE u.user_id = r.user_id FOR NO KEY UPDATE) u",
                    .name = "lock_users"};
    command.parameters.add_array(users, [](std::string_view user_id) { return user_id; });
    return command;
}

Command delete_tasks(const std::vector<const Task*>& tasks)
{
    Command command{.sql =
                        "DELETE FROM tasks USING unnest($1::text[], $2::int8[])"
                        " AS r(user_id, number)"
                        " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
                    .name = "delete_tasks"};
    command.parameters.add_array(tasks, [](auto* task) -> auto& { return task->user_id; });
    command.parameters.add_array(tasks, [](auto* task) { return task->number; });
    return command;
}

Command count_down(const std::map<std::string_view, std::int64_t>& removed)
{
    Command command{.sql =
                        "UPDATE users SET task_count = task_count - r.count"
                        " FROM unnest($1::text[], $2::int8[]) AS r(user_id, count)"
                        " WHERE users.user_id = r.user_id",
                    .name = "count_down"};
    command.parameters.add_array(removed, [](const auto& each) { return each.first; });
    command.parameters.add_array(removed, [](const auto& each) { return each.second; });
    return command;
}

}  // namespace

base::Async<void> update_tasks(Pool& pool, std::vector<UpdateTask*> batch)
{
    const db::postgres::Lease lease = co_await pool.lease();
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(lock_tasks(batch));
    const std::vector<Rows> rows = co_await lease->run(std::move(commands));

    LockedTasks locked;
    const std::vector<LockedTask*> named = keep_locked(rows[1], batch, locked);
    for (std::size_t i = 0; i < batch.size(); ++i)
        apply(*batch[i], named[i]);

    commands.clear();
    const auto states = tasks_where(
        locked, [](const LockedTask& each) { return each.is_changed && !each.is_rewritten; });
    const auto whole =
        tasks_where(locked, [](const LockedTask& each) { return each.is_rewritten; });
    if (!states.empty()) commands.push_back(store_states(states));
    if (!whole.empty()) commands.push_back(store_tasks(whole));
    commands.push_back({.sql = "COMMIT"});
    co_await lease->run(std::move(commands));
}

base::Async<void> remove_tasks(Pool& pool, std::vector<RemoveTask*> batch)
{
    const db::postgres::Lease lease = co_await pool.lease();
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(lock_users(batch));
    commands.push_back(lock_tasks(batch));
    const std::vector<Rows> rows = co_await lease->run(std::move(commands));

    LockedTasks locked;
    const std::vector<LockedTask*> named = keep_locked(rows[2], batch, locked);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (LockedTask* const task = check(*batch[i], named[i])) task->is_removed = true;
    }

    commands.clear();
    const auto removed =
        tasks_where(locked, [](const LockedTask& each) { return each.is_removed; });
    const auto counts = count_by_user(removed);
    if (!removed.empty()) {
        commands.push_back(delete_tasks(removed));
        commands.push_back(count_down(counts));
    }
    commands.push_back({.sql = "COMMIT"});
    co_await lease->run(std::move(commands));
}

}  // namespace todod::store::postgres
