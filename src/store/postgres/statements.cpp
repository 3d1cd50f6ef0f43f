#include "store/postgres/statements.hpp"

#include "db/postgres/error.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Lease;
using db::postgres::Pool;
using db::postgres::Rows;

namespace {

base::Async<std::vector<Rows>> run_on(Pool& pool, std::vector<Command> commands)
{
    constexpr int max_attempts = 4;
    for (int attempt = 1;; ++attempt) {
        const Lease lease = co_await pool.lease();
        try {
            co_return co_await lease->run(commands);
        } catch (const db::postgres::ServerError& error) {
            // Nothing has been done, and what was in the way has gone, or goes with the connection.
            const bool may_go_well = error.is_conflict() || error.is_stale();
            if (!may_go_well || attempt == max_attempts) throw;
        }
    }
}

}  // namespace

base::Async<std::vector<Rows>> Statements::run(std::vector<Command> commands)
{
    co_return co_await line_.run(loop_, run_on(line_.pool(), std::move(commands)));
}

base::Async<Rows> Statements::run(Command command)
{
    std::vector<Command> commands;
    commands.push_back(std::move(command));
    std::vector<Rows> rows = co_await run(std::move(commands));
    co_return std::move(rows.front());
}

}  // namespace todod::store::postgres
