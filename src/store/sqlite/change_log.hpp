#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/sqlite/connection.hpp"
#include "store/accounts.hpp"
#include "types/change.hpp"

namespace todod::store::sqlite {

/// The change set that a user's writes belong to, as a job of the writer needs it: it may run more
/// than once, so it must not touch the scope itself.
struct ChangeSetInHand {
    explicit ChangeSetInHand(const User& user);

    types::Origin origin{};
    std::string stored_origin;         ///< JSON
    std::optional<std::int64_t> id{};  ///< nothing: nothing has been changed yet
};

/// After the commit: lets the scope of `user` know the number of its set, which it may have.
void keep_changeset(const User& user, std::optional<std::int64_t> changeset_id);

/// A change as it stands in the table. The texts must stay until it has been added.
struct ChangeRow {
    std::int64_t user_key = 0;
    std::int64_t seq = 0;
    std::int64_t changeset_id = 0;
    base::Instant at{};
    types::ChangeKind kind{};
    base::Uuid task_id{};
    std::int64_t task_number = 0;
    std::int64_t version = 0;
    std::optional<std::int64_t> undoes{};
    std::int64_t previous = 0;
    std::optional<std::string_view> before{};
    std::optional<std::string_view> after{};
    std::string_view origin;
};

/// Adds it to the log. The user's row counts it already.
void add_change(db::sqlite::Connection& connection, const ChangeRow& row);

/// The seq of the user's next change.
struct NextChange {
    std::int64_t user_key = 0;
    std::int64_t seq = 0;
};

/// Counts a change of a user who is there.
NextChange count_change(db::sqlite::Connection& connection, const std::string& user_id);

/// What read_change reads, in this order, of the table `changes`.
inline constexpr std::string_view change_columns =
    "changes.change_key, changes.changeset_id, changes.at, changes.kind, changes.task_id,"
    " changes.task_number, changes.version, changes.undoes, changes.previous, changes.before,"
    " changes.after, changes.origin";

types::Change read_change(const db::sqlite::Rows& rows);

/// Erases at most `limit` of the user's log, the oldest first, and as much of the trash; gives the
/// larger of the two numbers.
std::int64_t erase_changes(db::sqlite::Connection& connection, const std::string& user_id,
                           std::int64_t limit);

}  // namespace todod::store::sqlite
