#include "store/sqlite/accounts.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/sqlite/change_log.hpp"
#include "store/sqlite/conversations.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"
#include "store/sqlite/webhook_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Account;

namespace {

constexpr std::string_view account_columns =
    "user_id, name, email, password_hash, generation, tokens_valid_from, created_at";

std::optional<Account> read_account(Rows& rows)
{
    if (!rows.step()) return std::nullopt;
    return Account{
        .user_id = std::string{rows.text(0)},
        .name = rows.maybe_text(1),
        .email = rows.maybe_text(2),
        .password_hash = rows.maybe_text(3),
        .created_at = to_instant(rows.integer(6)),
        .generation = rows.integer(4),
        .tokens_valid_from = maybe_instant(rows, 5),
    };
}

std::optional<Standing> read_standing(Connection& connection, const std::string& user_id)
{
    auto rows = connection.query(
        "SELECT generation, tokens_valid_from FROM users WHERE user_id = ?1", {user_id});
    if (!rows.step()) return std::nullopt;
    return Standing{rows.integer(0), maybe_instant(rows, 1)};
}

bool is_deleted(Connection& connection, const std::string& user_id)
{
    return connection.query("SELECT 1 FROM deleted_users WHERE user_id = ?1", {user_id}).step();
}

/// How much one write erases, of each: tasks, changes, conversations and what else is many.
constexpr std::int64_t erased_at_once = 1000;

/// No conversation comes after it.
constexpr std::int64_t last_conversation = std::numeric_limits<std::int64_t>::max();

/// Erases at most `erased_at_once` of the user's tasks, the oldest first; gives how many.
std::int64_t erase_tasks(Connection& connection, const std::string& user_id)
{
    note_words_of(connection, user_id, erased_at_once);
    const std::int64_t erased = connection.run(
        "DELETE FROM tasks WHERE task_key IN (SELECT task_key FROM tasks"
        " WHERE task_key BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
        " AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1)"
        " ORDER BY task_key LIMIT ?2)",
        {user_id, erased_at_once});
    connection.run("UPDATE users SET task_count = task_count - ?2 WHERE user_id = ?1",
                   {user_id, erased});
    return erased;
}

}  // namespace

base::Async<std::optional<Account>> Accounts::find(std::string user_id)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM users WHERE user_id = ?1", account_columns);
    co_return co_await reader_.read([&](Connection& connection) {
        auto rows = connection.query(sql, {user_id});
        return read_account(rows);
    });
}

base::Async<std::optional<Account>> Accounts::find_by_email(std::string email)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM users WHERE email_folded = ?1", account_columns);
    const std::string folded = base::fold_case(email);
    co_return co_await reader_.read([&](Connection& connection) {
        auto rows = connection.query(sql, {folded});
        return read_account(rows);
    });
}

base::Async<std::optional<Standing>> Accounts::find_standing(std::string user_id)
{
    co_return co_await reader_.read(
        [&](Connection& connection) { return read_standing(connection, user_id); });
}

base::Async<std::optional<Standing>> Accounts::ensure(std::string user_id, base::Instant now)
{
    // Asked first among the readers: a deleted user's token must not keep the writer busy.
    const bool deleted = co_await reader_.read(
        [&](Connection& connection) { return is_deleted(connection, user_id); });
    if (deleted) co_return std::nullopt;
    co_return co_await writer_.write([&](Connection& connection) -> std::optional<Standing> {
        if (is_deleted(connection, user_id)) return std::nullopt;
        connection.run(
            "INSERT INTO users (user_id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            {user_id, to_integer(now)});
        return read_standing(connection, user_id);
    });
}

base::Async<void> Accounts::create(Account account)
{
    std::optional<std::string> folded;
    if (account.email) folded = base::fold_case(*account.email);
    co_await writer_.write([&](Connection& connection) {
        const std::int64_t made = connection.run(
            "INSERT INTO users (user_id, name, email, email_folded, password_hash, created_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            {account.user_id, account.name, account.email, folded, account.password_hash,
             to_integer(account.created_at)});
        if (made == 0) {
            throw base::Error{base::ErrorCode::bad_request,
                              "There is an account with this e-mail already."};
        }
    });
}

base::Async<bool> Accounts::change_password(std::string user_id, std::int64_t generation,
                                            std::string hash, base::Instant now)
{
    co_return co_await writer_.write([&](Connection& connection) {
        return connection.run(
                   "UPDATE users SET password_hash = ?3, generation = generation + 1,"
                   " tokens_valid_from = ?4 WHERE user_id = ?1 AND generation = ?2",
                   {user_id, generation, hash, to_integer(now)}) == 1;
    });
}

base::Async<void> Accounts::replace_hash(std::string user_id, std::string old_hash,
                                         std::string new_hash)
{
    co_await writer_.write([&](Connection& connection) {
        connection.run(
            "UPDATE users SET password_hash = ?3 WHERE user_id = ?1 AND password_hash = ?2",
            {user_id, old_hash, new_hash});
    });
}

base::Async<std::vector<types::AccountSummary>> Accounts::list_all()
{
    co_return co_await reader_.read([](Connection& connection) {
        auto rows = connection.query(
            "SELECT user_id, name, email, task_count, created_at FROM users ORDER BY user_key");
        std::vector<types::AccountSummary> accounts;
        while (rows.step()) {
            accounts.push_back({std::string{rows.text(0)}, rows.maybe_text(1), rows.maybe_text(2),
                                rows.integer(3), to_instant(rows.integer(4))});
        }
        return accounts;
    });
}

base::Async<void> Accounts::remove(std::string user_id, base::Instant now)
{
    // In pieces, so that nobody else's write waits for long. One that is cut short by a crash has
    // not been answered, and can be asked for again.
    bool done = false;
    while (!done) {
        done = co_await writer_.write([&](Connection& connection) {
            connection.run("DELETE FROM api_keys WHERE user_id = ?1", {user_id});
            erase_webhooks(connection, user_id);
            if (erase_tasks(connection, user_id) == erased_at_once) return false;
            if (erase_answers(connection, user_id, erased_at_once) == erased_at_once) return false;
            if (erase_changes(connection, user_id, erased_at_once) == erased_at_once) return false;
            if (!erase_conversations(connection, user_id, 1, last_conversation, erased_at_once))
                return false;
            connection.run(
                "DELETE FROM tokens"
                " WHERE user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
                {user_id});
            connection.run("DELETE FROM users WHERE user_id = ?1", {user_id});
            connection.run(
                "INSERT INTO deleted_users (user_id, deleted_at) VALUES (?1, ?2)"
                " ON CONFLICT DO NOTHING",
                {user_id, to_integer(now)});
            return true;
        });
    }
}

}  // namespace todod::store::sqlite
