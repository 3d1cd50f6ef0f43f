#include "store/postgres/imports.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/task_terms.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

using db::postgres::Parameters;
using db::postgres::Rows;
using types::Task;

namespace {

/// As they would have come one after another: a batch is sorted by that within each user.
std::vector<CreateTask> requests_of(std::vector<Task> tasks, const ImportRun& run)
{
    const std::string origin = types::to_stored(run.origin);
    std::vector<CreateTask> requests;
    requests.reserve(tasks.size());
    std::chrono::steady_clock::time_point since{};
    for (Task& task : tasks) {
        CreateTask& request = requests.emplace_back();
        request.since = since += std::chrono::nanoseconds{1};
        request.user_id = task.user_id;
        request.at = run.at;
        request.origin = origin;
        const auto set = run.changesets.find(task.user_id);
        request.changeset_id = set == run.changesets.end() ? set_of_batch : set->second;
        request.task = std::move(task);
        prepare(request);
    }
    return requests;
}

bool is_made(const CreateTask& request)
{
    if (!request.failure) return true;
    try {
        std::rethrow_exception(request.failure);
    } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::conflict) return false;
        throw;
    }
}

/// By one statement.
base::Async<std::vector<bool>> make(db::postgres::Pool& pool, std::vector<CreateTask>& requests)
{
    std::vector<CreateTask*> batch;
    batch.reserve(requests.size());
    for (CreateTask& request : requests)
        batch.push_back(&request);
    co_await create_tasks(pool, std::move(batch));
    std::vector<bool> made;
    made.reserve(requests.size());
    for (const CreateTask& request : requests)
        made.push_back(is_made(request));
    co_return made;
}

}  // namespace

base::Async<std::vector<bool>> Imports::make_tasks(std::vector<Task> tasks, ImportRun& run)
{
    std::vector<CreateTask> requests = requests_of(std::move(tasks), run);
    auto made = co_await gathers_.line.run(loop_, make(gathers_.line.pool(), requests));
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (made[i]) run.changesets.emplace(requests[i].user_id, *requests[i].changeset_id);
    }
    co_return made;
}

base::Async<bool> Imports::is_deleted(std::string user_id)
{
    const Rows rows = co_await statements_.run({"SELECT 1 FROM deleted_users WHERE user_id = $1",
                                                Parameters::of(user_id), "find_deleted_user"});
    co_return rows.size() > 0;
}

}  // namespace todod::store::postgres
