#include "services/changes.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::Change;
using types::ChangeKind;
using types::ChangeSet;
using types::UndoConflict;

namespace {

/// Beyond every number.
constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max();
/// How much is read of the log, or done to the trash, at a time.
constexpr std::int64_t chunk = 1'000;

Error no_such_set()
{
    return {ErrorCode::not_found, "Change set not found, or not all of it is kept any more."};
}

/// Whom the writes are of, without what they belong to.
store::User reader_of(const store::User& user)
{
    return {user.id, user.seen};
}

/// What a set is known by when the last one is looked for.
struct Sought {
    bool is_assistants = false;
    std::optional<std::int64_t> conversation_id{};
};

Sought sought_by(const store::User& user)
{
    if (!user.changes || user.changes->origin.via != types::Via::assistant) return {};
    return {.is_assistants = true, .conversation_id = user.changes->origin.conversation_id};
}

/// Goes through sets, newest first, for the last one that can be taken back.
class Search {
public:
    explicit Search(Sought sought) : sought_(sought) {}

    /// Whether it is found.
    bool see(const ChangeSet& set)
    {
        const bool is_undone = undone_.contains(set.id);
        if (set.first.undoes) {
            // What takes back an undo makes done again what that took back.
            if (!is_undone) undone_.insert(*set.first.undoes);
            return false;
        }
        if (is_undone) return false;
        const types::Origin& origin = set.first.origin;
        if (!sought_.is_assistants) {
            found_ = set.id;
            return true;
        }
        if (origin.via != types::Via::assistant) return false;
        if (!found_) found_ = set.id;
        if (!sought_.conversation_id || origin.conversation_id != sought_.conversation_id) {
            return !sought_.conversation_id;
        }
        found_ = set.id;
        return true;
    }

    std::optional<std::int64_t> found() const noexcept { return found_; }

private:
    Sought sought_;
    std::set<std::int64_t> undone_;
    std::optional<std::int64_t> found_;
};

/// One task once, with all fields of it that are otherwise.
void add_conflict(std::vector<UndoConflict>& conflicts, const Change& change,
                  store::WriteResult& result)
{
    auto found = std::ranges::find(conflicts, change.task_number, &UndoConflict::task_number);
    if (found == conflicts.end()) {
        conflicts.push_back({.task_id = change.task_id,
                             .task_number = change.task_number,
                             .title = std::move(result.title),
                             .fields = {},
                             .detail = result.failure->message()});
        found = std::prev(conflicts.end());
    }
    for (const std::string_view field : result.changed_since) {
        if (std::ranges::find(found->fields, field) == found->fields.end()) {
            found->fields.emplace_back(field);
        }
    }
}

std::string in_words(const std::vector<UndoConflict>& conflicts)
{
    constexpr std::size_t most_told = 10;
    std::string words;
    for (std::size_t i = 0; i < conflicts.size() && i < most_told; ++i)
        words += ' ' + conflicts[i].detail;
    if (conflicts.size() > most_told) {
        words += fmt::format(" And {} more.", conflicts.size() - most_told);
    }
    return words;
}

std::string in_words(const std::vector<const types::Task*>& tasks)
{
    constexpr std::size_t most_told = 10;
    std::string words;
    for (std::size_t i = 0; i < tasks.size() && i < most_told; ++i)
        words +=
            fmt::format("{}task {} '{}'", i == 0 ? "" : ", ", tasks[i]->number, tasks[i]->title);
    if (tasks.size() > most_told) words += fmt::format(" and {} more", tasks.size() - most_told);
    return words;
}

Error refusal(const std::vector<UndoConflict>& conflicts)
{
    std::string json;
    schema::Codec<std::vector<UndoConflict>>::write(conflicts, json, schema::Dialect::scoped);
    return Error{ErrorCode::conflict, "Nothing has been taken back." + in_words(conflicts)}.with(
        "conflicts", std::move(json));
}

void check_may_delete(const std::vector<Change>& changes)
{
    const auto comes_back_off = [](const Change& change) {
        return change.kind == ChangeKind::create || change.kind == ChangeKind::restore;
    };
    if (std::ranges::any_of(changes, comes_back_off)) {
        throw Error{ErrorCode::forbidden,
                    "This would delete tasks, which the token's scopes do not cover."};
    }
}

}  // namespace

base::Async<store::ChangePage> Changes::list(store::User user, types::ListChanges input)
{
    store::ChangePage page = co_await changes_.list(std::move(user), input.since, input.limit);
    const bool is_whole = input.since >= page.log.first - 1 && input.since <= page.log.last;
    if (is_whole) co_return page;
    throw Error{ErrorCode::gone,
                fmt::format("The log does not have all changes after {}: read everything anew, "
                            "and go on from {}.",
                            input.since, page.log.last)}
        .with("last_seq", std::to_string(page.log.last));
}

base::Async<std::vector<ChangeSet>> Changes::list_sets(store::User user,
                                                       types::ListChangeSets input)
{
    co_return co_await changes_.list_sets(std::move(user), input.before.value_or(no_bound),
                                          input.limit);
}

base::Async<types::ChangeSetPage> Changes::get_set(store::User user, types::GetChangeSet input)
{
    const std::int64_t id = input.changeset_id.id;
    if (id <= 0 || id == no_bound) throw no_such_set();
    auto found = co_await changes_.list_sets(user, id + 1, 1);
    if (found.empty() || found.front().id != id) throw no_such_set();
    types::ChangeSetPage page{.set = std::move(found.front())};
    page.changes = co_await changes_.list_set(std::move(user), id, input.since, input.limit);
    if (page.changes.empty() && input.since < id) throw no_such_set();
    co_return page;
}

base::Async<std::vector<Change>> Changes::history(store::User user, types::ListHistory input)
{
    co_return co_await changes_.history(std::move(user), input.task_id,
                                        input.before.value_or(no_bound), input.limit);
}

base::Async<std::vector<types::TrashedTask>> Changes::list_trash(store::User user,
                                                                 types::ListTrash input)
{
    auto tasks =
        co_await changes_.list_trash(std::move(user), input.before.value_or(0), input.limit);
    for (types::TrashedTask& task : tasks)
        task.expires_at = task.deleted_at + trash_kept_;
    co_return tasks;
}

base::Async<types::Task> Changes::write(store::User user, store::TaskWrite write)
{
    store::WriteRequest request{.now = clock_.now()};
    request.writes.push_back(std::move(write));
    store::WriteOutcome outcome = co_await tasks_.write(std::move(user), std::move(request));
    store::WriteResult& result = outcome.results.front();
    if (result.failure) throw Error{*result.failure};
    co_return std::move(result.task.value());
}

base::Async<types::Preview> Changes::preview(store::User user, store::TaskWrite write)
{
    store::WriteRequest request{.now = clock_.now(), .is_dry_run = true};
    request.writes.push_back(std::move(write));
    store::WriteOutcome outcome = co_await tasks_.write(std::move(user), std::move(request));
    if (outcome.results.front().failure) throw Error{*outcome.results.front().failure};
    co_return types::Preview{.changes = std::move(outcome.changes)};
}

base::Async<types::Task> Changes::restore(store::User user, types::TaskRef task)
{
    return write(std::move(user), store::RestoreTask{task});
}

base::Async<void> Changes::purge(store::User user, types::TaskRef task)
{
    co_await write(std::move(user), store::PurgeTask{task});
}

base::Async<types::Preview> Changes::preview_restore(store::User user, types::TaskRef task)
{
    return preview(std::move(user), store::RestoreTask{task});
}

base::Async<types::Preview> Changes::preview_purge(store::User user, types::TaskRef task)
{
    return preview(std::move(user), store::PurgeTask{task});
}

base::Async<std::int64_t> Changes::find_trashed(store::User user, std::string title)
{
    const auto tasks = co_await changes_.list_trash(std::move(user), 0, chunk);
    const auto words = base::words_of(title);
    std::vector<const types::Task*> found;
    std::vector<const types::Task*> named;  // by all of their title
    for (const types::TrashedTask& trashed : tasks) {
        const auto of_task = base::words_of(trashed.task.title);
        // Where there are no words ("!!!") every title would have them all.
        const bool is_meant =
            words.empty() ? trashed.task.title == title : std::ranges::includes(of_task, words);
        if (!is_meant) continue;
        found.push_back(&trashed.task);
        if (of_task == words) named.push_back(&trashed.task);
    }
    if (named.size() == 1) co_return named.front()->number;
    if (found.size() == 1) co_return found.front()->number;
    if (found.empty()) {
        if (std::ssize(tasks) < chunk) {
            throw Error{ErrorCode::not_found, fmt::format("There is no '{}' in the trash.", title)};
        }
        throw Error{ErrorCode::not_found,
                    fmt::format("There is no '{}' among the {} tasks that went to the trash last. "
                                "Say which by its number.",
                                title, chunk)};
    }
    throw Error{ErrorCode::conflict,
                fmt::format("There are several in the trash: {}. Say which by its number.",
                            in_words(found))};
}

base::Async<void> Changes::empty_trash(store::User user)
{
    for (;;) {
        const auto tasks = co_await changes_.list_trash(reader_of(user), 0, chunk);
        store::WriteRequest request{.now = clock_.now(), .is_atomic = false};
        for (const types::TrashedTask& trashed : tasks)
            request.writes.emplace_back(store::PurgeTask{trashed.task.number});
        if (request.writes.empty()) co_return;
        co_await tasks_.write(user, std::move(request));
        if (std::ssize(tasks) < chunk) co_return;
    }
}

base::Async<types::Preview> Changes::preview_empty_trash(store::User user)
{
    const auto tasks = co_await changes_.list_trash(reader_of(user), 0, max_previewed);
    store::WriteRequest request{.now = clock_.now(), .is_atomic = false, .is_dry_run = true};
    for (const types::TrashedTask& trashed : tasks)
        request.writes.emplace_back(store::PurgeTask{trashed.task.number});
    if (request.writes.empty()) co_return types::Preview{};
    auto outcome = co_await tasks_.write(std::move(user), std::move(request));
    co_return types::Preview{.changes = std::move(outcome.changes)};
}

/// All of it.
base::Async<std::vector<Change>> Changes::read_set(store::User user, std::int64_t id)
{
    std::vector<Change> changes;
    for (;;) {
        const std::int64_t since = changes.empty() ? 0 : changes.back().seq;
        auto page = co_await changes_.list_set(user, id, since, chunk);
        const bool is_last = std::ssize(page) < chunk;
        // Where it has just been forgotten there is no more of it either.
        const bool is_cut = page.empty() && !changes.empty();
        if (is_cut && (co_await changes_.list_set(user, id, 0, 1)).empty()) throw no_such_set();
        std::ranges::move(page, std::back_inserter(changes));
        if (std::ssize(changes) > max_undone) {
            throw Error{ErrorCode::conflict,
                        fmt::format("The change set has more than {} changes, which is more than "
                                    "can be taken back at once.",
                                    max_undone)};
        }
        if (is_last) break;
    }
    if (changes.empty()) throw no_such_set();
    co_return changes;
}

base::Async<std::int64_t> Changes::find_last(store::User user)
{
    Search search{sought_by(user)};
    std::int64_t before = no_bound;
    constexpr std::int64_t page_size = 100;
    for (std::int64_t seen = 0; seen < max_searched; seen += page_size) {
        const auto sets = co_await changes_.list_sets(reader_of(user), before, page_size);
        for (const ChangeSet& set : sets)
            if (search.see(set)) co_return *search.found();
        if (std::ssize(sets) < page_size) break;
        before = sets.back().id;
    }
    if (search.found()) co_return *search.found();
    throw Error{ErrorCode::not_found, "There is nothing that could be taken back."};
}

base::Async<types::Undone> Changes::undo(store::User user, UndoRequest request, bool may_delete)
{
    const std::int64_t id = request.changeset_id ? *request.changeset_id : co_await find_last(user);
    if (id <= 0) throw no_such_set();
    std::vector<Change> set = co_await read_set(reader_of(user), id);
    if (!may_delete) check_may_delete(set);
    store::WriteRequest writes{.now = clock_.now(),
                               .is_atomic = !request.is_partial,
                               .is_dry_run = request.is_dry_run,
                               .undoes = id};
    writes.writes.reserve(set.size());
    std::ranges::reverse(set);
    for (const Change& change : set)
        writes.writes.emplace_back(store::RevertChange{change});
    const auto scope = user.changes;
    auto outcome = co_await tasks_.write(std::move(user), std::move(writes));

    types::Undone undone{.undoes = id};
    std::map<std::int64_t, std::string> titles;
    for (std::size_t i = 0; i < set.size(); ++i) {
        store::WriteResult& result = outcome.results[i];
        if (result.failure) add_conflict(undone.conflicts, set[i], result);
        if (result.task) titles[set[i].task_number] = std::move(result.task->title);
    }
    if (!outcome.is_done) throw refusal(undone.conflicts);
    if (scope && !outcome.changes.empty() && !request.is_dry_run) {
        undone.changeset_id = scope->changeset_id;
    }
    for (const Change& change : outcome.changes)
        undone.titles.push_back(titles[change.task_number]);
    undone.changes = std::move(outcome.changes);
    co_return undone;
}

}  // namespace todod::services
