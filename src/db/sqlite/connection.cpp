#include "db/sqlite/connection.hpp"

#include <sqlite3.h>

#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::db::sqlite {

namespace {

[[noreturn]] void fail(sqlite3* handle, std::string_view doing)
{
    const int code = handle != nullptr ? sqlite3_errcode(handle) & 0xFF : SQLITE_NOMEM;
    const char* const reason = handle != nullptr ? sqlite3_errmsg(handle) : "out of memory";
    std::string message = fmt::format("SQLite: {}: {}", doing, reason);
    switch (code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
            throw base::Error::unavailable(std::move(message), std::chrono::seconds{1});
        default:
            throw base::Error{base::ErrorCode::internal, std::move(message)};
    }
}

/// casefold(text): what a title is sorted by, the same as base::fold_case.
void casefold(sqlite3_context* context, int, sqlite3_value** values)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    if (text == nullptr) return sqlite3_result_null(context);
    const std::string folded = base::fold_case({text, size});
    sqlite3_result_text(context, folded.data(), static_cast<int>(folded.size()), SQLITE_TRANSIENT);
}

int to_flags(Connection::Mode mode)
{
    // Each connection has one thread at a time: SQLite's own mutexes are not needed.
    constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (mode) {
        case Connection::Mode::read_only:
            return common | SQLITE_OPEN_READONLY;
        case Connection::Mode::read_write:
            return common | SQLITE_OPEN_READWRITE;
        case Connection::Mode::create:
            return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return common;
}

}  // namespace

void Value::bind(sqlite3_stmt* statement, int index) const
{
    int code = SQLITE_OK;
    const auto size = static_cast<sqlite3_uint64>(bytes_.size());
    switch (kind_) {
        case Kind::null:
            code = sqlite3_bind_null(statement, index);
            break;
        case Kind::integer:
            code = sqlite3_bind_int64(statement, index, integer_);
            break;
        case Kind::text:
            code = sqlite3_bind_text64(statement, index, bytes_.data(), size, SQLITE_STATIC,
                                       SQLITE_UTF8);
            break;
        case Kind::blob:
            code = sqlite3_bind_blob64(statement, index, bytes_.data(), size, SQLITE_STATIC);
            break;
    }
    if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), "bind a parameter");
}

Rows::~Rows()
{
    sqlite3_reset(statement_);
}

bool Rows::step()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), "run a statement");
    return false;
}

std::int64_t Rows::integer(int column) const noexcept
{
    return sqlite3_column_int64(statement_, column);
}

bool Rows::is_null(int column) const noexcept
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Rows::text(int column) const noexcept
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

base::Uuid Rows::uuid(int column) const noexcept
{
    base::Uuid uuid;
    const void* const blob = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (size == static_cast<int>(uuid.bytes.size())) {
        std::memcpy(uuid.bytes.data(), blob, uuid.bytes.size());
    }
    return uuid;
}

std::optional<std::string> Rows::maybe_text(int column) const
{
    if (is_null(column)) return std::nullopt;
    return std::string{text(column)};
}

std::optional<std::int64_t> Rows::maybe_integer(int column) const noexcept
{
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

void Connection::Close::operator()(sqlite3* handle) const noexcept
{
    sqlite3_close_v2(handle);
}

void Connection::Finalize::operator()(sqlite3_stmt* statement) const noexcept
{
    sqlite3_finalize(statement);
}

Connection::Connection(const std::string& path, Mode mode)
{
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, to_flags(mode), nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(handle, fmt::format("open '{}'", path));
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    sqlite3_create_function_v2(handle, "casefold", 1,
                               SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                               casefold, nullptr, nullptr, nullptr);
    script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;

sqlite3_stmt* Connection::prepare(std::string_view sql)
{
    if (const auto known = prepared_.find(sql); known != prepared_.end()) {
        return known->second.get();
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    StatementPtr owned{statement};
    if (code != SQLITE_OK) fail(handle_.get(), "prepare a statement");
    // The bound is for SQL that is put together from filters; forgetting all is rare and cheap.
    if (prepared_.size() >= max_prepared) {
        std::erase_if(prepared_, [](const auto& entry) {
            return sqlite3_stmt_busy(entry.second.get()) == 0;
        });
    }
    return prepared_.emplace(sql, std::move(owned)).first->second.get();
}

Rows Connection::query(std::string_view sql, std::span<const Value> parameters)
{
    sqlite3_stmt* const statement = prepare(sql);
    int index = 0;
    for (const Value& value : parameters) value.bind(statement, ++index);
    return Rows{statement};
}

Rows Connection::query(std::string_view sql, std::initializer_list<Value> parameters)
{
    return query(sql, std::span{parameters.begin(), parameters.size()});
}

std::int64_t Connection::run(std::string_view sql, std::initializer_list<Value> parameters)
{
    {
        Rows rows = query(sql, parameters);
        while (rows.step()) {
        }
    }
    return sqlite3_changes64(handle_.get());
}

void Connection::script(const std::string& sql)
{
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_.get(), "run a script");
    }
}

std::int64_t Connection::total_changes() const noexcept
{
    return sqlite3_total_changes64(handle_.get());
}

bool Connection::in_transaction() const noexcept
{
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection)
{
    connection_.run(kind == Kind::immediate ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction()
{
    if (!connection_.in_transaction()) return;
    try {
        connection_.run("ROLLBACK");
    } catch (...) {
        // SQLite has rolled back by itself, or will when the connection is next used.
        return;
    }
}

void Transaction::commit()
{
    connection_.run("COMMIT");
}

}  // namespace todod::db::sqlite
