#include "store/postgres/copy_reader.hpp"

#include "db/postgres/binary.hpp"
#include "store/postgres/secrets.hpp"

namespace todod::store::postgres {

using db::postgres::Json;
using db::postgres::Rows;

namespace {

/// As the migration makes user_sessions.
constexpr std::string_view own_sessions =
    "token text, user_id text, expires_at timestamp with time zone";

/// Nothing here has a limit of time, and what is read is read in the order of an index, at once.
constexpr std::string_view options =
    "; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
    " SET LOCAL lock_timeout = '30s'; SET LOCAL jit = off; SET LOCAL enable_sort = off;"
    " SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off";

std::string begin(CopyReader::Use use)
{
    const bool looks = use == CopyReader::Use::look;
    return fmt::format("BEGIN ISOLATION LEVEL {}{}",
                       looks ? "REPEATABLE READ, READ ONLY" : "READ COMMITTED, READ WRITE",
                       options);
}

std::string expression_of(const CopiedTable& table, std::string_view column)
{
    if (&table == &copied::tokens && column == "hash") return "h.hash";
    if (&table == &copied::tasks && column == "due_whole_day") {
        return "CASE WHEN t.due_at IS NOT NULL THEN coalesce(t.due_whole_day, false) END";
    }
    // An auth server may say `infinity`; as far away is as good (postgres/sessions.cpp).
    if (&table == &copied::user_sessions && column == "expires_at") {
        return "least(greatest(t.expires_at, 'epoch'), to_timestamp(100000000000))";
    }
    return fmt::format("t.{}", column);
}

/// Every user's rows on purpose, in the order of the key.
std::string select_of(const CopiedTable& table)
{
    std::string columns;
    std::string order;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string_view name = table.columns[i].name;
        columns += fmt::format("{}{}", i == 0 ? "" : ", ", expression_of(table, name));
        if (i < table.keys) order += fmt::format("{}t.{}", i == 0 ? "" : ", ", name);
    }
    const std::string_view join =
        &table == &copied::tokens
            ? " LEFT JOIN token_hashes h ON h.user_id = t.user_id AND h.id = t.id"
            : "";
    return fmt::format("SELECT {} FROM {} t{} ORDER BY {}", columns, table.name, join, order);
}

CopyValue read_value(const Rows& rows, int row, int column, ColumnKind kind)
{
    if (rows.is_null(row, column)) return std::monostate{};
    switch (kind) {
        case ColumnKind::text:
            return rows.get<std::string>(row, column);
        case ColumnKind::json:
            return rows.get<Json>(row, column).text;
        case ColumnKind::integer:
            return rows.get<std::int64_t>(row, column);
        case ColumnKind::small:
            return std::int64_t{rows.get<std::int16_t>(row, column)};
        case ColumnKind::boolean:
            return rows.get<bool>(row, column);
        case ColumnKind::instant:
            return rows.get<base::Instant>(row, column);
        case ColumnKind::uuid:
            return rows.get<base::Uuid>(row, column);
    }
    return std::monostate{};
}

std::vector<CopyRow> read_rows(const Rows& rows, const CopiedTable& table)
{
    std::vector<CopyRow> read(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        CopyRow& values = read[static_cast<std::size_t>(row)];
        values.reserve(table.columns.size());
        for (const CopiedColumn& column : table.columns) {
            values.push_back(read_value(rows, row, static_cast<int>(values.size()), column.kind));
        }
    }
    return read;
}

}  // namespace

CopyReader::CopyReader(const db::postgres::Settings& settings, Use use) : session_(settings)
{
    session_.script(begin(use));
    // The first read is the moment that the others see.
    session_.query("SELECT 1");
}

bool CopyReader::has(const CopiedTable& table)
{
    if (&table != &copied::user_sessions) return true;
    if (!has_sessions_) {
        const Rows rows = session_.query(
            "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', '"
            " ORDER BY attnum) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            " WHERE attrelid = to_regclass('user_sessions') AND attnum > 0 AND NOT attisdropped"
            " AND c.relkind IN ('r', 'p')");
        has_sessions_ = rows.find<std::string>(0, 0) == own_sessions;
    }
    return *has_sessions_;
}

void CopyReader::read(const CopiedTable& table, const TakeRows& take)
{
    session_.script("DECLARE copied NO SCROLL CURSOR FOR " + select_of(table));
    const std::string fetch = fmt::format("FETCH FORWARD {} FROM copied", table.page);
    for (;;) {
        const auto rows = read_rows(session_.query(fetch), table);
        if (rows.empty()) break;
        take(rows);
    }
    session_.script("CLOSE copied");
}

std::optional<std::string> CopyReader::find_secret()
{
    return postgres::find_secret(session_);
}

}  // namespace todod::store::postgres
