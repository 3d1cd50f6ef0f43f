#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "db/postgres/error.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Pool;
using db::postgres::Rows;
using types::Task;

namespace {

using Batch = std::vector<CreateTask*>;

/// A user of a batch, and how many tasks are made for it.
struct Owner {
    std::string_view user_id;
    std::optional<std::int64_t> generation;  ///< that the account must be at
    std::int64_t count = 0;
};

void refuse(CreateTask& request, base::ErrorCode code, const char* message)
{
    request.failure = std::make_exception_ptr(base::Error{code, message});
}

void refuse_id(CreateTask& request)
{
    refuse(request, base::ErrorCode::conflict, "There is a task with this id already.");
}

/// By user, so that their rows are locked in that order; within one as they came.
void sort_by_user(Batch& batch)
{
    std::ranges::sort(batch, {},
                      [](auto* each) { return std::tie(each->task.user_id, each->since); });
}

std::vector<Owner> owners_of(const Batch& sorted)
{
    std::vector<Owner> owners;
    for (const CreateTask* const each : sorted) {
        if (owners.empty() || owners.back().user_id != each->task.user_id) {
            owners.push_back({.user_id = each->task.user_id, .generation = {}});
        }
        if (each->generation) owners.back().generation = each->generation;
        ++owners.back().count;
    }
    return owners;
}

/// Of one user's requests all are confirmed by one look at the account: those that expect another
/// generation than the first that expects any have to be looked at again.
Batch without_unlike(const Batch& sorted)
{
    Batch alike;
    const CreateTask* first = nullptr;  // of its user that is to be confirmed
    for (CreateTask* const each : sorted) {
        if (first != nullptr && first->user_id != each->user_id) first = nullptr;
        if (first == nullptr && each->generation) first = each;
        each->is_unconfirmed =
            first != nullptr && each->generation && each->generation != first->generation;
        if (!each->is_unconfirmed) alike.push_back(each);
    }
    return alike;
}

/// One array a column.
void add_tasks(db::postgres::Parameters& to, const Batch& batch)
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

/// Numbers are given out under the lock that the UPDATE takes on the user's row. Gives each owner
/// that is there, by its place, and the last number that was taken before.
Command insert(const Batch& sorted, const std::vector<Owner>& owners)
{
    static constexpr std::string_view sql =
        "WITH owners AS (UPDATE users"
        " SET last_number = last_number + o.count, task_count = task_count + o.count"
        " FROM unnest($1::text[], $2::int8[], $19::int8[])"
        " WITH ORDINALITY AS o(user_id, count, generation, place)"
        " WHERE users.user_id = o.user_id"
        " AND users.generation = coalesce(o.generation, users.generation)"
        " RETURNING o.place, users.last_number - o.count AS last_number),"
        " numbers AS (SELECT array_agg(place ORDER BY place) AS places,"
        " array_agg(last_number ORDER BY place) AS last FROM owners),"
        " made AS (INSERT INTO tasks (user_id, number, id, title, title_folded, description,"
        " status, priority, due_at, due_whole_day, created_at, updated_at, completed_at, version,"
        " terms, tags)"
        " SELECT ($1::text[])[r.owner],"
        " numbers.last[width_bucket(r.owner, numbers.places)] + r.nth,"
        " r.id, r.title, r.title_folded, r.description, r.status, r.priority, r.due_at,"
        " r.due_whole_day, r.created_at, r.updated_at, r.completed_at, r.version, r.terms, r.tags"
        " FROM numbers, unnest($3::int8[], $4::int8[], $5::uuid[], $6::text[], $7::text[],"
        " $8::text[], $9::int2[], $10::int2[], $11::timestamptz[], $12::bool[],"
        " $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::int8[],"
        " $17::tsvector[], $18::json[])"
        " AS r(owner, nth, id, title, title_folded, description, status, priority, due_at,"
        " due_whole_day, created_at, updated_at, completed_at, version, terms, tags)"
        " WHERE numbers.places[width_bucket(r.owner, numbers.places)] = r.owner)"
        " SELECT place, last_number FROM owners";
    Command command{.sql = sql, .name = "create_tasks"};
    auto& parameters = command.parameters;
    parameters.add_array(owners, [](const Owner& owner) { return owner.user_id; });
    parameters.add_array(owners, [](const Owner& owner) { return owner.count; });
    std::vector<std::pair<std::int64_t, std::int64_t>> places;  // the owner's, and within it
    for (std::int64_t place = 1; const Owner& owner : owners) {
        for (std::int64_t nth = 1; nth <= owner.count; ++nth)
            places.emplace_back(place, nth);
        ++place;
    }
    parameters.add_array(places, [](const auto& each) { return each.first; });
    parameters.add_array(places, [](const auto& each) { return each.second; });
    add_tasks(parameters, sorted);
    parameters.add_array(owners, [](const Owner& owner) { return owner.generation; });
    return command;
}

void number_tasks(const Rows& rows, const Batch& sorted, const std::vector<Owner>& owners)
{
    std::vector<std::optional<std::int64_t>> last_numbers(owners.size());
    for (int row = 0; row < rows.size(); ++row) {
        const auto place = static_cast<std::size_t>(rows.get<std::int64_t>(row, 0));
        last_numbers[place - 1] = rows.get<std::int64_t>(row, 1);
    }
    auto request = sorted.begin();
    for (std::size_t i = 0; i < owners.size(); ++i) {
        for (std::int64_t nth = 1; nth <= owners[i].count; ++nth, ++request) {
            (*request)->is_unconfirmed = !last_numbers[i] && owners[i].generation;
            if (last_numbers[i]) {
                (*request)->task.number = *last_numbers[i] + nth;
            } else if (!owners[i].generation) {
                refuse(**request, base::ErrorCode::unauthorized, "The account has been deleted.");
            }
        }
    }
}

/// Refuses those whose id another of `batch` has that came before; gives the others.
Batch without_repeated_ids(const Batch& batch)
{
    const auto key = [](const CreateTask* each) {
        return std::tie(each->task.user_id, each->task.id);
    };
    Batch sorted = batch;
    std::ranges::sort(sorted, {},
                      [&](auto* each) { return std::tuple_cat(key(each), std::tie(each->since)); });
    Batch first;
    for (CreateTask* const each : sorted) {
        if (!first.empty() && key(first.back()) == key(each)) {
            refuse_id(*each);
        } else {
            first.push_back(each);
        }
    }
    return first;
}

/// Refuses those whose id a stored task has; gives the others.
base::Async<Batch> without_stored_ids(db::postgres::Connection& connection, Batch batch)
{
    Command command{
        .sql =
            "SELECT r.place FROM unnest($1::text[], $2::uuid[])"
            " WITH ORDINALITY AS r(user_id, id, place)"
            " JOIN tasks t ON t.user_id = r.user_id AND t.id = r.id ORDER BY r.place DESC",
        .name = "find_stored_ids"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->task.user_id; });
    command.parameters.add_array(batch, [](auto* each) { return each->task.id; });
    const Rows rows = co_await connection.run(std::move(command));
    for (int row = 0; row < rows.size(); ++row) {
        const auto request = batch.begin() + rows.get<std::int64_t>(row, 0) - 1;
        refuse_id(**request);
        batch.erase(request);
    }
    co_return batch;
}

/// False, and nothing done, when there is an id already.
base::Async<bool> try_insert(db::postgres::Connection& connection, const Batch& sorted)
{
    const std::vector<Owner> owners = owners_of(sorted);
    try {
        const Rows rows = co_await connection.run(insert(sorted, owners));
        number_tasks(rows, sorted, owners);
        co_return true;
    } catch (const db::postgres::ServerError& error) {
        if (!error.is_duplicate()) throw;
    }
    co_return false;
}

}  // namespace

base::Async<void> create_tasks(Pool& pool, std::vector<CreateTask*> batch)
{
    // Another may take an id between one look and the next: more than that is bad luck.
    constexpr int max_attempts = 3;
    sort_by_user(batch);
    batch = without_unlike(batch);
    const db::postgres::Lease lease = co_await pool.lease();
    for (int attempt = 1; !batch.empty(); ++attempt) {
        if (co_await try_insert(*lease, batch)) co_return;
        if (attempt == max_attempts) {
            if (batch.size() == 1) std::rethrow_exception(db::postgres::busy());
            // Each is tried alone then, so that only whose id it is has to come again.
            throw base::Error{base::ErrorCode::internal, "an id keeps being taken"};
        }
        batch = co_await without_stored_ids(*lease, without_repeated_ids(batch));
        sort_by_user(batch);
    }
}

}  // namespace todod::store::postgres
