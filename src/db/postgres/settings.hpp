#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace todod::db::postgres {

/// How to reach a PostgreSQL server, and how many connections to keep.
struct Settings {
    /// libpq's keywords and their values (PostgreSQL documentation §34.1.2).
    std::vector<std::pair<std::string, std::string>> parameters;
    /// Something stands between that hands out connections a transaction: nothing may be kept in a
    /// session, neither settings nor prepared statements.
    bool pgbouncer = false;
    std::size_t pool_size = 10;               ///< connections kept, in the whole process
    std::size_t pool_overflow = 20;           ///< more, closed when they are not needed any more
    std::chrono::seconds pool_timeout{30};    ///< for a connection to become free
    std::chrono::seconds pool_recycle{3600};  ///< a connection older than this is replaced
};

/// Of a URL: postgresql://user:password@host:port/database?keyword=value (RFC 3986; several hosts
/// and sockets as libpq takes them). postgres:// and SQLAlchemy's postgresql+driver:// are the
/// same; of SQLAlchemy's and Prisma's parameters ssl, pgbouncer, prepared_statement_cache_size and
/// statement_cache_size are understood. Throws Error{invalid} with what it takes, never with what
/// the URL holds.
Settings parse_url(std::string_view url);

/// A URL that parse_url takes as it may be shown: its passwords, wherever they stand, are `***`.
std::string mask_url(std::string_view url);

/// For people: host, port and database; no user and no password.
std::string describe(const Settings& settings);

}  // namespace todod::db::postgres
