#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "db/postgres/connection.hpp"
#include "db/postgres/copied_rows.hpp"
#include "db/postgres/parameters.hpp"
#include "db/postgres/rows.hpp"
#include "db/postgres/settings.hpp"

namespace todod::db::postgres {

/// A connection that blocks, for what goes before serving: migrations and what is kept beside them;
/// and for the commands of operators.
/// Throws ConnectionError or ServerError, whose cause is one line and holds no password.
class Session {
public:
    /// Without an answer for so long the server is given up. A script has no such limit: to make an
    /// index may take its time.
    static constexpr std::chrono::seconds query_timeout{30};

    /// Connects, within the settings' connect_timeout a host.
    explicit Session(const Settings& settings);

    /// Runs several statements, without parameters and rows.
    void script(const std::string& statements);

    Rows query(const std::string& sql, const Parameters& parameters = {});

    /// Runs `COPY … FROM STDIN (FORMAT binary)` with `rows`. Without a limit of time, as a script.
    void copy(const std::string& sql, const CopiedRows& rows);

private:
    using Deadline = std::optional<std::chrono::steady_clock::time_point>;

    Rows finish(Deadline deadline);
    void wait(Deadline deadline);
    [[noreturn]] void fail();

    Handle handle_;
};

}  // namespace todod::db::postgres
