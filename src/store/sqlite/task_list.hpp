#pragma once

#include <string>

#include "db/sqlite/connection.hpp"
#include "store/tasks.hpp"

namespace todod::store::sqlite {

/// One page of `user_id`'s tasks. Without a filter the default order reads the rows it gives and
/// no more; everything else goes through the user's own tasks, which lie together.
TaskPage list_tasks(db::sqlite::Connection& connection, const std::string& user_id,
                    const TaskQuery& query);

}  // namespace todod::store::sqlite
