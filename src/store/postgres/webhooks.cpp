#include "store/postgres/webhooks.hpp"

#include "store/postgres/webhook_rows.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::SealedWebhook;
using types::Webhook;
using types::WebhookDeadLetter;

namespace {

constexpr auto max_webhooks = static_cast<std::int64_t>(Webhooks::max_per_user);

std::int16_t to_small(const std::vector<types::ChangeKind>& events)
{
    return types::join(events);
}

}  // namespace

base::Async<std::vector<Webhook>> Webhooks::list(std::string user_id)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM webhooks w WHERE w.user_id = $1 ORDER BY w.created_at, w.id",
                    shown_webhook_columns);
    const Rows rows = co_await statements_.run({sql, Parameters::of(user_id), "list_webhooks"});
    std::vector<Webhook> hooks;
    hooks.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row)
        hooks.push_back(read_webhook(rows, row));
    co_return hooks;
}

base::Async<std::optional<SealedWebhook>> Webhooks::find(std::string user_id, base::Uuid id)
{
    static const std::string sql =
        fmt::format("SELECT {}, {} FROM webhooks w WHERE w.user_id = $1 AND w.id = $2",
                    shown_webhook_columns, sealed_webhook_columns);
    const Rows rows = co_await statements_.run({sql, Parameters::of(user_id, id), "find_webhook"});
    if (rows.size() == 0) co_return std::nullopt;
    co_return read_sealed_webhook(rows, 0);
}

base::Async<Webhook> Webhooks::create(std::string user_id, SealedWebhook hook,
                                      std::optional<std::int64_t> from_seq)
{
    // The lock makes whoever makes another, or deletes the account, wait.
    static const std::string sql = fmt::format(
        "INSERT INTO webhooks AS w (user_id, id, url, secret, events, is_active, delivered_seq,"
        " failures, created_at, updated_at)"
        " SELECT u.user_id, $2, $3, $4, $5, $6, coalesce($7 - 1, u.last_change), 0, $8, $9"
        " FROM users u WHERE u.user_id = $1"
        " AND (SELECT count(*) FROM webhooks o WHERE o.user_id = $1) < $10 RETURNING {}",
        shown_webhook_columns);
    const Webhook& shown = hook.shown;
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back({"SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE",
                        Parameters::of(user_id), "lock_user"});
    commands.push_back({sql,
                        Parameters::of(user_id, shown.id, shown.url, hook.secret,
                                       to_small(shown.events), shown.is_active, from_seq,
                                       shown.created_at, shown.updated_at, max_webhooks),
                        "create_webhook"});
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
    if (rows[1].size() == 0) fail_without_webhook_owner();
    if (rows[2].size() == 0) fail_with_too_many_webhooks();
    co_return read_webhook(rows[2], 0);
}

base::Async<std::optional<Webhook>> Webhooks::change(std::string user_id, base::Uuid id,
                                                     types::WebhookChange change, base::Instant now)
{
    static constexpr std::string_view is_new = "(coalesce($3 <> w.url, false) OR $5 IS TRUE)";
    // What an attempt that is under way says of the old URL is not kept as the new one's.
    static constexpr std::string_view is_elsewhere = "coalesce($3 <> w.url, false)";
    static const std::string sql = fmt::format(
        "UPDATE webhooks w SET url = coalesce($3, w.url), events = coalesce($4, w.events),"
        " is_active = coalesce($5, w.is_active),"
        " disabled_reason = CASE WHEN $5 IS NOT TRUE THEN w.disabled_reason END,"
        " failures = CASE WHEN {0} THEN 0 ELSE w.failures END,"
        " next_attempt_at = CASE WHEN NOT {0} THEN w.next_attempt_at END,"
        " failing_since = CASE WHEN NOT {0} THEN w.failing_since END, updated_at = $6,"
        " lease_holder = CASE WHEN NOT {2} THEN w.lease_holder END,"
        " leased_until = CASE WHEN NOT {2} THEN w.leased_until END"
        " WHERE w.user_id = $1 AND w.id = $2 RETURNING {1}",
        is_new, shown_webhook_columns, is_elsewhere);
    std::optional<std::string> url;
    std::optional<std::int16_t> events;
    std::optional<bool> is_active;
    if (change.url.given) url = change.url.value;
    if (change.events.given) events = to_small(change.events.value);
    if (change.is_active.given) is_active = change.is_active.value;
    const Rows rows = co_await statements_.run(
        {sql, Parameters::of(user_id, id, url, events, is_active, now), "change_webhook"});
    if (rows.size() == 0) co_return std::nullopt;
    co_return read_webhook(rows, 0);
}

base::Async<bool> Webhooks::replace_secret(std::string user_id, base::Uuid id, std::string secret,
                                           base::Instant old_until, base::Instant now)
{
    const Rows rows = co_await statements_.run(
        {"UPDATE webhooks SET old_secret = secret, old_secret_until = $4, secret = $3,"
         " updated_at = $5 WHERE user_id = $1 AND id = $2",
         Parameters::of(user_id, id, secret, old_until, now), "replace_webhook_secret"});
    co_return rows.changed() == 1;
}

base::Async<void> Webhooks::reseal(std::string user_id, SealedWebhook before, SealedWebhook hook)
{
    co_await statements_.run(
        {"UPDATE webhooks SET secret = $4, old_secret = $6 WHERE user_id = $1 AND id = $2"
         " AND secret = $3 AND old_secret IS NOT DISTINCT FROM $5",
         Parameters::of(user_id, hook.shown.id, before.secret, hook.secret, before.old_secret,
                        hook.old_secret),
         "reseal_webhook"});
}

base::Async<bool> Webhooks::remove(std::string user_id, base::Uuid id)
{
    const Rows rows =
        co_await statements_.run({"WITH letters AS (DELETE FROM webhook_dead_letters"
                                  " WHERE user_id = $1 AND webhook_id = $2)"
                                  " DELETE FROM webhooks WHERE user_id = $1 AND id = $2",
                                  Parameters::of(user_id, id), "remove_webhook"});
    co_return rows.changed() == 1;
}

base::Async<std::vector<WebhookDeadLetter>> Webhooks::list_dead_letters(std::string user_id,
                                                                        base::Uuid id,
                                                                        std::int64_t since,
                                                                        std::int64_t limit)
{
    const Rows rows = co_await statements_.run(
        {"SELECT seq, failed_at, attempts, last_status, last_error FROM webhook_dead_letters"
         " WHERE user_id = $1 AND webhook_id = $2 AND seq > $3 ORDER BY seq LIMIT $4",
         Parameters::of(user_id, id, since, limit), "list_dead_letters"});
    std::vector<WebhookDeadLetter> letters;
    letters.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        letters.push_back({rows.get<std::int64_t>(row, 0), rows.get<base::Instant>(row, 1),
                           rows.get<std::int64_t>(row, 2), rows.find<std::int64_t>(row, 3),
                           rows.find<std::string>(row, 4)});
    }
    co_return letters;
}

base::Async<void> Webhooks::put_dead_letter(std::string user_id, base::Uuid id,
                                            WebhookDeadLetter letter)
{
    co_await statements_.run(
        {"UPDATE webhook_dead_letters SET failed_at = $4, attempts = $5, last_status = $6,"
         " last_error = $7 WHERE user_id = $1 AND webhook_id = $2 AND seq = $3",
         Parameters::of(user_id, id, letter.seq, letter.failed_at, letter.attempts,
                        letter.last_status, letter.last_error),
         "put_dead_letter"});
}

base::Async<void> Webhooks::remove_dead_letter(std::string user_id, base::Uuid id, std::int64_t seq)
{
    co_await statements_.run(
        {"DELETE FROM webhook_dead_letters WHERE user_id = $1 AND webhook_id = $2 AND seq = $3",
         Parameters::of(user_id, id, seq), "remove_dead_letter"});
}

}  // namespace todod::store::postgres
