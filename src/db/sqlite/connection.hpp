#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/uuid.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace todod::db::sqlite {

/// What is bound to a parameter. A text or a blob is not copied: it must stay until its Rows are
/// gone, so a temporary string is refused.
class Value {
public:
    Value(std::nullptr_t) noexcept {}
    Value(std::int64_t integer) noexcept : kind_(Kind::integer), integer_(integer) {}
    Value(int integer) noexcept : Value(std::int64_t{integer}) {}
    Value(bool flag) noexcept : Value(std::int64_t{flag}) {}
    Value(std::string_view text) noexcept : kind_(Kind::text), bytes_(text) {}
    Value(const char* text) noexcept : Value(std::string_view{text}) {}
    Value(const std::string& text) noexcept : Value(std::string_view{text}) {}
    Value(std::string&&) = delete;
    Value(const base::Uuid& uuid) noexcept
        : kind_(Kind::blob),
          bytes_(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size())
    {
    }
    Value(base::Uuid&&) = delete;
    template <class T>
    Value(const std::optional<T>& maybe) noexcept : Value(maybe ? Value{*maybe} : Value{nullptr})
    {
    }
    template <class T>
        requires(!std::is_arithmetic_v<T>)
    Value(std::optional<T>&&) = delete;

    void bind(sqlite3_stmt* statement, int index) const;

private:
    enum class Kind : std::uint8_t { null, integer, text, blob };

    Kind kind_ = Kind::null;
    std::int64_t integer_ = 0;
    std::string_view bytes_;
};

/// A statement that stays prepared for its connection.
struct Prepared {
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };

    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    bool in_use = false;  ///< by Rows: neither to run again nor to be forgotten
};

/// A statement that runs; it is reset when this goes, and must go before the same SQL runs again.
class Rows {
public:
    explicit Rows(Prepared& prepared) noexcept
        : statement_(prepared.statement.get()), prepared_(prepared)
    {
        prepared_.in_use = true;
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();

    /// To the next row; false when there is none. Throws base::Error.
    bool step();

    std::int64_t integer(int column) const noexcept;
    bool is_null(int column) const noexcept;
    /// Valid until the next step().
    std::string_view text(int column) const noexcept;
    base::Uuid uuid(int column) const noexcept;

    std::optional<std::string> maybe_text(int column) const;
    std::optional<std::int64_t> maybe_integer(int column) const noexcept;

private:
    sqlite3_stmt* statement_;
    Prepared& prepared_;
};

/// One connection to a SQLite database, for one thread at a time. SQL that has run stays prepared.
/// Failures are base::Error: `unavailable` when the database is locked or full or its disk fails,
/// else `internal`.
class Connection {
public:
    enum class Mode : std::uint8_t {
        read_only,
        read_write,
        create,  ///< read_write, and made if it is not there
    };
    static constexpr int busy_timeout_ms = 5000;
    static constexpr std::size_t max_prepared = 256;

    Connection(const std::string& path, Mode mode);
    ~Connection();
    Connection(Connection&&) noexcept;

    /// Starts `sql` with its parameters ?1, ?2 … bound.
    Rows query(std::string_view sql, std::initializer_list<Value> parameters = {});
    Rows query(std::string_view sql, std::span<const Value> parameters);

    /// Runs `sql`, which gives no rows, to its end; gives how many rows it changed.
    std::int64_t run(std::string_view sql, std::initializer_list<Value> parameters = {});

    /// Runs a script of several statements, none of them kept prepared.
    void script(const std::string& sql);

    /// Rows changed since the connection was opened.
    std::int64_t total_changes() const noexcept;

    bool in_transaction() const noexcept;

    /// Lets `committed` be told, after each commit, how many pages the log (WAL) has; SQLite then
    /// makes no checkpoint of its own accord. `committed` must not throw.
    void watch_log(std::function<void(int pages)> committed);

    /// Lets every statement fail with Error{unavailable} that still runs after `time` from now.
    void limit_time(std::chrono::milliseconds time);

    /// Lets every statement fail with Error{unavailable} that runs when `stop`, which must not
    /// throw, gives true. In place of limit_time.
    void stop_when(std::function<bool()> stop);

    /// Copies the database as it is at this moment over that of `target`, which nobody else may
    /// use. Others go on writing meanwhile; until it ends their log grows. `copied` is told how far
    /// it is again and again, and may throw.
    void copy_to(Connection& target,
                 const std::function<void(std::uint64_t pages, std::uint64_t all)>& copied);

    /// Moves what it can of the log into the database, without waiting for anybody. That it fails
    /// loses nothing: the log stays.
    void checkpoint() noexcept;

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view sql) const noexcept
        {
            return std::hash<std::string_view>{}(sql);
        }
    };

    Prepared& prepare(std::string_view sql);

    using Deadline = std::chrono::steady_clock::time_point;

    std::unique_ptr<Deadline> deadline_;                   ///< SQLite knows its address
    std::unique_ptr<std::function<void(int)>> committed_;  ///< SQLite knows its address
    std::unique_ptr<std::function<bool()>> stop_;          ///< SQLite knows its address
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> prepared_;
};

/// BEGIN … COMMIT as a scope: rolled back unless committed.
class Transaction {
public:
    enum class Kind : std::uint8_t { deferred, immediate };

    Transaction(Connection& connection, Kind kind);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();

private:
    Connection& connection_;
};

}  // namespace todod::db::sqlite
