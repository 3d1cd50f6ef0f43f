#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "db/postgres/error.hpp"
#include "store/postgres/task_inserts.hpp"

namespace todod::store::postgres {

using db::postgres::Pool;
using db::postgres::Rows;

namespace {

/// Of one user's requests all are confirmed by one look at the account: those that expect another
/// generation than the first that expects any have to be looked at again.
CreateBatch without_unlike(const CreateBatch& sorted)
{
    CreateBatch alike;
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

/// Refuses those whose id another of `batch` has that came before; gives the others.
CreateBatch without_repeated_ids(const CreateBatch& batch)
{
    const auto key = [](const CreateTask* each) {
        return std::tie(each->task.user_id, each->task.id);
    };
    CreateBatch sorted = batch;
    std::ranges::sort(sorted, {},
                      [&](auto* each) { return std::tuple_cat(key(each), std::tie(each->since)); });
    CreateBatch first;
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
base::Async<CreateBatch> without_stored_ids(db::postgres::Connection& connection, CreateBatch batch)
{
    const Rows rows = co_await connection.run(find_stored_ids(batch));
    for (int row = 0; row < rows.size(); ++row) {
        const auto request = batch.begin() + rows.get<std::int64_t>(row, 0) - 1;
        refuse_id(**request);
        batch.erase(request);
    }
    co_return batch;
}

/// False, and nothing done, when there is an id already.
base::Async<bool> try_insert(db::postgres::Connection& connection, const CreateBatch& sorted)
{
    const std::vector<TaskOwner> owners = owners_of(sorted);
    try {
        const Rows rows = co_await connection.run(insert_tasks(sorted, owners));
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
