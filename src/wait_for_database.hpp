#pragma once

#include <memory>

#include "app.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/database.hpp"

namespace todod {

/// What migrates the database, once it can be reached. Containers start in any order: a server gets
/// its time to come up (App::max_wait_for_database). Throws Error{unavailable} where it does not.
std::unique_ptr<db::Migrator> wait_for_database(store::Storage& storage, base::Log& log,
                                                const base::Clock& clock, const App::Pause& pause);

}  // namespace todod
