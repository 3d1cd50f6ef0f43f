#include "store/postgres/tasks.hpp"

#include "base/error.hpp"

namespace todod::store::postgres {

using types::ChangeKind;
using types::Task;
using types::TaskRef;

namespace {

/// How many batches may leave a completion to the next, before it is asked as a write.
constexpr int max_deferred = 4;

/// Whether a task is to be completed, or that to be taken back, and nothing else.
bool is_completion(const types::TaskChange& change)
{
    const types::TaskChange completion{.completed = change.completed, .toggle = change.toggle};
    return change == completion && (change.toggle || change.completed);
}

/// What `user` asks for, but for what that is.
template <class Request>
Request request_of(const User& user)
{
    Request request;
    request.user_id = user.id;
    request.origin = types::to_stored(user.changes ? user.changes->origin : types::Origin{});
    if (user.changes) request.changeset_id = user.changes->changeset_id;
    return request;
}

/// Once it is done.
void keep_set(const User& user, std::optional<std::int64_t> changeset_id)
{
    if (user.changes) user.changes->changeset_id = changeset_id;
}

/// The change that has changed one task, and was all that was done; null where it was not so.
const types::Change* only_update(const WriteTasks& asked)
{
    const WriteOutcome& outcome = asked.outcome;
    if (asked.request.is_dry_run || outcome.is_replayed || !outcome.is_done ||
        outcome.changes.size() != 1 || outcome.results.size() != 1)
        return nullptr;
    const types::Change& change = outcome.changes.front();
    const auto& task = outcome.results.front().task;
    return change.kind == ChangeKind::update && task ? &change : nullptr;
}

}  // namespace

/// Once the change `seq` has made or updated a task: pages that are kept have it as it is now. Of a
/// change that begins a set that is the set's id.
void Tasks::put(const Task& task, std::optional<std::int64_t> seq, ChangeKind kind)
{
    if (seq) gathers_.pages.put({task, *seq, kind}, std::chrono::steady_clock::now());
}

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
    if (is_plain(query)) return list_plain(std::move(user), std::move(query));
    return list_other(std::move(user), std::move(query));
}

base::Async<TaskPage> Tasks::list_other(User user, TaskQuery query)
{
    ListTasks request{{.user_id = std::move(user.id)}, std::move(query)};
    co_await ask(gathers_.lists, request, user.seen);
    co_return std::move(request.page);
}

/// The page as it was a moment ago, where the database says that nothing was changed since.
base::Async<TaskPage> Tasks::list_plain(User user, TaskQuery query)
{
    const auto now = std::chrono::steady_clock::now();
    ListPlainTasks request{{.user_id = std::move(user.id)}, std::move(query)};
    PageName name = name_of(request.user_id, request.query);
    request.kept = gathers_.pages.find(name, now);
    request.row_estimate = estimate_rows(request.query);
    co_await ask(gathers_.plain_lists, request, user.seen);
    const bool is_unchanged = request.kept && request.kept->last_change == request.last_change;
    gathers_.pages.count(is_unchanged);
    if (is_unchanged) co_return request.kept->to_page();
    TaskPage page = read(request);
    if (request.last_change) gathers_.pages.note(std::move(name), *request.last_change, page, now);
    co_return page;
}

base::Async<Task> Tasks::create(User user, Task task)
{
    CreateTask request = request_of<CreateTask>(user);
    request.task = std::move(task);
    request.task.user_id = request.user_id;
    request.at = request.task.created_at;
    prepare(request);
    const bool begins_set = !request.changeset_id;
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
    keep_set(user, request.changeset_id);
    if (begins_set) put(request.task, request.changeset_id, ChangeKind::create);
    co_return std::move(request.task);
}

base::Async<MadeTask> Tasks::create_once(User user, Task task, Idempotency idempotency)
{
    CreateTaskOnce request = request_of<CreateTaskOnce>(user);
    request.task = std::move(task);
    request.task.user_id = request.user_id;
    request.at = idempotency.now;
    request.idempotency = std::move(idempotency);
    prepare(request);
    const bool begins_set = !request.changeset_id;
    co_await ask(gathers_.creates_once, request, user.seen);
    if (request.first) co_return MadeTask{*std::move(request.first), true};
    keep_set(user, request.changeset_id);
    if (begins_set) put(request.task, request.changeset_id, ChangeKind::create);
    co_return MadeTask{std::move(request.task)};
}

base::Async<Task> Tasks::update(User user, TaskRef task,
                                std::optional<types::TagCondition> condition,
                                types::TaskChange change, base::Instant now)
{
    const auto* const id = std::get_if<base::Uuid>(&task);
    if (id != nullptr && !condition && is_completion(change)) {
        CompleteTask request = request_of<CompleteTask>(user);
        request.id = *id;
        request.completed = change.toggle ? std::nullopt : change.completed;
        request.now = now;
        const bool begins_set = !request.changeset_id;
        int asked = 0;
        do {
            co_await ask(gathers_.completions, request, user.seen);
        } while (request.is_deferred && ++asked < max_deferred);
        if (request.rows) {
            keep_set(user, request.changeset_id);
            Task changed = read(request);
            if (begins_set) put(changed, request.changeset_id, ChangeKind::update);
            co_return changed;
        }
        // It is not there, or is so already, or another of the batch was its, or the account has
        // changed.
    }
    co_return co_await write_one(std::move(user),
                                 ChangeTask{task, std::move(condition), std::move(change)}, now);
}

base::Async<void> Tasks::remove(User user, TaskRef task,
                                std::optional<types::TagCondition> condition, base::Instant now)
{
    co_await write_one(std::move(user), TrashTask{task, std::move(condition)}, now);
}

/// Throws what it is refused with.
base::Async<Task> Tasks::write_one(User user, TaskWrite write, base::Instant now)
{
    WriteRequest request{.now = now};
    request.writes.push_back(std::move(write));
    WriteOutcome outcome = co_await this->write(std::move(user), std::move(request));
    WriteResult& result = outcome.results.front();
    if (result.failure) throw base::Error{*std::move(result.failure)};
    co_return *std::move(result.task);
}

base::Async<WriteOutcome> Tasks::write(User user, WriteRequest request)
{
    WriteTasks asked;
    asked.user_id = std::move(user.id);
    asked.request = std::move(request);
    asked.row_estimate = asked.request.writes.size();
    if (user.changes) {
        asked.origin = user.changes->origin;
        asked.changeset_id = user.changes->changeset_id;
    }
    co_await ask(gathers_.writes_of_tasks, asked, user.seen);
    keep_set(user, asked.changeset_id);
    if (const types::Change* const change = only_update(asked)) {
        put(*asked.outcome.results.front().task, change->seq, change->kind);
    }
    co_return std::move(asked.outcome);
}

}  // namespace todod::store::postgres
