#include "store/sqlite/copy_reader.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/time.hpp"
#include "store/sqlite/secret_file.hpp"
#include "store/sqlite/sessions.hpp"
#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using db::sqlite::Transaction;

namespace {

/// As the migration makes user_sessions.
constexpr std::string_view own_sessions = "token TEXT, user_id TEXT, expires_at ";

/// Whoever may write takes the log away when they go, the last of all.
Connection open(const std::string& path, CopyReader::Use use)
{
    Connection connection{path, Connection::Mode::read_write};
    if (use == CopyReader::Use::look) connection.script("PRAGMA query_only = ON");
    connection.script(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;");
    return connection;
}

std::string expression_of(const CopiedTable& table, std::string_view column)
{
    const bool is_users = is_by_user_key(table) && column == "user_id";
    if (is_users) return "u.user_id";
    if (const auto key = one_key_of(table); !key.empty() && column == table.columns[1].name) {
        return fmt::format("t.{} & 4294967295", key);
    }
    if (&table == &copied::tasks && column == "due_whole_day") {
        return "CASE WHEN t.due_at IS NOT NULL THEN t.due_whole_day END";
    }
    return fmt::format("t.{}", column);
}

/// Rows of every user on purpose, each with its user's user_id, in the order of the key. CROSS JOIN
/// goes through the users first, which are in that order by their index.
std::string select_of(const CopiedTable& table)
{
    std::string columns;
    std::string order;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string expression = expression_of(table, table.columns[i].name);
        columns += (i == 0 ? "" : ", ") + expression;
        if (i < table.keys) order += fmt::format("{}{}", i == 0 ? "" : ", ", i + 1);
    }
    if (const std::string_view key = one_key_of(table); !key.empty()) {
        return fmt::format(
            "SELECT {0} FROM users u CROSS JOIN {1} t ON t.{2} BETWEEN u.user_key << 32"
            " AND (u.user_key << 32) + 4294967295 ORDER BY u.user_id, t.{2}",
            columns, table.name, key);
    }
    if (is_by_user_key(table)) {
        return fmt::format(
            "SELECT {} FROM users u CROSS JOIN {} t ON t.user_key = u.user_key ORDER BY {}",
            columns, table.name, order);
    }
    return fmt::format("SELECT {} FROM {} t ORDER BY {}", columns, table.name, order);
}

CopyValue read_session_expiry(std::string_view text)
{
    const auto expiry = read_expiry(text);
    if (!expiry) {
        throw base::Error{base::ErrorCode::conflict,
                          "an expires_at of user_sessions is no instant: delete its row"};
    }
    return base::put_in_calendar(*expiry);
}

CopyValue read_value(const Rows& rows, int column, ColumnKind kind)
{
    if (rows.is_null(column)) return std::monostate{};
    switch (kind) {
        case ColumnKind::text:
        case ColumnKind::json:
            return std::string{rows.text(column)};
        case ColumnKind::integer:
        case ColumnKind::small:
            return rows.integer(column);
        case ColumnKind::boolean:
            return rows.integer(column) != 0;
        case ColumnKind::instant:
            return to_instant(rows.integer(column));
        case ColumnKind::uuid:
            return rows.uuid(column);
    }
    return std::monostate{};
}

CopyRow read_row(const Rows& rows, const CopiedTable& table)
{
    CopyRow row;
    row.reserve(table.columns.size());
    for (const CopiedColumn& column : table.columns) {
        const auto at = static_cast<int>(row.size());
        const bool is_session_expiry =
            &table == &copied::user_sessions && column.kind == ColumnKind::instant;
        row.push_back(is_session_expiry ? read_session_expiry(rows.text(at))
                                        : read_value(rows, at, column.kind));
    }
    return row;
}

}  // namespace

bool is_by_user_key(const CopiedTable& table) noexcept
{
    constexpr std::array by_key{&copied::tasks,
                                &copied::changes,
                                &copied::trash,
                                &copied::idempotency_keys,
                                &copied::tokens,
                                &copied::conversations,
                                &copied::messages,
                                &copied::webhooks,
                                &copied::webhook_dead_letters};
    return std::ranges::find(by_key, &table) != by_key.end();
}

std::string_view one_key_of(const CopiedTable& table) noexcept
{
    if (&table == &copied::changes) return "change_key";
    return &table == &copied::tasks || &table == &copied::trash ? "task_key" : std::string_view{};
}

CopyReader::CopyReader(std::string path, Use use)
    : path_(std::move(path)),
      connection_(open(path_, use)),
      transaction_(connection_,
                   use == Use::look ? Transaction::Kind::deferred : Transaction::Kind::immediate)
{
    // The first read is the moment that the others see.
    connection_.query("SELECT max(number) FROM schema_migrations").step();
}

bool CopyReader::has(const CopiedTable& table)
{
    if (&table != &copied::user_sessions) return true;
    auto rows = connection_.query(
        "SELECT (SELECT group_concat(name || ' ' || type, ', ')"
        " FROM pragma_table_info('user_sessions')) FROM sqlite_schema"
        " WHERE type = 'table' AND name = 'user_sessions'");
    return rows.step() && rows.text(0) == own_sessions;
}

void CopyReader::read(const CopiedTable& table, const TakeRows& take)
{
    std::vector<CopyRow> page;
    std::int64_t count = 0;
    const auto give = [&] {
        if (page.empty()) return;
        take(page);
        count += static_cast<std::int64_t>(page.size());
        page.clear();
    };
    {
        auto rows = connection_.query(select_of(table));
        while (rows.step()) {
            page.push_back(read_row(rows, table));
            if (page.size() == table.page) give();
        }
    }
    give();
    check_count(table, count);
}

/// What no user owns is not found by the users.
void CopyReader::check_count(const CopiedTable& table, std::int64_t read)
{
    auto rows = connection_.query(fmt::format("SELECT count(*) FROM {}", table.name));
    if (!rows.step() || rows.integer(0) == read) return;
    throw base::Error{base::ErrorCode::conflict,
                      fmt::format("{} of the rows of {} in {} belong to no user",
                                  rows.integer(0) - read, table.name, path_)};
}

std::optional<std::string> CopyReader::find_secret()
{
    return find_secret_file(path_);
}

}  // namespace todod::store::sqlite
