#include "store/postgres/task_inserts.hpp"

#include <utility>

#include "store/postgres/task_rows.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;
using types::Task;

namespace {

/// What was given out last to an owner before: the number of a task, and of a change.
struct LastOfOwner {
    std::int64_t number = 0;
    std::int64_t change = 0;
};

/// By place; nothing where the owner is not there.
std::vector<std::optional<LastOfOwner>> read_owners(const Rows& rows, std::size_t count)
{
    std::vector<std::optional<LastOfOwner>> last(count);
    for (int row = 0; row < rows.size(); ++row) {
        const auto place = static_cast<std::size_t>(rows.get<std::int64_t>(row, 0));
        last[place - 1] = {rows.get<std::int64_t>(row, 1), rows.get<std::int64_t>(row, 2)};
    }
    return last;
}

/// The `nth` request, from 1, of an owner has been made.
void number(CreateTask& request, const LastOfOwner& last, std::int64_t nth)
{
    request.task.number = last.number + nth;
    if (!request.changeset_id) request.changeset_id = last.change + nth;
    if (request.changeset_id == set_of_batch) request.changeset_id = last.change + 1;
}

/// One array a column.
void add_tasks(db::postgres::Parameters& to, const CreateBatch& batch)
{
    std::vector<const Task*> tasks;
    for (const CreateTask* const each : batch)
        tasks.push_back(&each->task);
    to.add_array(tasks, [](auto* task) { return task->id; });
    to.add_array(tasks, [](auto* task) -> auto& { return task->title; });
    to.add_array(batch, [](auto* each) -> auto& { return each->title_folded; });
    to.add_array(tasks, [](auto* task) -> auto& { return task->description; });
    to.add_array(tasks, [](auto* task) { return static_cast<std::int16_t>(task->status); });
    to.add_array(tasks, [](auto* task) { return static_cast<std::int16_t>(task->priority); });
    to.add_array(tasks, due_at);
    to.add_array(tasks, due_whole_day);
    to.add_array(tasks, [](auto* task) { return task->created_at; });
    to.add_array(tasks, [](auto* task) { return task->updated_at; });
    to.add_array(tasks, [](auto* task) { return task->completed_at; });
    to.add_array(tasks, [](auto* task) { return task->version; });
    to.add_array(batch, [](auto* each) -> auto& { return each->terms; });
    to.add_array(tasks, tags);
}

}  // namespace

void refuse(CreateTask& request, base::ErrorCode code, const char* message)
{
    request.failure = std::make_exception_ptr(base::Error{code, message});
}

void refuse_id(CreateTask& request)
{
    refuse(request, base::ErrorCode::conflict, "There is a task with this id already.");
}

std::vector<TaskOwner> owners_of(const CreateBatch& sorted)
{
    std::vector<TaskOwner> owners;
    for (const CreateTask* const each : sorted) {
        if (owners.empty() || owners.back().user_id != each->task.user_id) {
            owners.push_back({.user_id = each->task.user_id, .generation = {}});
        }
        if (each->generation) owners.back().generation = each->generation;
        ++owners.back().count;
    }
    return owners;
}

Command insert_tasks(const CreateBatch& sorted, const std::vector<TaskOwner>& owners)
{
    static const std::string sql = fmt::format(
        "WITH owners AS (UPDATE users SET last_number = last_number + o.count,"
        " task_count = task_count + o.count, last_change = last_change + o.count"
        " FROM unnest($1::text[], $2::int8[], $19::int8[])"
        " WITH ORDINALITY AS o(user_id, count, generation, place)"
        " WHERE users.user_id = o.user_id"
        " AND users.generation = coalesce(o.generation, users.generation)"
        " RETURNING o.place, users.last_number - o.count AS last_number,"
        " users.last_change - o.count AS last_change),"
        " numbers AS (SELECT array_agg(place ORDER BY place) AS places,"
        " array_agg(last_number ORDER BY place) AS last,"
        " array_agg(last_change ORDER BY place) AS changed FROM owners),"
        " r AS MATERIALIZED (SELECT ($1::text[])[n.owner] AS user_id,"
        " numbers.last[width_bucket(n.owner, numbers.places)] + n.nth AS number,"
        " numbers.changed[width_bucket(n.owner, numbers.places)] + n.nth AS seq, n.*"
        " FROM numbers, unnest($3::int8[], $4::int8[], $5::uuid[], $6::text[], $7::text[],"
        " $8::text[], $9::int2[], $10::int2[], $11::timestamptz[], $12::bool[],"
        " $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::int8[],"
        " $17::tsvector[], $18::json[], $20::text[], $21::text[], $22::int8[], $23::timestamptz[])"
        " AS n(owner, nth, id, title, title_folded, description, status, priority, due_at,"
        " due_whole_day, created_at, updated_at, completed_at, version, terms, tags, state, origin,"
        " changeset_id, at)"
        " WHERE numbers.places[width_bucket(n.owner, numbers.places)] = n.owner),"
        " made AS (INSERT INTO tasks (user_id, number, id, title, title_folded, description,"
        " status, priority, due_at, due_whole_day, created_at, updated_at, completed_at, version,"
        " terms, tags, last_change)"
        " SELECT user_id, number, id, title, title_folded, description, status, priority, due_at,"
        " due_whole_day, created_at, updated_at, completed_at, version, terms, tags, seq FROM r),"
        " logged AS (INSERT INTO changes (user_id, seq, changeset_id, at, kind, task_id,"
        " task_number, version, after, origin, previous)"
        " SELECT user_id, seq, coalesce(nullif(changeset_id, {1}), CASE WHEN changeset_id = {1}"
        " THEN seq - nth + 1 ELSE seq END),"
        " coalesce(at, date_trunc('milliseconds', now())), {0}, id, number, version, state, origin,"
        " 0 FROM r)"
        " SELECT place, last_number, last_change FROM owners",
        static_cast<int>(types::ChangeKind::create), set_of_batch);
    Command command{.sql = sql, .name = "create_tasks"};
    auto& parameters = command.parameters;
    parameters.add_array(owners, [](const TaskOwner& owner) { return owner.user_id; });
    parameters.add_array(owners, [](const TaskOwner& owner) { return owner.count; });
    std::vector<std::pair<std::int64_t, std::int64_t>> places;  // the owner's, and within it
    for (std::int64_t place = 1; const TaskOwner& owner : owners) {
        for (std::int64_t nth = 1; nth <= owner.count; ++nth)
            places.emplace_back(place, nth);
        ++place;
    }
    parameters.add_array(places, [](const auto& each) { return each.first; });
    parameters.add_array(places, [](const auto& each) { return each.second; });
    add_tasks(parameters, sorted);
    parameters.add_array(owners, [](const TaskOwner& owner) { return owner.generation; });
    parameters.add_array(sorted, [](auto* each) -> auto& { return each->state; });
    parameters.add_array(sorted, [](auto* each) -> auto& { return each->origin; });
    parameters.add_array(sorted, [](auto* each) { return each->changeset_id; });
    parameters.add_array(sorted, [](auto* each) { return each->at; });
    return command;
}

void number_tasks(const Rows& rows, const CreateBatch& sorted, const std::vector<TaskOwner>& owners)
{
    const auto last = read_owners(rows, owners.size());
    auto request = sorted.begin();
    for (std::size_t i = 0; i < owners.size(); ++i) {
        for (std::int64_t nth = 1; nth <= owners[i].count; ++nth, ++request) {
            (*request)->is_unconfirmed = !last[i] && owners[i].generation;
            if (last[i]) {
                number(**request, *last[i], nth);
            } else if (!owners[i].generation) {
                refuse(**request, base::ErrorCode::unauthorized, "The account has been deleted.");
            }
        }
    }
}

Command find_stored_ids(const CreateBatch& batch)
{
    Command command{
        .sql =
            "SELECT r.place FROM unnest($1::text[], $2::uuid[])"
            " WITH ORDINALITY AS r(user_id, id, place)"
            " JOIN tasks t ON t.user_id = r.user_id AND t.id = r.id ORDER BY r.place DESC",
        .name = "find_stored_ids"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->task.user_id; });
    command.parameters.add_array(batch, [](auto* each) { return each->task.id; });
    return command;
}

}  // namespace todod::store::postgres
