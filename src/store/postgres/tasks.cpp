#include "store/postgres/tasks.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/task_terms.hpp"

namespace todod::store::postgres {

using types::Task;
using types::TaskRef;

namespace {

/// Whether a task is to be completed, or that to be taken back, and nothing else.
bool is_completion(const types::TaskChange& change)
{
    const types::TaskChange completion{.completed = change.completed, .toggle = change.toggle};
    return change == completion && (change.toggle || change.completed);
}

}  // namespace

/// Asks, and where the account is not any more as it was seen, looks at it and asks again.
template <class Gather, class Request>
base::Async<void> Tasks::ask(Gather& gather, Request& request, std::optional<User::Sighting> seen)
{
    constexpr int max_attempts = 5;
    for (int attempt = 1; attempt <= max_attempts; ++attempt) {
        if (seen) request.generation = seen->generation;
        co_await gather.ask(request, request.user_id, loop_);
        if (!request.is_unconfirmed) co_return;
        // A name alone is not done either where it goes together with what is not confirmed.
        if (seen) seen->generation = co_await confirm(request.user_id, seen->issue);
    }
    throw base::Error::unavailable("The account keeps changing.", std::chrono::seconds{1});
}

/// The generation that the account is at now. Throws Error{unauthorized} when the token does not
/// hold any more.
base::Async<std::int64_t> Tasks::confirm(std::string user_id, Issue issue)
{
    FindStanding request{{}, std::move(user_id)};
    co_await gathers_.standings.ask(request, request.user_id, loop_);
    standings_.remember(request.user_id, request.standing);
    if (request.standing && holds(issue, *request.standing)) co_return request.standing->generation;
    throw base::Error{base::ErrorCode::unauthorized,
                      request.standing ? "The token is no longer valid: sign in again."
                                       : "The account has been deleted."};
}

base::Async<std::optional<Task>> Tasks::find(User user, TaskRef task)
{
    FindTask request{{.user_id = std::move(user.id)}, task};
    co_await ask(gathers_.finds, request, user.seen);
    co_return read(request);
}

base::Async<TaskPage> Tasks::list(User user, TaskQuery query)
{
    if (is_plain(query)) {
        ListPlainTasks request{{.user_id = std::move(user.id)}, std::move(query)};
        request.row_estimate = estimate_rows(request.query);
        co_await ask(gathers_.plain_lists, request, user.seen);
        co_return read(request);
    }
    ListTasks request{{.user_id = std::move(user.id)}, std::move(query)};
    co_await ask(gathers_.lists, request, user.seen);
    co_return std::move(request.page);
}

base::Async<Task> Tasks::create(User user, Task task)
{
    task.user_id = user.id;
    CreateTask request{{.user_id = std::move(user.id)}, std::move(task)};
    request.title_folded = base::fold_case(request.task.title);
    request.terms = terms_of(request.task);
    std::exception_ptr conflict;
    try {
        co_await ask(gathers_.creates, request, user.seen);
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::conflict || !user.seen) throw;
        conflict = std::current_exception();
    }
    if (conflict) {
        // An id that is there was found before anyone was confirmed: that it is there is told to
        // none but its user.
        co_await confirm(request.user_id, user.seen->issue);
        std::rethrow_exception(conflict);
    }
    co_return std::move(request.task);
}

base::Async<MadeTask> Tasks::create_once(User user, Task task, Idempotency idempotency)
{
    task.user_id = user.id;
    CreateTaskOnce request{{{.user_id = std::move(user.id)}, std::move(task)},
                           std::move(idempotency)};
    request.title_folded = base::fold_case(request.task.title);
    request.terms = terms_of(request.task);
    co_await ask(gathers_.creates_once, request, user.seen);
    if (request.first) co_return MadeTask{*std::move(request.first), true};
    co_return MadeTask{std::move(request.task)};
}

base::Async<Task> Tasks::update(User user, TaskRef task,
                                std::optional<types::TagCondition> condition,
                                types::TaskChange change, base::Instant now)
{
    const auto* const id = std::get_if<base::Uuid>(&task);
    if (id != nullptr && !condition && is_completion(change)) {
        CompleteTask request{
            {.user_id = user.id}, *id, change.toggle ? std::nullopt : change.completed, now};
        co_await ask(gathers_.completions, request, user.seen);
        if (request.task) co_return std::move(*request.task);
        // It is not there, or is so already, or another has changed it, or the account.
    }
    UpdateTask request{
        {.user_id = std::move(user.id)}, task, std::move(condition), std::move(change), now};
    co_await ask(gathers_.updates, request, user.seen);
    co_return std::move(request.task);
}

base::Async<void> Tasks::remove(User user, TaskRef task,
                                std::optional<types::TagCondition> condition)
{
    RemoveTask request{{.user_id = std::move(user.id)}, task, std::move(condition)};
    co_await ask(gathers_.removals, request, user.seen);
}

}  // namespace todod::store::postgres
