#include "store/sqlite/imports.hpp"

#include "base/error.hpp"
#include "store/sqlite/task_inserts.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;

base::Async<std::vector<bool>> Imports::make_tasks(std::vector<Task> tasks)
{
    co_return co_await writer_.write([&](Connection& connection) {
        std::vector<bool> made;
        made.reserve(tasks.size());
        for (Task& task : tasks) {
            made.push_back(insert_task(connection, task));
            if (made.back() || has_user(connection, task.user_id)) continue;
            throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
        }
        return made;
    });
}

base::Async<bool> Imports::is_deleted(std::string user_id)
{
    co_return co_await reader_.read([&](Connection& connection) {
        return connection.query("SELECT 1 FROM deleted_users WHERE user_id = ?1", {user_id}).step();
    });
}

}  // namespace todod::store::sqlite
