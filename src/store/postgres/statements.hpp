#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "db/postgres/connection.hpp"
#include "db/postgres/error.hpp"
#include "db/postgres/line.hpp"

namespace todod::store::postgres {

/// What `work` gives of a connection of `pool`; and anew, a few times, when a conflict was in the
/// way. A transaction that it has begun and not committed is taken back.
template <class T>
base::Async<T> run_on(db::postgres::Pool& pool,
                      std::function<base::Async<T>(db::postgres::Connection&)> work)
{
    constexpr int max_attempts = 4;
    for (int attempt = 1;; ++attempt) {
        const db::postgres::Lease lease = co_await pool.lease();
        try {
            co_return co_await work(*lease);
        } catch (const db::postgres::ServerError& error) {
            // Nothing has been done, and what was in the way has gone, or goes with the connection.
            const bool may_go_well = error.is_conflict() || error.is_stale();
            if (!may_go_well || attempt == max_attempts) throw;
        }
    }
}

/// What is asked one by one, since it is asked too seldom to be gathered. One I/O thread's.
class Statements {
public:
    /// Both must outlive this.
    Statements(db::postgres::Line& line, base::Loop& loop) : line_(line), loop_(loop) {}

    /// As Connection::run; and anew, a few times, when a conflict was in the way.
    base::Async<std::vector<db::postgres::Rows>> run(std::vector<db::postgres::Command> commands);
    base::Async<db::postgres::Rows> run(db::postgres::Command command);

    /// run_on with one of the line's connections, on its thread.
    template <class T>
    base::Async<T> run_with(std::function<base::Async<T>(db::postgres::Connection&)> work)
    {
        co_return co_await line_.run(loop_, run_on<T>(line_.pool(), std::move(work)));
    }

private:
    db::postgres::Line& line_;
    base::Loop& loop_;
};

}  // namespace todod::store::postgres
