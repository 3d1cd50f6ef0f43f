#include "services/changes.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "services/change_sets.hpp"
#include "types/change_words.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::Change;
using types::ChangeSet;

namespace {

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

base::Async<std::vector<std::string>> Changes::list_titles(store::User user,
                                                           const std::vector<ChangeSet>& sets)
{
    std::map<base::Uuid, std::string> known;
    std::vector<std::string> titles;
    titles.reserve(sets.size());
    for (const ChangeSet& set : sets) {
        std::string& title = titles.emplace_back();
        if (!types::title_of(set.first).empty()) continue;
        const auto [at, is_new] = known.try_emplace(set.first.task_id);
        if (is_new) {
            const auto task = co_await tasks_.find(user, set.first.task_id);
            if (task) at->second = task->title;
        }
        title = at->second;
    }
    co_return titles;
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

}  // namespace todod::services
