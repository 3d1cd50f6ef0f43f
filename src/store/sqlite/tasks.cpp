#include "store/sqlite/tasks.hpp"

#include <utility>

#include "base/error.hpp"
#include "store/sqlite/change_log.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_inserts.hpp"
#include "store/sqlite/task_ledger_rows.hpp"
#include "store/sqlite/task_list.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;
using types::TaskRef;

namespace {

[[noreturn]] void refuse_insert(Connection& connection, const std::string& user_id)
{
    if (has_user(connection, user_id)) {
        throw base::Error{base::ErrorCode::conflict, "There is a task with this id already."};
    }
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

/// What a job has done, and the set that it belongs to; nothing: nothing has been changed.
template <class T>
struct Done {
    T result;
    std::optional<std::int64_t> changeset_id{};
};

Done<Task> insert(Connection& connection, Task task, const Creation& creation,
                  const ChangeSetInHand& set)
{
    const auto id = insert_task(connection, task, creation, set.stored_origin, set.id);
    if (!id) refuse_insert(connection, task.user_id);
    return {std::move(task), id};
}

/// Stores what an update has made of `before`, and logs it; gives its set.
std::int64_t store_update(Connection& connection, const Task& before, TaskRow& row,
                          const ChangeSetInHand& set, base::Instant now)
{
    const types::StateDifference difference = types::difference(before, row.task);
    const std::string was = types::to_stored(difference.before);
    const std::string is = types::to_stored(difference.after);
    const NextChange next = count_change(connection, before.user_id);
    const std::int64_t previous = std::exchange(row.last_change, next.seq);
    const std::int64_t id = set.id.value_or(next.seq);
    store_task(connection, row);
    add_change(connection, {.user_key = next.user_key,
                            .seq = next.seq,
                            .changeset_id = id,
                            .at = now,
                            .kind = types::ChangeKind::update,
                            .task_id = before.id,
                            .task_number = before.number,
                            .version = row.task.version,
                            .previous = previous,
                            .before = was,
                            .after = is,
                            .origin = set.stored_origin});
    return id;
}

}  // namespace

base::Async<std::optional<Task>> Tasks::find(User user, TaskRef task)
{
    auto row = co_await reader_.read(
        [&](Connection& connection) { return find_task(connection, user.id, task); });
    if (!row) co_return std::nullopt;
    co_return std::move(row->task);
}

base::Async<TaskPage> Tasks::list(User user, TaskQuery query)
{
    co_return co_await reader_.read(
        [&](Connection& connection) { return list_tasks(connection, user.id, query); });
}

base::Async<Task> Tasks::create(User user, Task task)
{
    task.user_id = user.id;
    const ChangeSetInHand set{user};
    const Creation creation = creation_of(task, task.created_at);
    Done<Task> done = co_await writer_.write(
        [&](Connection& connection) { return insert(connection, task, creation, set); });
    keep_changeset(user, done.changeset_id);
    co_return std::move(done.result);
}

base::Async<MadeTask> Tasks::create_once(User user, Task task, Idempotency idempotency)
{
    task.user_id = user.id;
    const ChangeSetInHand set{user};
    const Creation creation = creation_of(task, task.created_at);
    Done<MadeTask> done = co_await writer_.write([&](Connection& connection) -> Done<MadeTask> {
        if (const auto kept = find_answer(connection, task.user_id, idempotency)) {
            return {{task_of(kept->answer), true}};
        }
        Done<Task> made = insert(connection, task, creation, set);
        keep_answer(connection, task.user_id, idempotency, to_answer(made.result));
        return {{std::move(made.result)}, made.changeset_id};
    });
    keep_changeset(user, done.changeset_id);
    co_return std::move(done.result);
}

base::Async<Task> Tasks::update(User user, TaskRef task,
                                std::optional<types::TagCondition> condition,
                                types::TaskChange change, base::Instant now)
{
    const ChangeSetInHand set{user};
    Done<Task> done = co_await writer_.write([&](Connection& connection) -> Done<Task> {
        TaskRow row = get_task(connection, user.id, task, condition);
        const Task before = row.task;
        if (!types::apply(change, row.task, now)) return {std::move(row.task)};
        if (change.title || change.description) {
            note_old_words(connection, row.task_key, before.title, before.description);
        }
        const std::int64_t id = store_update(connection, before, row, set, now);
        return {std::move(row.task), id};
    });
    keep_changeset(user, done.changeset_id);
    co_return std::move(done.result);
}

base::Async<void> Tasks::remove(User user, TaskRef task,
                                std::optional<types::TagCondition> condition, base::Instant now)
{
    WriteRequest request{.now = now};
    request.writes.emplace_back(TrashTask{task, std::move(condition)});
    const WriteOutcome outcome = co_await write(std::move(user), std::move(request));
    if (const auto& failure = outcome.results.front().failure) throw base::Error{*failure};
}

base::Async<WriteOutcome> Tasks::write(User user, WriteRequest request)
{
    const ChangeSetInHand set{user};
    if (request.is_dry_run) {
        co_return co_await reader_.read([&](Connection& connection) {
            std::optional<std::int64_t> id = set.id;
            auto ledger = load_ledger(connection, user.id, request.writes);
            return ledger ? ledger->write(request, set.origin, id)
                          : refuse_without_account(request);
        });
    }
    Done<WriteOutcome> done =
        co_await writer_.write([&](Connection& connection) -> Done<WriteOutcome> {
            std::optional<std::int64_t> id = set.id;
            const auto& once = request.idempotency;
            if (once) {
                if (const auto kept = find_answer(connection, user.id, *once)) {
                    KeptOutcome first = outcome_of(kept->answer);
                    return {std::move(first.outcome), first.changeset_id};
                }
            }
            auto ledger = load_ledger(connection, user.id, request.writes);
            if (!ledger) return {refuse_without_account(request)};
            WriteOutcome outcome = ledger->write(request, set.origin, id);
            store_ledger(connection, *ledger, set.stored_origin);
            if (once && outcome.is_done) {
                keep_answer(connection, user.id, *once,
                            to_answer({outcome, id, request.undoes, undone_tasks_of(request)}));
            }
            return {std::move(outcome), id};
        });
    keep_changeset(user, done.changeset_id);
    co_return std::move(done.result);
}

}  // namespace todod::store::sqlite
