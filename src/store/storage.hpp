#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "db/postgres/settings.hpp"
#include "store/database.hpp"

namespace todod::store {

struct SqliteFile {
    std::string path;
};

/// Where the data is, as DATABASE_URL says it.
using DatabaseLocation = std::variant<SqliteFile, db::postgres::Settings>;

/// `threads` are to connect: what connections a server is asked for is divided among them.
/// `sessions`: where an auth server keeps its own. Touches nothing yet.
std::unique_ptr<Storage> open_storage(const DatabaseLocation& location, std::size_t threads,
                                      SessionTable sessions = {});

/// Throws Error{not_found} where it is a file of SQLite's that is not there: to who only reads, it
/// would seem to be empty.
void require_there(const DatabaseLocation& location);

/// Throws Error{bad_request} where `file` is the database itself, or one of those that it keeps
/// beside it, which nothing else may take the place of.
void refuse_own_file(const DatabaseLocation& location, const std::string& file);

}  // namespace todod::store
