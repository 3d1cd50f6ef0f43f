#include "cli/local_services.hpp"

#include <algorithm>

#include "api/api.hpp"
#include "base/error.hpp"
#include "cli/find_user.hpp"
#include "prepare_schema.hpp"

namespace todod::cli {

namespace {

base::LogSettings quiet(base::LogSettings settings, base::LogLevel level)
{
    settings.level = std::max(settings.level, level);
    return settings;
}

std::unique_ptr<store::Storage> open(const Config& config, const base::Clock& clock, base::Log& log,
                                     LocalServices::Schema schema)
{
    if (schema == LocalServices::Schema::as_it_is) store::require_there(config.database);
    auto storage = store::open_storage(config.database, 1);
    if (schema == LocalServices::Schema::prepared) {
        prepare_schema(*storage->migrator(clock, true), config, log);
    } else {
        require_schema(*storage->migrator(clock, false));
    }
    return storage;
}

}  // namespace

LocalServices::LocalServices(base::LogLevel level, Schema schema)
    : log(quiet(config.log, level)),
      storage(open(config, clock, log, schema)),
      tools(api::tool_operations(&tasks, &changes))
{
}

base::Async<std::string> choose_user(store::Accounts& store, std::string email_or_id,
                                     MakeUser lonely)
{
    if (!email_or_id.empty()) co_return co_await find_user(store, std::move(email_or_id));
    const auto all = co_await store.list_all();
    if (all.size() == 1) co_return all.front().user_id;
    if (all.empty()) co_return co_await lonely();
    throw base::Error{base::ErrorCode::not_found, "there are several accounts: --user says which"};
}

}  // namespace todod::cli
