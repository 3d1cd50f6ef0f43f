#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/child.hpp"
#include "db/postgres/settings.hpp"

namespace todod::db::postgres {

/// One of PostgreSQL's own programs.
struct Tool {
    std::string path;
    int version = 0;  ///< its major one
};

/// pg_dump or pg_restore, as `name` says, of the version `least` or the next one after it that is
/// in /usr/lib/postgresql/*/bin or in PATH, and that servers of the version `server` understand:
/// what tools of 17 and later restore, older servers do not. Throws Error{not_found}, which says
/// what to install.
Tool find_tool(const std::string& name, int least, int server, const Child::Tick& tick);

/// What it finds the server by, and its password: nothing of it stands in arguments, which everyone
/// on the machine can read. All else that it gets is what PostgreSQL's programs read, and no secret
/// of todod's. Throws Error{bad_request} for what cannot be handed over so.
std::vector<std::string> tool_environment(const Settings& settings);

/// "dbname='…'", for --dbname.
std::string name_database(std::string_view name);

}  // namespace todod::db::postgres
