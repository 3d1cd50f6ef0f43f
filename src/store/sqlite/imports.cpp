#include "store/sqlite/imports.hpp"

#include "base/error.hpp"
#include "store/sqlite/task_inserts.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;

namespace {

struct Made {
    std::vector<bool> by_place{};
    std::map<std::string, std::int64_t> changesets{};  ///< that are new
};

/// `creations` has what the log is to say of each task.
Made make(Connection& connection, std::vector<Task>& tasks, const std::vector<Creation>& creations,
          const std::string& stored_origin, const ImportRun& run)
{
    Made made;
    const auto known_set = [&](const std::string& user_id) -> std::optional<std::int64_t> {
        using Sets = const std::map<std::string, std::int64_t>*;
        for (Sets sets : {Sets{&run.changesets}, Sets{&made.changesets}}) {
            if (const auto found = sets->find(user_id); found != sets->end()) return found->second;
        }
        return std::nullopt;
    };
    made.by_place.reserve(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        Task& task = tasks[i];
        const auto set =
            insert_task(connection, task, creations[i], stored_origin, known_set(task.user_id));
        made.by_place.push_back(set.has_value());
        if (set) {
            made.changesets.emplace(task.user_id, *set);
        } else if (!has_user(connection, task.user_id)) {
            throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
        }
    }
    return made;
}

}  // namespace

base::Async<std::vector<bool>> Imports::make_tasks(std::vector<Task> tasks, ImportRun& run)
{
    std::vector<Creation> creations;
    creations.reserve(tasks.size());
    for (const Task& task : tasks)
        creations.push_back(creation_of(task, run.at));
    const std::string origin = types::to_stored(run.origin);
    Made made = co_await writer_.write(
        [&](Connection& connection) { return make(connection, tasks, creations, origin, run); });
    run.changesets.merge(made.changesets);
    co_return std::move(made.by_place);
}

base::Async<bool> Imports::is_deleted(std::string user_id)
{
    co_return co_await reader_.read([&](Connection& connection) {
        return connection.query("SELECT 1 FROM deleted_users WHERE user_id = ?1", {user_id}).step();
    });
}

}  // namespace todod::store::sqlite
