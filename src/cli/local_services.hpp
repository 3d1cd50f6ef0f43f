#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/blocking_loop.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "cli/local_zone.hpp"
#include "config.hpp"
#include "operation/operation.hpp"
#include "services/changes.hpp"
#include "services/tasks.hpp"
#include "store/storage.hpp"

namespace todod::cli {

/// What a command stands on that works on the configured database itself, without a server, for
/// somebody who reads standard error meanwhile.
struct LocalServices {
    enum class Schema : std::uint8_t {
        as_it_is,  ///< it must have been migrated
        prepared,  ///< as `todod serve` does it, and SQLite's file is made
    };

    /// The log has what is at least `level`.
    LocalServices(base::LogLevel level, Schema schema);

    const Config config = read_config(read_environment());
    const base::TimeZone zone = local_zone();
    base::Log log;
    base::SystemClock clock;
    base::SecureRandom random;
    base::BlockingLoop loop;
    std::unique_ptr<store::Storage> storage;
    std::unique_ptr<store::Database> database = storage->connect(loop);
    std::unique_ptr<store::Accounts> accounts = database->accounts();
    std::unique_ptr<store::Tasks> task_store = database->tasks();
    std::unique_ptr<store::Changes> change_store = database->changes();
    services::Tasks tasks{*task_store, clock, random};
    services::Changes changes{*change_store, *task_store, clock, config.retention.trash};
    operation::Table tools;
};

/// Whom an operator names, or else the only user of the database; `lonely` is asked where there is
/// none. Throws Error{not_found} where it is not clear who is meant.
using MakeUser = std::function<base::Async<std::string>()>;
base::Async<std::string> choose_user(store::Accounts& store, std::string email_or_id,
                                     MakeUser lonely);

}  // namespace todod::cli
