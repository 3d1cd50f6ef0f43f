#pragma once

#include <string>

#include "base/async.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "store/postgres/user_request.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// One request for a page with any filter and order: planned for what it asks, and asked alone.
struct ListTasks : UserRequest {
    TaskQuery query;
    TaskPage page{};  ///< the outcome
};

/// Keeps in `request` its page.
base::Async<void> list_tasks(db::postgres::Pool& pool, ListTasks& request);

}  // namespace todod::store::postgres
