#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct pg_conn;
struct pg_result;

namespace todod::db::postgres {

/// What the server said of a statement. ErrorCode::unavailable when the same may go well later,
/// else `internal`; the server's own words are in the cause.
class ServerError : public base::Error {
public:
    ServerError(base::Error error, std::string state) : Error(std::move(error)), state_(state) {}

    /// PostgreSQL's five characters (its documentation, appendix A).
    const std::string& state() const noexcept { return state_; }

    /// The transaction has been taken back for another's sake: it can be tried again at once.
    bool is_conflict() const noexcept;

    /// A unique key is there already.
    bool is_duplicate() const noexcept;

    /// A number was divided by zero: how a statement fails that finds what it must not (SQL has no
    /// other way).
    bool is_division_by_zero() const noexcept;

    /// It has taken too long.
    bool is_cancelled() const noexcept;

    /// What is prepared in the session does not fit any more: a new connection helps.
    bool is_stale() const noexcept;

private:
    std::string state_;
};

/// No connection is to be had.
class ConnectionError : public base::Error {
public:
    explicit ConnectionError(std::string cause);
};

/// The server has hung up on what was under way: whether it has been done is unknown.
class ConnectionLost : public ConnectionError {
public:
    using ConnectionError::ConnectionError;
};

ServerError to_error(const pg_result* result);

/// Error{unavailable}: too many wait, or have waited for too long.
std::exception_ptr busy();

/// Whether what a batch failed with may be one request's fault, and not the server's.
bool is_of_a_request(const std::exception_ptr& failure);

/// Whether the same may go well at once: what was in its way has gone. `is_read`: nothing is lost
/// if it has been done already.
bool may_go_well_again(const std::exception_ptr& failure, bool is_read);

/// Of what libpq says of a connection.
ConnectionError to_error(const pg_conn* connection);

}  // namespace todod::db::postgres
