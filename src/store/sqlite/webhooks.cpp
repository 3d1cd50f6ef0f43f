#include "store/sqlite/webhooks.hpp"

#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/webhook_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::SealedWebhook;
using types::Webhook;
using types::WebhookDeadLetter;

namespace {

constexpr auto max_webhooks = static_cast<std::int64_t>(Webhooks::max_per_user);

struct Owner {
    std::int64_t user_key = 0;
    std::int64_t last_change = 0;
};

std::optional<Owner> find_owner(Connection& connection, const std::string& user_id)
{
    auto rows =
        connection.query("SELECT user_key, last_change FROM users WHERE user_id = ?1", {user_id});
    if (!rows.step()) return std::nullopt;
    return Owner{rows.integer(0), rows.integer(1)};
}

bool has_room(Connection& connection, std::int64_t user_key)
{
    auto rows = connection.query("SELECT count(*) FROM webhooks WHERE user_key = ?1", {user_key});
    return rows.step() && rows.integer(0) < max_webhooks;
}

}  // namespace

base::Async<std::vector<Webhook>> Webhooks::list(std::string user_id)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM webhooks WHERE user_key = {} ORDER BY created_at, id",
                    shown_webhook_columns, user_key_of);
    co_return co_await reader_.read([&](Connection& connection) {
        std::vector<Webhook> hooks;
        auto rows = connection.query(sql, {user_id});
        while (rows.step())
            hooks.push_back(read_webhook(rows));
        return hooks;
    });
}

base::Async<std::optional<SealedWebhook>> Webhooks::find(std::string user_id, base::Uuid id)
{
    static const std::string sql =
        fmt::format("SELECT {}, {} FROM webhooks WHERE user_key = {} AND id = ?2",
                    shown_webhook_columns, sealed_webhook_columns, user_key_of);
    co_return co_await reader_.read([&](Connection& connection) -> std::optional<SealedWebhook> {
        auto rows = connection.query(sql, {user_id, id});
        if (!rows.step()) return std::nullopt;
        return read_sealed_webhook(rows);
    });
}

base::Async<Webhook> Webhooks::create(std::string user_id, SealedWebhook hook,
                                      std::optional<std::int64_t> from_seq)
{
    static const std::string sql = fmt::format(
        "INSERT INTO webhooks (user_key, id, url, secret, events, is_active, delivered_seq,"
        " failures, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9)"
        " RETURNING {}",
        shown_webhook_columns);
    co_return co_await writer_.write([&](Connection& connection) {
        const auto owner = find_owner(connection, user_id);
        if (!owner) fail_without_webhook_owner();
        if (!has_room(connection, owner->user_key)) fail_with_too_many_webhooks();
        const Webhook& shown = hook.shown;
        auto rows = connection.query(
            sql, {owner->user_key, shown.id, shown.url, hook.secret, int{types::join(shown.events)},
                  shown.is_active, from_seq ? *from_seq - 1 : owner->last_change,
                  to_integer(shown.created_at), to_integer(shown.updated_at)});
        rows.step();
        return read_webhook(rows);
    });
}

base::Async<std::optional<Webhook>> Webhooks::change(std::string user_id, base::Uuid id,
                                                     types::WebhookChange change, base::Instant now)
{
    static constexpr std::string_view is_new = "(coalesce(?3 <> url, 0) OR ?5 IS 1)";
    // What an attempt that is under way says of the old URL is not kept as the new one's.
    static constexpr std::string_view is_elsewhere = "coalesce(?3 <> url, 0)";
    static const std::string sql = fmt::format(
        "UPDATE webhooks SET url = coalesce(?3, url), events = coalesce(?4, events),"
        " is_active = coalesce(?5, is_active),"
        " disabled_reason = CASE WHEN ?5 IS NOT 1 THEN disabled_reason END,"
        " failures = CASE WHEN {0} THEN 0 ELSE failures END,"
        " next_attempt_at = CASE WHEN NOT {0} THEN next_attempt_at END,"
        " failing_since = CASE WHEN NOT {0} THEN failing_since END, updated_at = ?6,"
        " lease_holder = CASE WHEN NOT {3} THEN lease_holder END,"
        " leased_until = CASE WHEN NOT {3} THEN leased_until END"
        " WHERE user_key = {2} AND id = ?2 RETURNING {1}",
        is_new, shown_webhook_columns, user_key_of, is_elsewhere);
    std::optional<std::string> url;
    std::optional<std::int64_t> events;
    std::optional<bool> is_active;
    if (change.url.given) url = change.url.value;
    if (change.events.given) events = types::join(change.events.value);
    if (change.is_active.given) is_active = change.is_active.value;
    co_return co_await writer_.write([&](Connection& connection) -> std::optional<Webhook> {
        auto rows = connection.query(sql, {user_id, id, url, events, is_active, to_integer(now)});
        if (!rows.step()) return std::nullopt;
        return read_webhook(rows);
    });
}

base::Async<bool> Webhooks::replace_secret(std::string user_id, base::Uuid id, std::string secret,
                                           base::Instant old_until, base::Instant now)
{
    static const std::string sql = fmt::format(
        "UPDATE webhooks SET old_secret = secret, old_secret_until = ?4, secret = ?3,"
        " updated_at = ?5 WHERE user_key = {} AND id = ?2",
        user_key_of);
    co_return co_await writer_.write([&](Connection& connection) {
        return connection.run(sql, {user_id, id, secret, to_integer(old_until), to_integer(now)}) ==
               1;
    });
}

base::Async<void> Webhooks::reseal(std::string user_id, SealedWebhook before, SealedWebhook hook)
{
    static const std::string sql = fmt::format(
        "UPDATE webhooks SET secret = ?4, old_secret = ?6 WHERE user_key = {} AND id = ?2"
        " AND secret = ?3 AND old_secret IS ?5",
        user_key_of);
    co_await writer_.write([&](Connection& connection) {
        connection.run(sql, {user_id, hook.shown.id, before.secret, hook.secret, before.old_secret,
                             hook.old_secret});
    });
}

base::Async<bool> Webhooks::remove(std::string user_id, base::Uuid id)
{
    static const std::string letters_sql = fmt::format(
        "DELETE FROM webhook_dead_letters WHERE user_key = {} AND webhook_id = ?2", user_key_of);
    static const std::string sql =
        fmt::format("DELETE FROM webhooks WHERE user_key = {} AND id = ?2", user_key_of);
    co_return co_await writer_.write([&](Connection& connection) {
        connection.run(letters_sql, {user_id, id});
        return connection.run(sql, {user_id, id}) == 1;
    });
}

base::Async<std::vector<WebhookDeadLetter>> Webhooks::list_dead_letters(std::string user_id,
                                                                        base::Uuid id,
                                                                        std::int64_t since,
                                                                        std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT seq, failed_at, attempts, last_status, last_error FROM webhook_dead_letters"
        " WHERE user_key = {} AND webhook_id = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4",
        user_key_of);
    co_return co_await reader_.read([&](Connection& connection) {
        std::vector<WebhookDeadLetter> letters;
        auto rows = connection.query(sql, {user_id, id, since, limit});
        while (rows.step()) {
            letters.push_back({rows.integer(0), to_instant(rows.integer(1)), rows.integer(2),
                               rows.maybe_integer(3), rows.maybe_text(4)});
        }
        return letters;
    });
}

base::Async<void> Webhooks::put_dead_letter(std::string user_id, base::Uuid id,
                                            WebhookDeadLetter letter)
{
    static const std::string sql = fmt::format(
        "UPDATE webhook_dead_letters SET failed_at = ?4, attempts = ?5, last_status = ?6,"
        " last_error = ?7 WHERE user_key = {} AND webhook_id = ?2 AND seq = ?3",
        user_key_of);
    co_await writer_.write([&](Connection& connection) {
        connection.run(sql, {user_id, id, letter.seq, to_integer(letter.failed_at), letter.attempts,
                             letter.last_status, letter.last_error});
    });
}

base::Async<void> Webhooks::remove_dead_letter(std::string user_id, base::Uuid id, std::int64_t seq)
{
    static const std::string sql = fmt::format(
        "DELETE FROM webhook_dead_letters WHERE user_key = {} AND webhook_id = ?2 AND seq = ?3",
        user_key_of);
    co_await writer_.write(
        [&](Connection& connection) { connection.run(sql, {user_id, id, seq}); });
}

}  // namespace todod::store::sqlite
