#pragma once

#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "db/postgres/connection.hpp"
#include "db/postgres/line.hpp"

namespace todod::store::postgres {

/// What is asked one by one, since it is asked too seldom to be gathered. One I/O thread's.
class Statements {
public:
    /// Both must outlive this.
    Statements(db::postgres::Line& line, base::Loop& loop) : line_(line), loop_(loop) {}

    /// As Connection::run; and anew, a few times, when a conflict was in the way.
    base::Async<std::vector<db::postgres::Rows>> run(std::vector<db::postgres::Command> commands);
    base::Async<db::postgres::Rows> run(db::postgres::Command command);

private:
    db::postgres::Line& line_;
    base::Loop& loop_;
};

}  // namespace todod::store::postgres
