#include "services/tasks.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "services/check_batch.hpp"
#include "services/task_cursor.hpp"

namespace todod::services {

using types::Status;
using types::Task;
using types::TaskFields;

namespace {

/// How often an update that repeats read-only fields is tried against a task that keeps changing.
constexpr int max_attempts = 5;

base::Violation violation(std::string_view field, std::string_view msg, std::string_view type)
{
    return {{"body", std::string{field}}, fmt::format("{} {}", field, msg), std::string{type}};
}

void check_status(const TaskFields& fields, std::vector<base::Violation>& violations)
{
    if (!fields.status.given || !fields.completed.given) return;
    if ((fields.status.value == Status::completed) == fields.completed.value) return;
    violations.push_back(violation("completed", "contradicts status.", "contradiction"));
}

template <class T>
void check_same(std::string_view field, const schema::Sent<T>& sent, const T& present,
                std::vector<base::Violation>& violations)
{
    if (!sent.given || sent.value == present) return;
    violations.push_back(
        violation(field, "is set by the server and cannot be changed.", "read_only"));
}

/// What a client may repeat of a task but not set, `id` excepted.
void check_read_only(const TaskFields& fields, const Task& task,
                     std::vector<base::Violation>& violations)
{
    check_same("number", fields.number, task.number, violations);
    check_same("user_id", fields.user_id, task.user_id, violations);
    check_same("version", fields.version, task.version, violations);
    check_same("created_at", fields.created_at, task.created_at, violations);
    check_same("updated_at", fields.updated_at, task.updated_at, violations);
    check_same("completed_at", fields.completed_at, task.completed_at, violations);
}

void throw_if_any(std::vector<base::Violation> violations)
{
    if (!violations.empty()) throw base::Error::invalid(std::move(violations));
}

template <class T>
std::optional<T> to_optional(schema::Sent<T>& sent)
{
    if (!sent.given) return std::nullopt;
    return std::move(sent.value);
}

types::TaskChange change_of(TaskFields& fields)
{
    return {
        .title = to_optional(fields.title),
        .description = to_optional(fields.description),
        .status = to_optional(fields.status),
        .completed = to_optional(fields.completed),
        .priority = to_optional(fields.priority),
        .tags = to_optional(fields.tags),
        .due_date = to_optional(fields.due_date),
    };
}

types::TaskChange completion_of(schema::Sent<bool>& completed)
{
    types::TaskChange change;
    change.toggle = !completed.given;
    change.completed = to_optional(completed);
    return change;
}

bool repeats_read_only(const TaskFields& fields)
{
    return fields.id.given || fields.number.given || fields.user_id.given || fields.version.given ||
           fields.created_at.given || fields.updated_at.given || fields.completed_at.given;
}

/// Of what a new task is asked to be, however that was said: on either surface, with white space,
/// or with what it is by default; and of what is asked for beside it.
std::string fingerprint_of(Task task, bool is_id_chosen, std::string_view beside)
{
    const std::string kind = is_id_chosen ? "with this id: " : "with any id: ";
    if (!is_id_chosen) task.id = {};
    task.created_at = {};
    task.updated_at = {};
    task.completed_at.reset();
    return base::base64url_encode(
        base::sha256(fmt::format("{}{}{}", kind, store::to_answer(task), beside)));
}

/// Of what a batch is asked to do, in whatever words.
std::string fingerprint_of(const types::Batch& batch)
{
    const bool is_atomic = batch.mode == types::BatchMode::atomic;
    std::string words = is_atomic ? "all or nothing: " : "what can be done: ";
    schema::Codec<std::vector<types::BatchOperation>>::write(batch.operations, words,
                                                             schema::Dialect::tool);
    return base::base64url_encode(base::sha256(words));
}

store::DueBound to_bound(const types::Due& due, const base::TimeZone& zone)
{
    if (!due.whole_day) return {due.at, zone.day_at(due.at)};
    const auto day = std::chrono::floor<std::chrono::days>(due.at);
    return {zone.start_of(day), day};
}

store::TaskFilter to_filter(types::ListTasks& input, const base::TimeZone& zone, base::Instant now)
{
    store::TaskFilter filter{
        .status = input.status,
        .priority = input.priority,
        .tags = std::move(input.tag),
        .words = std::move(input.q),
    };
    if (input.due_before) filter.due_before = to_bound(*input.due_before, zone);
    if (input.due_after) filter.due_after = to_bound(*input.due_after, zone);
    if (input.overdue) {
        filter.not_completed = true;
        store::DueBound bound{now, zone.day_at(now)};
        if (filter.due_before) {
            bound.instant = std::min(bound.instant, filter.due_before->instant);
            bound.day = std::min(bound.day, filter.due_before->day);
        }
        filter.due_before = bound;
    }
    return filter;
}

}  // namespace

std::string cursor_after(const types::Task& last, const TaskList& list)
{
    const store::TaskQuery query{.sort = list.sort, .day_end = list.day_end};
    return make_cursor(store::position_of(last, query), list.fingerprint, list.day_end);
}

/// What `input` asks for, taken out of it. Its number is not known yet.
Task Tasks::new_task(const store::User& user, TaskFields& input, base::Instant now)
{
    Task task;
    task.id = input.id.given ? input.id.value : base::make_uuid_v7(now, random_);
    task.user_id = user.id;
    task.title = std::move(input.title.value);
    task.created_at = now;
    task.updated_at = now;

    std::vector<base::Violation> violations;
    check_status(input, violations);
    types::TaskChange change = change_of(input);
    change.title.reset();
    types::apply(change, task, now);
    task.version = 1;
    task.number = 0;  // none that is sent can be right
    check_read_only(input, task, violations);
    throw_if_any(std::move(violations));
    return task;
}

base::Async<Task> Tasks::create(store::User user, types::CreateTask input)
{
    Task task = new_task(user, input, clock_.now());
    co_return co_await store_.create(std::move(user), std::move(task));
}

base::Async<store::MadeTask> Tasks::create_once(store::User user, types::CreateTask input,
                                                std::string beside)
{
    const base::Instant now = clock_.now();
    std::string key = input.idempotency_key.value().text;
    const bool is_id_chosen = input.id.given;
    Task task = new_task(user, input, now);
    store::Idempotency idempotency{.operation = "create_task",
                                   .key = std::move(key),
                                   .fingerprint = fingerprint_of(task, is_id_chosen, beside),
                                   .now = now};
    co_return co_await store_.create_once(std::move(user), std::move(task), std::move(idempotency));
}

base::Async<Task> Tasks::get(store::User user, types::TaskRef task)
{
    auto found = co_await store_.find(std::move(user), task);
    if (!found) throw base::Error{base::ErrorCode::not_found, "Task not found."};
    co_return std::move(*found);
}

base::Async<TaskList> Tasks::list(store::User user, types::ListTasks input)
{
    const base::Instant now = clock_.now();
    const base::TimeZone zone = input.time_zone.value_or(base::TimeZone::utc());
    store::TaskQuery query{
        .sort = input.sort,
        .day_end = std::chrono::days{1} - std::chrono::milliseconds{1} - zone.offset_at(now),
        .skip = input.skip,
        .limit = input.limit,
    };
    std::string fingerprint = fingerprint_of(input);
    if (input.cursor) apply_cursor(*input.cursor, fingerprint, query);
    query.filter = to_filter(input, zone, now);

    const auto day_end = query.day_end;
    store::TaskPage page = co_await store_.list(std::move(user), std::move(query));
    TaskList list{.tasks = std::move(page.tasks), .total = page.total, .next_cursor = {}};
    if (page.next) list.next_cursor = make_cursor(*page.next, fingerprint, day_end);
    list.sort = input.sort;
    list.fingerprint = std::move(fingerprint);
    list.day_end = day_end;
    co_return list;
}

base::Async<Task> Tasks::update(store::User user, types::UpdateTask input)
{
    std::vector<base::Violation> violations;
    check_status(input, violations);
    throw_if_any(std::move(violations));
    types::TaskChange change = change_of(input);
    if (repeats_read_only(input)) {
        co_return co_await update_as_shown(std::move(user), std::move(input), std::move(change));
    }
    co_return co_await store_.update(std::move(user), input.task_id, std::move(input.if_match),
                                     std::move(change), clock_.now());
}

/// The state of the task that the read-only fields of `input` are true of.
base::Async<types::TagCondition> Tasks::check_as_shown(store::User user,
                                                       const types::UpdateTask& input)
{
    const Task task = co_await get(std::move(user), input.task_id);
    store::check_condition(input.if_match, task);
    std::vector<base::Violation> violations;
    check_same("id", input.id, task.id, violations);
    check_read_only(input, task, violations);
    throw_if_any(std::move(violations));
    co_return types::TagCondition{.any = false, .tags = {{task.number, task.version}}};
}

/// An update that says what the task is at present: made only to the version that it is true of.
base::Async<Task> Tasks::update_as_shown(store::User user, types::UpdateTask input,
                                         types::TaskChange change)
{
    for (int attempt = 1;; ++attempt) {
        types::TagCondition condition = co_await check_as_shown(user, input);
        try {
            co_return co_await store_.update(user, input.task_id, std::move(condition), change,
                                             clock_.now());
        } catch (const base::Error& error) {
            if (error.code() != base::ErrorCode::precondition_failed) throw;
        }
        if (attempt == max_attempts) {
            throw base::Error{base::ErrorCode::conflict, "The task keeps being changed by others."};
        }
    }
}

base::Async<Task> Tasks::complete(store::User user, types::CompleteTask input)
{
    co_return co_await store_.update(std::move(user), input.task_id, std::move(input.if_match),
                                     completion_of(input.completed), clock_.now());
}

base::Async<void> Tasks::remove(store::User user, types::DeleteTask input)
{
    co_await store_.remove(std::move(user), input.task_id, std::move(input.if_match), clock_.now());
}

base::Async<types::Preview> Tasks::preview(store::User user, store::TaskWrite write,
                                           base::Instant now)
{
    store::WriteRequest request{.now = now, .is_dry_run = true};
    request.writes.push_back(std::move(write));
    store::WriteOutcome outcome = co_await store_.write(std::move(user), std::move(request));
    if (outcome.results.front().failure) throw base::Error{*outcome.results.front().failure};
    co_return types::Preview{.changes = std::move(outcome.changes)};
}

base::Async<types::Preview> Tasks::preview(store::User user, types::CreateTask input)
{
    const base::Instant now = clock_.now();
    store::MakeTask make{new_task(user, input, now)};
    co_return co_await preview(std::move(user), std::move(make), now);
}

base::Async<types::Preview> Tasks::preview(store::User user, types::UpdateTask input)
{
    std::vector<base::Violation> violations;
    check_status(input, violations);
    throw_if_any(std::move(violations));
    if (repeats_read_only(input)) input.if_match = co_await check_as_shown(user, input);
    store::ChangeTask change{input.task_id, std::move(input.if_match), change_of(input)};
    co_return co_await preview(std::move(user), std::move(change), clock_.now());
}

base::Async<types::Preview> Tasks::preview(store::User user, types::CompleteTask input)
{
    store::ChangeTask change{input.task_id, std::move(input.if_match),
                             completion_of(input.completed)};
    co_return co_await preview(std::move(user), std::move(change), clock_.now());
}

base::Async<types::Preview> Tasks::preview(store::User user, types::DeleteTask input)
{
    store::TrashTask trash{input.task_id, std::move(input.if_match)};
    co_return co_await preview(std::move(user), std::move(trash), clock_.now());
}

store::TaskWrite Tasks::write_of(const store::User& user, types::BatchOperation& operation,
                                 base::Instant now)
{
    TaskFields& fields = operation.task.value;
    const types::TaskRef task = operation.task_id.value_or(std::int64_t{0});
    switch (operation.op) {
        case types::BatchOp::create:
            return store::MakeTask{new_task(user, fields, now)};
        case types::BatchOp::update:
            return store::ChangeTask{task, std::move(operation.if_match), change_of(fields)};
        case types::BatchOp::complete:
            return store::ChangeTask{task, std::move(operation.if_match),
                                     completion_of(operation.completed)};
        case types::BatchOp::remove:
            return store::TrashTask{task, std::move(operation.if_match)};
        case types::BatchOp::restore:
            break;
    }
    return store::RestoreTask{task};
}

base::Async<store::WriteOutcome> Tasks::write(store::User user, types::Batch input)
{
    check(input);
    store::WriteRequest request{.now = clock_.now(),
                                .is_atomic = input.mode == types::BatchMode::atomic,
                                .is_dry_run = input.is_dry_run};
    if (input.idempotency_key && !input.is_dry_run) {
        request.idempotency = {.operation = "write_batch",
                               .key = std::move(input.idempotency_key->text),
                               .fingerprint = fingerprint_of(input),
                               .now = request.now};
    }
    request.writes.reserve(input.operations.size());
    for (types::BatchOperation& operation : input.operations)
        request.writes.push_back(write_of(user, operation, request.now));
    const bool is_atomic = request.is_atomic;
    auto outcome = co_await store_.write(std::move(user), std::move(request));
    if (outcome.is_done || is_atomic) co_return outcome;
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

}  // namespace todod::services
