#include "store/postgres/database.hpp"

#include "store/postgres/accounts.hpp"
#include "store/postgres/tasks.hpp"

namespace todod::store::postgres {

std::unique_ptr<store::Tasks> Database::tasks()
{
    return std::make_unique<Tasks>(pool_, loop_);
}

std::unique_ptr<store::Accounts> Database::accounts()
{
    return std::make_unique<Accounts>(pool_, loop_);
}

base::Async<bool> Database::is_ready()
{
    const db::postgres::Lease lease = co_await pool_.lease();
    const db::postgres::Rows rows = co_await lease->run(
        {.sql = "SELECT max(number) FROM schema_migrations", .name = "is_ready"});
    co_return rows.find<std::int32_t>(0, 0) == db::postgres_migrations().back().number;
}

}  // namespace todod::store::postgres
