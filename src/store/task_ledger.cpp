#include "store/task_ledger.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/tasks.hpp"

namespace todod::store {

using base::Error;
using base::ErrorCode;
using types::Change;
using types::ChangeKind;
using types::Task;
using types::TaskRef;
using types::TaskState;

namespace {

const std::string not_found_words = "Task not found.";

/// What a task that is found must have otherwise than `change` left it, in words.
std::string since_words(std::int64_t number, std::string_view what)
{
    return fmt::format("Task {} has been {} since.", number, what);
}

}  // namespace

/// One request while it is applied.
struct TaskLedger::Writer {
    TaskLedger& ledger;
    const WriteRequest& request;
    const types::Origin& origin;
    std::optional<std::int64_t>& changeset_id;
    WriteOutcome outcome{};
    // Of the write that is under way.
    std::vector<std::string_view> changed_since{};
    std::optional<std::string> title{};

    Task operator()(const MakeTask& write);
    Task operator()(const ChangeTask& write);
    Task operator()(const TrashTask& write);
    Task operator()(const RestoreTask& write);
    Task operator()(const PurgeTask& write);
    Task operator()(const RevertChange& write);

    void run();

private:
    LedgerEntry& get(const TaskRef& ref, TaskPlace place);
    LedgerEntry& touch(LedgerEntry& entry);
    LedgerEntry& as_left(const Change& change, TaskPlace place);
    Task move_to_trash(LedgerEntry& entry);
    Task restore(LedgerEntry& entry);
    void note(LedgerEntry& entry, ChangeKind kind, std::optional<TaskState> before,
              std::optional<TaskState> after);
    void fail(std::size_t place, const Error& error);
};

TaskLedger::TaskLedger(std::string user_id, std::int64_t last_number, std::int64_t last_change)
    : user_id_(std::move(user_id)), last_number_(last_number), last_change_(last_change)
{
}

void TaskLedger::load(Task task, std::int64_t last_change)
{
    keep({.task = std::move(task),
          .last_change = last_change,
          .place = TaskPlace::tasks,
          .stored_place = TaskPlace::tasks});
}

void TaskLedger::load_trashed(Task task, std::int64_t last_change, base::Instant deleted_at)
{
    keep({.task = std::move(task),
          .last_change = last_change,
          .deleted_at = deleted_at,
          .place = TaskPlace::trash,
          .stored_place = TaskPlace::trash});
}

LedgerEntry& TaskLedger::keep(LedgerEntry entry)
{
    const std::int64_t number = entry.task.number;
    const base::Uuid id = entry.task.id;
    const auto [kept, is_new] = entries_.emplace(number, std::move(entry));
    if (is_new) numbers_.emplace(id, number);
    return kept->second;
}

std::int64_t TaskLedger::count_added() const noexcept
{
    std::int64_t count = 0;
    for (const auto& [number, entry] : entries_) {
        count += entry.place == TaskPlace::tasks ? 1 : 0;
        count -= entry.stored_place == TaskPlace::tasks ? 1 : 0;
    }
    return count;
}

/// Of several with one id, the one that changed last.
LedgerEntry* TaskLedger::find(const TaskRef& ref, TaskPlace place)
{
    if (const auto* const number = std::get_if<std::int64_t>(&ref)) {
        const auto found = entries_.find(*number);
        const bool is_there = found != entries_.end() && found->second.place == place;
        return is_there ? &found->second : nullptr;
    }
    LedgerEntry* last = nullptr;
    const auto [begin, end] = numbers_.equal_range(std::get<base::Uuid>(ref));
    for (auto each = begin; each != end; ++each) {
        LedgerEntry& entry = entries_.at(each->second);
        if (entry.place != place) continue;
        if (last == nullptr || last->last_change <= entry.last_change) last = &entry;
    }
    return last;
}

/// What has only been made goes, for another may get its number.
void TaskLedger::take_back()
{
    for (auto& [number, entry] : touched_) {
        if (entry.place != TaskPlace::nowhere || entry.is_changed) {
            entries_[number] = std::move(entry);
            continue;
        }
        const auto [begin, end] = numbers_.equal_range(entry.task.id);
        numbers_.erase(
            std::find_if(begin, end, [number](const auto& each) { return each.second == number; }));
        entries_.erase(number);
    }
    touched_.clear();
}

WriteOutcome TaskLedger::write(const WriteRequest& request, const types::Origin& origin,
                               std::optional<std::int64_t>& changeset_id)
{
    const std::int64_t last_number = last_number_;
    const std::int64_t last_change = last_change_;
    const std::optional<std::int64_t> set = changeset_id;
    touched_.clear();
    Writer writer{*this, request, origin, changeset_id};
    writer.run();
    WriteOutcome outcome = std::move(writer.outcome);
    if (request.is_dry_run || !outcome.is_done) {
        take_back();
        last_number_ = last_number;
        last_change_ = last_change;
        changeset_id = set;
        for (Change& change : outcome.changes)
            change.seq = change.changeset_id = change.previous = 0;
        if (!outcome.is_done) outcome.changes.clear();
        return outcome;
    }
    touched_.clear();
    log_.insert(log_.end(), outcome.changes.begin(), outcome.changes.end());
    return outcome;
}

void TaskLedger::Writer::run()
{
    outcome.results.resize(request.writes.size());
    for (std::size_t i = 0; i < request.writes.size(); ++i) {
        changed_since.clear();
        title.reset();
        try {
            outcome.results[i].task = std::visit(*this, request.writes[i]);
        } catch (const Error& error) {
            fail(i, error);
        }
    }
}

void TaskLedger::Writer::fail(std::size_t place, const Error& error)
{
    outcome.results[place].failure = error;
    outcome.results[place].changed_since.assign(changed_since.begin(), changed_since.end());
    outcome.results[place].title = std::move(title);
    if (request.is_atomic) outcome.is_done = false;
}

LedgerEntry& TaskLedger::Writer::get(const TaskRef& ref, TaskPlace place)
{
    if (LedgerEntry* const entry = ledger.find(ref, place)) return *entry;
    throw Error{ErrorCode::not_found, not_found_words};
}

/// Before it is changed.
LedgerEntry& TaskLedger::Writer::touch(LedgerEntry& entry)
{
    ledger.touched_.try_emplace(entry.task.number, entry);
    return entry;
}

void TaskLedger::Writer::note(LedgerEntry& entry, ChangeKind kind, std::optional<TaskState> before,
                              std::optional<TaskState> after)
{
    const std::int64_t seq = ++ledger.last_change_;
    if (!changeset_id) changeset_id = seq;
    outcome.changes.push_back({.seq = seq,
                               .changeset_id = *changeset_id,
                               .at = request.now,
                               .kind = kind,
                               .task_id = entry.task.id,
                               .task_number = entry.task.number,
                               .version = entry.task.version,
                               .before = std::move(before),
                               .after = std::move(after),
                               .origin = origin,
                               .undoes = request.undoes,
                               .previous = std::exchange(entry.last_change, seq)});
    entry.is_changed = true;
}

Task TaskLedger::Writer::operator()(const MakeTask& write)
{
    if (ledger.find(write.task.id, TaskPlace::tasks) != nullptr) {
        throw Error{ErrorCode::conflict, "There is a task with this id already."};
    }
    const std::int64_t number = ++ledger.last_number_;
    Task task = write.task;
    task.user_id = ledger.user_id_;
    task.number = number;
    LedgerEntry& entry = touch(ledger.keep({.task = std::move(task)}));
    entry.place = TaskPlace::tasks;
    entry.is_rewritten = true;
    note(entry, ChangeKind::create, std::nullopt, types::state_of(entry.task));
    return entry.task;
}

Task TaskLedger::Writer::operator()(const ChangeTask& write)
{
    LedgerEntry& entry = get(write.task, TaskPlace::tasks);
    check_condition(write.condition, entry.task);
    const Task before = entry.task;
    touch(entry);
    if (!types::apply(write.change, entry.task, request.now)) return entry.task;
    entry.is_rewritten |= write.change.title || write.change.description || write.change.tags;
    auto [was, is] = types::difference(before, entry.task);
    note(entry, ChangeKind::update, std::move(was), std::move(is));
    return entry.task;
}

Task TaskLedger::Writer::operator()(const TrashTask& write)
{
    LedgerEntry& entry = get(write.task, TaskPlace::tasks);
    check_condition(write.condition, entry.task);
    return move_to_trash(entry);
}

Task TaskLedger::Writer::move_to_trash(LedgerEntry& entry)
{
    touch(entry);
    entry.place = TaskPlace::trash;
    entry.deleted_at = request.now;
    entry.is_rewritten = true;
    note(entry, ChangeKind::remove, types::state_of(entry.task), std::nullopt);
    return entry.task;
}

Task TaskLedger::Writer::operator()(const RestoreTask& write)
{
    return restore(get(write.task, TaskPlace::trash));
}

Task TaskLedger::Writer::restore(LedgerEntry& entry)
{
    if (ledger.find(entry.task.id, TaskPlace::tasks) != nullptr) {
        throw Error{
            ErrorCode::conflict,
            fmt::format("Task {} cannot be restored: another task has its id.", entry.task.number)};
    }
    touch(entry);
    entry.place = TaskPlace::tasks;
    entry.is_rewritten = true;
    entry.task.updated_at = std::max(request.now, entry.task.updated_at);
    ++entry.task.version;
    note(entry, ChangeKind::restore, std::nullopt, types::state_of(entry.task));
    return entry.task;
}

Task TaskLedger::Writer::operator()(const PurgeTask& write)
{
    LedgerEntry& entry = get(write.task, TaskPlace::trash);
    touch(entry);
    entry.place = TaskPlace::nowhere;
    note(entry, ChangeKind::purge, std::nullopt, std::nullopt);
    return entry.task;
}

/// The task of `change`, where it is where that left it, and says what that made it say.
LedgerEntry& TaskLedger::Writer::as_left(const Change& change, TaskPlace place)
{
    const std::int64_t number = change.task_number;
    LedgerEntry* const entry = ledger.find(number, place);
    if (entry == nullptr) {
        const LedgerEntry* const is_elsewhere =
            ledger.find(number, place == TaskPlace::tasks ? TaskPlace::trash : TaskPlace::tasks);
        if (is_elsewhere != nullptr) title = is_elsewhere->task.title;
        const std::string_view elsewhere = place == TaskPlace::tasks ? "deleted" : "restored";
        throw Error{ErrorCode::conflict,
                    since_words(number, is_elsewhere != nullptr ? elsewhere : "deleted for good")};
    }
    if (change.after) changed_since = types::fields_unlike(*change.after, entry->task);
    if (!changed_since.empty()) {
        title = entry->task.title;
        throw Error{
            ErrorCode::conflict,
            since_words(number, fmt::format("changed ({})", fmt::join(changed_since, ", ")))};
    }
    return *entry;
}

Task TaskLedger::Writer::operator()(const RevertChange& write)
{
    const Change& change = write.change;
    switch (change.kind) {
        case ChangeKind::create:
        case ChangeKind::restore:
            return move_to_trash(as_left(change, TaskPlace::tasks));
        case ChangeKind::remove:
            return restore(as_left(change, TaskPlace::trash));
        case ChangeKind::purge:
            throw Error{ErrorCode::conflict,
                        fmt::format("Task {} has been deleted for good.", change.task_number)};
        case ChangeKind::update:
            break;
    }
    LedgerEntry& entry = as_left(change, TaskPlace::tasks);
    touch(entry);
    const Task before = entry.task;
    types::apply(change.before.value(), entry.task);
    entry.task.updated_at = std::max(request.now, entry.task.updated_at);
    ++entry.task.version;
    entry.is_rewritten = true;
    auto [was, is] = types::difference(before, entry.task);
    note(entry, ChangeKind::update, std::move(was), std::move(is));
    return entry.task;
}

WriteOutcome refuse_without_account(const WriteRequest& request)
{
    WriteOutcome outcome{.is_done = false};
    for (const TaskWrite& write : request.writes) {
        WriteResult& result = outcome.results.emplace_back();
        if (std::holds_alternative<MakeTask>(write)) {
            result.failure = {ErrorCode::unauthorized, "The account has been deleted."};
        } else {
            result.failure = {ErrorCode::not_found, not_found_words};
        }
    }
    return outcome;
}

namespace {

struct AddNamed {
    NamedTasks& to;

    void operator()(const MakeTask& write) const { to.ids.push_back(write.task.id); }
    void operator()(const ChangeTask& write) const { add(write.task); }
    void operator()(const TrashTask& write) const { add(write.task); }
    void operator()(const RestoreTask& write) const { add_trashed(write.task); }
    void operator()(const PurgeTask& write) const { add_trashed(write.task); }
    void operator()(const RevertChange& write) const { add_trashed(write.change.task_number); }

private:
    void add(const TaskRef& ref) const
    {
        if (const auto* const id = std::get_if<base::Uuid>(&ref)) {
            to.ids.push_back(*id);
        } else {
            to.numbers.push_back(std::get<std::int64_t>(ref));
        }
    }
    void add_trashed(const TaskRef& ref) const
    {
        add(ref);
        to.wants_trash = true;
    }
};

}  // namespace

void add_named(NamedTasks& to, const std::vector<TaskWrite>& writes)
{
    for (const TaskWrite& write : writes)
        std::visit(AddNamed{to}, write);
}

}  // namespace todod::store
