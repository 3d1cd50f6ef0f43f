#include "db/postgres/error.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace todod::db::postgres {

namespace {

/// A standby, or a primary that has just become one.
constexpr std::string_view read_only = "25006";

constexpr std::chrono::seconds try_again{1};

/// Classes and codes that have to do with the server's state, not with the statement.
bool is_passing(std::string_view state)
{
    constexpr std::array<std::string_view, 8> passing{
        "08",  // connection
        read_only,
        "40",     // transaction taken back: deadlock, serialization
        "53",     // out of connections, memory, disk
        "55P03",  // a lock was not to be had in time
        "57",     // cancelled, shut down, starting
        "58",     // an error of the system below
        "XX",     // an error within the server
    };
    return std::ranges::any_of(passing, [&](auto start) { return state.starts_with(start); });
}

std::string text_or_empty(const char* text)
{
    return text == nullptr ? std::string{} : std::string{base::trim(text)};
}

}  // namespace

bool ServerError::is_conflict() const noexcept
{
    return state_ == "40001" || state_ == "40P01";
}

bool ServerError::is_duplicate() const noexcept
{
    return state_ == "23505";
}

bool ServerError::is_division_by_zero() const noexcept
{
    return state_ == "22012";
}

bool ServerError::is_cancelled() const noexcept
{
    return state_ == "57014";
}

bool ServerError::is_stale() const noexcept
{
    // "cached plan must not change result type", no such statement, one of that name already; and a
    // server that has become a standby.
    return state_ == "0A000" || state_ == "26000" || state_ == "42P05" || state_ == read_only;
}

ConnectionError::ConnectionError(std::string cause)
    : Error(unavailable("The database is not available.", try_again, std::move(cause)))
{
}

ServerError to_error(const pg_result* result)
{
    std::string state = text_or_empty(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    std::string cause = fmt::format(
        "{} {}", state, text_or_empty(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
    if (is_passing(state)) {
        const char* const why = state == read_only ? "The database takes no writes at the moment."
                                                   : "The database is busy.";
        return {base::Error::unavailable(why, try_again, std::move(cause)), std::move(state)};
    }
    return {base::Error{base::ErrorCode::internal, "the database refused a statement: " + cause},
            std::move(state)};
}

ConnectionError to_error(const pg_conn* connection)
{
    return ConnectionError{text_or_empty(PQerrorMessage(connection))};
}

std::exception_ptr busy()
{
    return std::make_exception_ptr(base::Error::unavailable("The database is busy.", try_again));
}

bool is_of_a_request(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const ServerError& error) {
        return error.code() == base::ErrorCode::internal || error.is_conflict() ||
               error.is_cancelled();
    } catch (const base::Error& error) {
        return error.code() != base::ErrorCode::unavailable;
    } catch (...) {
        return true;
    }
}

bool may_go_well_again(const std::exception_ptr& failure, bool is_read)
{
    try {
        std::rethrow_exception(failure);
    } catch (const ServerError& error) {
        return error.is_conflict() || error.is_stale();
    } catch (const ConnectionLost&) {
        return is_read;
    } catch (...) {
        return false;
    }
}

}  // namespace todod::db::postgres
