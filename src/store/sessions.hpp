#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

namespace todod::store {

/// Where an auth server keeps its sessions: todod reads there and never writes. Names as they are
/// in the database, in its letter case.
struct SessionTable {
    std::string schema;  ///< empty: where todod's own tables are
    std::string name = "user_sessions";
    std::string token = "token";
    std::string user = "user_id";
    std::string expiry = "expires_at";
};

/// Whether it can name a table or a column: letters, digits, `_`, `$` and `-`, at most 63. So it
/// can be quoted as it is.
bool is_identifier(std::string_view name) noexcept;

/// For people: "schema.name".
std::string describe(const SessionTable& table);

/// Quoted, for a statement.
std::string to_sql(const SessionTable& table);

/// Somebody whom an auth server has signed in.
struct Session {
    std::string user_id;
    base::Instant expires_at;
};

/// The sessions of an auth server, which may begin and end at any moment.
class Sessions {
public:
    virtual ~Sessions() = default;

    /// The one that is kept under one of `tokens`, expired or not. Nothing for one without an
    /// expiry. Throws Error{unavailable}, whose cause names the table, when it is not there, does
    /// not have the columns, or they cannot be read.
    virtual base::Async<std::optional<Session>> find(std::vector<std::string> tokens) = 0;

protected:
    /// What find throws then.
    static base::Error cannot_read(const SessionTable& table, std::string_view why);
};

}  // namespace todod::store
