#include "store/postgres/database.hpp"

#include "store/postgres/accounts.hpp"
#include "store/postgres/api_keys.hpp"
#include "store/postgres/changes.hpp"
#include "store/postgres/conversations.hpp"
#include "store/postgres/imports.hpp"
#include "store/postgres/kept_answers.hpp"
#include "store/postgres/sessions.hpp"
#include "store/postgres/tasks.hpp"
#include "store/postgres/tokens.hpp"
#include "store/postgres/webhooks.hpp"

namespace todod::store::postgres {

namespace {

base::Async<bool> has_known_schema(db::postgres::Pool& pool)
{
    const db::postgres::Lease lease = co_await pool.lease();
    const auto known = db::postgres_migrations();
    db::postgres::Command command{
        .sql = "SELECT count(*) FROM schema_migrations WHERE number <= $1",
        .name = "known_migrations"};
    command.parameters.add(std::int32_t{known.back().number});
    const db::postgres::Rows rows = co_await lease->run(std::move(command));
    co_return rows.get<std::int64_t>(0, 0) == std::ssize(known);
}

}  // namespace

std::unique_ptr<store::Tasks> Database::tasks()
{
    return std::make_unique<Tasks>(gathers_, standings_, loop_);
}

std::unique_ptr<store::Changes> Database::changes()
{
    return std::make_unique<Changes>(gathers_.line, loop_);
}

std::unique_ptr<store::Accounts> Database::accounts()
{
    return std::make_unique<Accounts>(gathers_, standings_, loop_);
}

std::unique_ptr<store::ApiKeys> Database::api_keys()
{
    return std::make_unique<ApiKeys>(gathers_.line, loop_);
}

std::unique_ptr<store::Conversations> Database::conversations()
{
    return std::make_unique<Conversations>(gathers_.line, loop_);
}

std::unique_ptr<store::Sessions> Database::sessions()
{
    return std::make_unique<Sessions>(gathers_, loop_);
}

std::unique_ptr<store::Imports> Database::imports()
{
    return std::make_unique<Imports>(gathers_, loop_);
}

base::Async<std::optional<std::string>> Database::forget_answers(std::string after,
                                                                 base::Instant until)
{
    auto& line = gathers_.line;
    co_return co_await line.run(loop_,
                                postgres::forget_answers(line.pool(), std::move(after), until));
}

base::Async<std::optional<std::string>> Database::forget_changes(std::string after,
                                                                 base::Instant changed_before,
                                                                 base::Instant trashed_before)
{
    auto& line = gathers_.line;
    co_return co_await line.run(loop_, postgres::forget_changes(line.pool(), std::move(after),
                                                                changed_before, trashed_before));
}

std::unique_ptr<store::Tokens> Database::tokens()
{
    return std::make_unique<Tokens>(gathers_, loop_);
}

std::unique_ptr<store::Webhooks> Database::webhooks()
{
    return std::make_unique<Webhooks>(gathers_.line, loop_);
}

base::Async<bool> Database::is_ready()
{
    auto& line = gathers_.line;
    co_return co_await line.run(loop_, has_known_schema(line.pool()));
}

}  // namespace todod::store::postgres
