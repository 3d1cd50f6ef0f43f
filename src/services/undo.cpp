#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "services/change_sets.hpp"
#include "services/changes.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::Change;
using types::ChangeKind;
using types::ChangeSet;
using types::UndoConflict;

namespace {

/// No set has it as id.
constexpr std::int64_t no_set = 0;

Error nothing_to_undo()
{
    return {ErrorCode::not_found, "There is nothing that could be taken back."};
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
void add_conflict(std::vector<UndoConflict>& conflicts, const store::TaskName& task,
                  store::WriteResult& result)
{
    auto found = std::ranges::find(conflicts, task.number, &UndoConflict::task_number);
    if (found == conflicts.end()) {
        conflicts.push_back({.task_id = task.id,
                             .task_number = task.number,
                             .title = std::move(result.title),
                             .fields = {},
                             .detail = result.failure->message()});
        found = std::prev(conflicts.end());
    }
    for (const std::string& field : result.changed_since) {
        if (std::ranges::find(found->fields, field) == found->fields.end()) {
            found->fields.push_back(field);
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

Error refusal(const std::vector<UndoConflict>& conflicts)
{
    std::string json;
    schema::Codec<std::vector<UndoConflict>>::write(conflicts, json, schema::Dialect::scoped);
    return Error{ErrorCode::conflict, "Nothing has been taken back." + in_words(conflicts)}.with(
        "conflicts", std::move(json));
}

/// What an undo is known by that is to be done once.
std::optional<store::Idempotency> once_of(const UndoRequest& request, base::Instant now)
{
    if (!request.idempotency_key || request.is_dry_run) return std::nullopt;
    const std::string which =
        request.changeset_id ? std::to_string(*request.changeset_id) : "the last";
    return store::Idempotency{.operation = "undo",
                              .key = *request.idempotency_key,
                              .fingerprint = which + (request.is_partial ? ", what can be" : ""),
                              .now = now};
}

/// `outcome` of taking back changes of `tasks`, by place.
types::Undone to_undone(const std::vector<store::TaskName>& tasks, store::WriteOutcome outcome)
{
    types::Undone undone;
    std::map<std::int64_t, std::string> titles;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        store::WriteResult& result = outcome.results[i];
        if (result.failure) {
            add_conflict(undone.conflicts, tasks[i], result);
        } else {
            std::string& title = titles[tasks[i].number];
            if (result.task) title = std::move(result.task->title);
            if (result.title) title = std::move(*result.title);
        }
    }
    for (const Change& change : outcome.changes)
        undone.titles.push_back(titles[change.task_number]);
    undone.changes = std::move(outcome.changes);
    return undone;
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

base::Async<std::optional<std::int64_t>> Changes::search_last(store::User user)
{
    Search search{sought_by(user)};
    std::int64_t before = no_bound;
    constexpr std::int64_t page_size = 100;
    for (std::int64_t seen = 0; seen < max_searched; seen += page_size) {
        const auto sets = co_await changes_.list_sets(reader_of(user), before, page_size);
        for (const ChangeSet& set : sets)
            if (search.see(set)) co_return search.found();
        if (std::ssize(sets) < page_size) break;
        before = sets.back().id;
    }
    co_return search.found();
}

base::Async<types::Undone> Changes::undo(store::User user, UndoRequest request, bool may_delete)
{
    const auto once = once_of(request, clock_.now());
    if (!once) co_return co_await undo_now(std::move(user), request, std::nullopt, may_delete);
    const store::User reader = reader_of(user);
    if (auto told = co_await find_told(reader, *once)) co_return *std::move(told);
    std::exception_ptr refusal;
    try {
        co_return co_await undo_now(std::move(user), request, once, may_delete);
    } catch (const Error&) {
        refusal = std::current_exception();
    }
    // Whoever asked the same at the same time may have taken back what is not there to take back.
    if (auto told = co_await find_told(reader, *once)) co_return *std::move(told);
    std::rethrow_exception(refusal);
}

base::Async<types::Undone> Changes::undo_now(store::User user, UndoRequest request,
                                             std::optional<store::Idempotency> once,
                                             bool may_delete)
{
    const auto last = request.changeset_id ? request.changeset_id : co_await search_last(user);
    if (!last) {
        if (once) co_await keep_nothing(reader_of(user), *once);
        throw nothing_to_undo();
    }
    const std::int64_t id = *last;
    if (id <= 0) throw no_such_set();
    std::vector<Change> set = co_await read_set(reader_of(user), id);
    if (!may_delete) check_may_delete(set);
    store::WriteRequest writes{.now = clock_.now(),
                               .is_atomic = !request.is_partial,
                               .is_dry_run = request.is_dry_run,
                               .undoes = id,
                               .idempotency = once};
    writes.writes.reserve(set.size());
    std::ranges::reverse(set);
    for (Change& change : set)
        writes.writes.emplace_back(store::RevertChange{std::move(change)});
    const auto tasks = store::undone_tasks_of(writes);
    const auto scope = user.changes;
    const store::User reader = reader_of(user);
    auto outcome = co_await tasks_.write(std::move(user), std::move(writes));
    if (outcome.is_replayed) co_return (co_await find_told(reader, *once)).value();

    const bool has_set = scope && !outcome.changes.empty() && !request.is_dry_run;
    const bool is_done = outcome.is_done;
    types::Undone undone = to_undone(tasks, std::move(outcome));
    if (!is_done) throw refusal(undone.conflicts);
    undone.undoes = id;
    if (has_set) undone.changeset_id = scope->changeset_id;
    co_return undone;
}

/// That there was nothing to take back is kept as well: who asks again by then may have done
/// something, as a turn of the assistant that another replica takes over.
base::Async<void> Changes::keep_nothing(store::User user, store::Idempotency once)
{
    store::WriteRequest nothing{.now = once.now, .undoes = no_set, .idempotency = once};
    co_await tasks_.write(std::move(user), std::move(nothing));
}

/// What was answered to an undo with the same key; nothing where there was none.
base::Async<std::optional<types::Undone>> Changes::find_told(store::User user,
                                                             store::Idempotency once)
{
    auto kept = co_await changes_.find_outcome(user, std::move(once));
    if (!kept) co_return std::nullopt;
    if (kept->undoes == no_set) throw nothing_to_undo();
    if (kept->changeset_id) kept->outcome.changes = co_await read_set(user, *kept->changeset_id);
    types::Undone undone = to_undone(kept->undone_tasks, std::move(kept->outcome));
    undone.undoes = kept->undoes.value();
    undone.changeset_id = kept->changeset_id;
    co_return undone;
}

}  // namespace todod::services
