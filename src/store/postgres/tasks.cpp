#include "store/postgres/tasks.hpp"

namespace todod::store::postgres {

using db::postgres::Pool;
using types::Task;
using types::TaskRef;

namespace {

constexpr db::postgres::GatherLimits reads{.max_batch = 128, .is_read = true};
constexpr db::postgres::GatherLimits writes{.max_batch = 64};

/// Each is asked alone, several at once.
constexpr db::postgres::GatherLimits single_reads{
    .max_batch = 1, .max_running = 4, .is_read = true};

}  // namespace

Tasks::Tasks(Pool& pool, base::Loop& loop)
    : finds_(loop, reads, [&pool](auto batch) { return find_tasks(pool, std::move(batch)); }),
      plain_lists_(loop, reads,
                   [&pool](auto batch) { return list_plain_tasks(pool, std::move(batch)); }),
      lists_(loop, single_reads, [&pool](auto batch) { return list_tasks(pool, *batch.front()); }),
      creates_(loop, writes, [&pool](auto batch) { return create_tasks(pool, std::move(batch)); }),
      updates_(loop, writes, [&pool](auto batch) { return update_tasks(pool, std::move(batch)); }),
      removals_(loop, writes, [&pool](auto batch) { return remove_tasks(pool, std::move(batch)); })
{
}

base::Async<std::optional<Task>> Tasks::find(std::string user_id, TaskRef task)
{
    FindTask request{{}, std::move(user_id), task};
    co_await finds_.ask(request, request.user_id);
    co_return std::move(request.task);
}

base::Async<TaskPage> Tasks::list(std::string user_id, TaskQuery query)
{
    if (is_plain(query)) {
        ListPlainTasks request{{}, std::move(user_id), std::move(query)};
        co_await plain_lists_.ask(request, request.user_id);
        co_return std::move(request.page);
    }
    ListTasks request{{}, std::move(user_id), std::move(query)};
    co_await lists_.ask(request, request.user_id);
    co_return std::move(request.page);
}

base::Async<Task> Tasks::create(Task task)
{
    CreateTask request{{}, std::move(task)};
    co_await creates_.ask(request, request.task.user_id);
    co_return std::move(request.task);
}

base::Async<Task> Tasks::update(std::string user_id, TaskRef task,
                                std::optional<types::TagCondition> condition,
                                types::TaskChange change, base::Instant now)
{
    UpdateTask request{{}, std::move(user_id), task, std::move(condition), std::move(change), now};
    co_await updates_.ask(request, request.user_id);
    co_return std::move(request.task);
}

base::Async<void> Tasks::remove(std::string user_id, TaskRef task,
                                std::optional<types::TagCondition> condition)
{
    RemoveTask request{{}, std::move(user_id), task, std::move(condition)};
    co_await removals_.ask(request, request.user_id);
}

}  // namespace todod::store::postgres
