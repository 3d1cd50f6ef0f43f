#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "db/postgres/parameters.hpp"
#include "db/postgres/rows.hpp"

struct pg_conn;

namespace todod::db::postgres {

namespace detail {

struct CloseConnection {
    void operator()(pg_conn* connection) const noexcept;
};

}  // namespace detail

using Handle = std::unique_ptr<pg_conn, detail::CloseConnection>;

/// One statement with its parameters.
struct Command {
    std::string_view sql;
    Parameters parameters{};
    /// Under which it is prepared, once a connection; empty: planned each time, for the values that
    /// it is given. One name stands for one `sql`, and both outlive the connection.
    std::string_view name{};
};

/// A connection on a loop, in libpq's pipeline mode: what is run while something else is under way
/// is sent at once and answered in its turn. For its loop's thread only.
class Connection {
public:
    /// Without a word for so long the server is given up, and the connection with it. More than
    /// the server's own limit for a statement (session_options.hpp), which leaves the connection
    /// whole.
    static constexpr std::chrono::seconds max_silence{7};

    /// `handle` is connected. `keeps_session`: what is prepared and set stays, no pooler is in
    /// between.
    Connection(Handle handle, bool keeps_session, base::Loop& loop,
               std::chrono::milliseconds patience = max_silence);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends all of `commands` at once; what each of them gave, in order. They are one transaction
    /// unless they say otherwise (BEGIN). Throws ServerError when one fails: the others have then
    /// not been done either. Throws ConnectionLost when the server is gone.
    base::Async<std::vector<Rows>> run(std::vector<Command> commands);

    /// run for a single statement.
    base::Async<Rows> run(Command command);

    /// Takes back the transaction that is open, if there is one. What is run next waits for it.
    void roll_back();

    /// False when it is to be thrown away. Looks whether the server has hung up meanwhile.
    bool is_usable();

    /// The server has not answered for too long.
    bool is_given_up() const noexcept { return is_given_up_; }

    std::chrono::steady_clock::time_point opened_at() const noexcept { return opened_at_; }

private:
    struct Flight;
    struct Landing;

    void start(Flight& flight);
    void send(Flight& flight);
    void send_options(Flight& flight);
    void send(const Command& command, Flight& flight);
    void flush();
    void read();
    void take_results();
    void take_result(pg_result* result);
    void take_failure(Flight& flight, pg_result* result);
    void land();
    std::exception_ptr lost() const;
    void fail_all(const std::exception_ptr& failure);

    Handle handle_;
    base::Loop& loop_;
    const bool keeps_session_;
    const std::chrono::milliseconds patience_;
    const std::chrono::steady_clock::time_point opened_at_ = std::chrono::steady_clock::now();
    std::unique_ptr<base::Watch> watch_;
    std::unique_ptr<base::Timer> silence_;
    std::unordered_set<std::string_view> prepared_;
    Flight* first_ = nullptr;
    Flight* last_ = nullptr;
    bool is_broken_ = false;
    bool is_given_up_ = false;
    bool is_stale_ = false;  ///< what was prepared does not fit the schema any more
};

}  // namespace todod::db::postgres
