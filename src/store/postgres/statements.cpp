#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;

base::Async<std::vector<Rows>> Statements::run(std::vector<Command> commands)
{
    co_return co_await run_with<std::vector<Rows>>(
        [&commands](db::postgres::Connection& connection) { return connection.run(commands); });
}

base::Async<Rows> Statements::run(Command command)
{
    std::vector<Command> commands;
    commands.push_back(std::move(command));
    std::vector<Rows> rows = co_await run(std::move(commands));
    co_return std::move(rows.front());
}

}  // namespace todod::store::postgres
