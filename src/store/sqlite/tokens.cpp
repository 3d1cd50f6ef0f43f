#include "store/sqlite/tokens.hpp"

#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Token;

namespace {

constexpr auto max_tokens = static_cast<std::int64_t>(Tokens::max_per_user);

types::Scopes read_scopes(const Rows& rows, int column)
{
    return static_cast<types::Scopes>(rows.integer(column));
}

std::optional<std::int64_t> find_user_key(Connection& connection, const std::string& user_id)
{
    auto rows = connection.query("SELECT user_key FROM users WHERE user_id = ?1", {user_id});
    if (!rows.step()) return std::nullopt;
    return rows.integer(0);
}

bool has_room(Connection& connection, std::int64_t user_key)
{
    auto rows = connection.query("SELECT count(*) FROM tokens WHERE user_key = ?1", {user_key});
    return rows.step() && rows.integer(0) < max_tokens;
}

/// Nobody waits for it, and it must not throw.
base::Async<void> write_use(db::sqlite::AsideWriter writer, std::string user_id, base::Uuid id,
                            base::Instant now)
{
    try {
        co_await writer.write([&](Connection& connection) {
            connection.run(
                "UPDATE tokens SET last_used_at = ?3 WHERE id = ?2"
                " AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)"
                " AND (last_used_at IS NULL OR last_used_at <= ?4)",
                {user_id, id, to_integer(now), to_integer(now - Tokens::use_interval)});
        });
    } catch (const std::exception&) {
        co_return;  // The next use is noted instead.
    }
}

/// Ends one of those that wait, on whatever thread.
base::Async<void> count_down_after(base::Async<void> write,
                                   std::shared_ptr<std::atomic<std::size_t>> waiting)
{
    co_await std::move(write);
    --*waiting;
}

}  // namespace

base::Async<std::optional<TokenGrant>> Tokens::find(std::string hash)
{
    co_return co_await reader_.read([&](Connection& connection) -> std::optional<TokenGrant> {
        auto rows = connection.query(
            "SELECT u.user_id, t.id, t.scopes, t.expires_at, t.last_used_at, u.generation"
            " FROM tokens t JOIN users u ON u.user_key = t.user_key WHERE t.hash = ?1",
            {hash});
        if (!rows.step()) return std::nullopt;
        return TokenGrant{
            .user_id = std::string{rows.text(0)},
            .id = rows.uuid(1),
            .scopes = read_scopes(rows, 2),
            .expires_at = maybe_instant(rows, 3),
            .last_used_at = maybe_instant(rows, 4),
            .generation = rows.integer(5),
        };
    });
}

base::Async<std::vector<Token>> Tokens::list(std::string user_id)
{
    co_return co_await reader_.read([&](Connection& connection) {
        auto rows = connection.query(
            "SELECT t.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at"
            " FROM users u JOIN tokens t ON t.user_key = u.user_key WHERE u.user_id = ?1"
            " ORDER BY t.created_at, t.id",
            {user_id});
        std::vector<Token> tokens;
        while (rows.step()) {
            tokens.push_back({rows.uuid(0), std::string{rows.text(1)},
                              types::split(read_scopes(rows, 2)), to_instant(rows.integer(3)),
                              maybe_instant(rows, 4), maybe_instant(rows, 5)});
        }
        return tokens;
    });
}

base::Async<void> Tokens::create(std::string user_id, Token token, std::string hash)
{
    co_await writer_.write([&](Connection& connection) {
        const auto user_key = find_user_key(connection, user_id);
        if (!user_key) fail_without_token_owner();
        const std::int64_t now = to_integer(token.created_at);
        if (!has_room(connection, *user_key)) {
            const std::int64_t expired = connection.run(
                "DELETE FROM tokens WHERE user_key = ?1 AND expires_at <= ?2", {*user_key, now});
            if (expired == 0) fail_with_too_many_tokens();
        }
        const auto expires_at = to_integer(token.expires_at);
        connection.run(
            "INSERT INTO tokens (user_key, id, hash, name, scopes, created_at, expires_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            {*user_key, token.id, hash, token.name, int{types::join(token.scopes)}, now,
             expires_at});
    });
}

base::Async<bool> Tokens::remove(std::string user_id, base::Uuid id)
{
    co_return co_await writer_.write([&](Connection& connection) {
        return connection.run(
                   "DELETE FROM tokens WHERE id = ?2"
                   " AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
                   {user_id, id}) == 1;
    });
}

void Tokens::note_use(std::string user_id, base::Uuid id, base::Instant now)
{
    if (waiting_uses_->load() >= max_waiting_uses) return;
    ++*waiting_uses_;
    base::spawn(
        count_down_after(write_use(writer_.aside(), std::move(user_id), id, now), waiting_uses_));
}

}  // namespace todod::store::sqlite
