#include "db/sqlite/connection.hpp"

#include <sqlite3.h>

#include <cassert>
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
        case SQLITE_INTERRUPT:
            throw base::Error::unavailable("The query takes too long.", std::chrono::seconds{1},
                                           std::move(message));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
            throw base::Error::unavailable("The database cannot be used at the moment.",
                                           std::chrono::seconds{1}, std::move(message));
        default:
            throw base::Error{base::ErrorCode::internal, std::move(message)};
    }
}

/// Of SQLite's virtual machine, between two looks whether a statement is to end.
constexpr int steps_between_looks = 10'000;

/// casefold(text): what a title is sorted by, the same as base::fold_case.
void casefold(sqlite3_context* context, int, sqlite3_value** values)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    if (text == nullptr) return sqlite3_result_null(context);
    try {
        const std::string folded = base::fold_case({text, size});
        sqlite3_result_text(context, folded.data(), static_cast<int>(folded.size()),
                            SQLITE_TRANSIENT);
    } catch (...) {
        sqlite3_result_error_nomem(context);  // SQLite's own frames know no exceptions
    }
}

/// SQLite counts its memory under a lock that all connections share, at each allocation; nobody
/// asks for that count.
void configure_once()
{
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);
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
    prepared_.in_use = false;
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

void Prepared::Finalize::operator()(sqlite3_stmt* handle) const noexcept
{
    sqlite3_finalize(handle);
}

Connection::Connection(const std::string& path, Mode mode)
{
    configure_once();
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

Prepared& Connection::prepare(std::string_view sql)
{
    if (const auto known = prepared_.find(sql); known != prepared_.end()) return known->second;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    Prepared prepared;
    prepared.statement.reset(statement);
    if (code != SQLITE_OK) fail(handle_.get(), "prepare a statement");
    // The bound is for SQL that is put together from filters; forgetting all is rare and cheap.
    if (prepared_.size() >= max_prepared) {
        std::erase_if(prepared_, [](const auto& entry) { return !entry.second.in_use; });
    }
    return prepared_.emplace(sql, std::move(prepared)).first->second;
}

Rows Connection::query(std::string_view sql, std::span<const Value> parameters)
{
    Prepared& prepared = prepare(sql);
    sqlite3_stmt* const statement = prepared.statement.get();
    assert(!prepared.in_use);
    // One that is left out would have what was bound to it last, which is gone.
    assert(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) == parameters.size());
    int index = 0;
    for (const Value& value : parameters)
        value.bind(statement, ++index);
    return Rows{prepared};
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

void Connection::watch_log(std::function<void(int pages)> committed)
{
    committed_ = std::make_unique<std::function<void(int)>>(std::move(committed));
    const auto tell = [](void* told, sqlite3*, const char*, int pages) {
        (*static_cast<std::function<void(int)>*>(told))(pages);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_.get(), tell, committed_.get());
}

void Connection::limit_time(std::chrono::milliseconds time)
{
    const auto deadline = std::chrono::steady_clock::now() + time;
    if (deadline_) {
        *deadline_ = deadline;
        return;
    }
    deadline_ = std::make_unique<Deadline>(deadline);
    const auto is_late = [](void* end) {
        return std::chrono::steady_clock::now() > *static_cast<Deadline*>(end) ? 1 : 0;
    };
    sqlite3_progress_handler(handle_.get(), steps_between_looks, is_late, deadline_.get());
}

void Connection::stop_when(std::function<bool()> stop)
{
    stop_ = std::make_unique<std::function<bool()>>(std::move(stop));
    const auto is_over = [](void* told) {
        return (*static_cast<std::function<bool()>*>(told))() ? 1 : 0;
    };
    sqlite3_progress_handler(handle_.get(), steps_between_looks, is_over, stop_.get());
}

void Connection::copy_to(Connection& target,
                         const std::function<void(std::uint64_t pages, std::uint64_t all)>& copied)
{
    struct Finish {
        void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
    };
    constexpr int pages_a_step = 4096;
    // One snapshot for all steps: without it each write of another process begins the copy anew.
    Transaction snapshot{*this, Transaction::Kind::deferred};
    query("SELECT count(*) FROM sqlite_schema").step();
    std::unique_ptr<sqlite3_backup, Finish> backup{
        sqlite3_backup_init(target.handle_.get(), "main", handle_.get(), "main")};
    if (!backup) fail(target.handle_.get(), "copy the database");
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup.get(), pages_a_step);
        const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
        copied(all - left, all);
    }
    // It leaves what went wrong with the target, and nothing where the source was at fault.
    if (code != SQLITE_DONE) {
        backup.reset();
        fail(target.handle_.get(), "copy the database");
    }
}

void Connection::checkpoint() noexcept
{
    sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
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
