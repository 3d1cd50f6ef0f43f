#include "store/sqlite/kept_answers.hpp"

#include <charconv>

#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

namespace {

/// What a keyed request forgets of its user's.
constexpr std::int64_t forgotten_on_the_way = 4;

/// What one write forgets at most: of how many users, and how much of all of them.
constexpr int swept_users = 100;
constexpr std::int64_t swept_answers = 1000;

std::int64_t forget(Connection& connection, std::int64_t user_key, base::Instant until,
                    std::int64_t limit)
{
    return connection.run(
        "DELETE FROM idempotency_keys WHERE (user_key, operation, key) IN"
        " (SELECT user_key, operation, key FROM idempotency_keys"
        " WHERE user_key = ?1 AND created_at <= ?2 ORDER BY created_at LIMIT ?3)",
        {user_key, to_integer(until), limit});
}

std::optional<std::int64_t> next_user(Connection& connection, std::int64_t after)
{
    auto rows =
        connection.query("SELECT min(user_key) FROM idempotency_keys WHERE user_key > ?1", {after});
    return rows.step() ? rows.maybe_integer(0) : std::nullopt;
}

}  // namespace

std::optional<KeptAnswer> find_answer(Connection& connection, const std::string& user_id,
                                      const Idempotency& request)
{
    auto rows = connection.query(
        "SELECT k.fingerprint, k.answer, k.created_at FROM users JOIN idempotency_keys k"
        " ON k.user_key = users.user_key AND k.operation = ?2 AND k.key = ?3"
        " WHERE users.user_id = ?1 AND k.created_at > ?4",
        {user_id, request.operation, request.key, to_integer(last_expired(request.now))});
    if (!rows.step()) return std::nullopt;
    check_fingerprint(request, rows.text(0));
    return KeptAnswer{std::string{rows.text(0)}, std::string{rows.text(1)},
                      to_instant(rows.integer(2))};
}

void keep_answer(Connection& connection, const std::string& user_id, const Idempotency& request,
                 const std::string& answer)
{
    std::int64_t user_key = 0;
    {
        auto rows = connection.query("SELECT user_key FROM users WHERE user_id = ?1", {user_id});
        if (!rows.step()) return;
        user_key = rows.integer(0);
    }
    forget(connection, user_key, last_expired(request.now), forgotten_on_the_way);
    connection.run(
        "INSERT OR REPLACE INTO idempotency_keys"
        " (user_key, operation, key, fingerprint, answer, created_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        {user_key, request.operation, request.key, request.fingerprint, answer,
         to_integer(request.now)});
}

std::optional<std::string> forget_answers(Connection& connection, const std::string& after,
                                          base::Instant until)
{
    std::int64_t user_key = 0;
    std::from_chars(after.data(), after.data() + after.size(), user_key);
    std::int64_t left = swept_answers;
    for (int i = 0; i < swept_users; ++i) {
        const auto next = next_user(connection, user_key);
        if (!next) return std::nullopt;
        left -= forget(connection, *next, until, left);
        if (left == 0) break;  // this user may have more
        user_key = *next;
    }
    return std::to_string(user_key);
}

std::int64_t erase_answers(Connection& connection, const std::string& user_id, std::int64_t limit)
{
    return connection.run(
        "DELETE FROM idempotency_keys WHERE (user_key, operation, key) IN"
        " (SELECT k.user_key, k.operation, k.key FROM users JOIN idempotency_keys k"
        " ON k.user_key = users.user_key WHERE users.user_id = ?1 LIMIT ?2)",
        {user_id, limit});
}

}  // namespace todod::store::sqlite
