#include <algorithm>

#include "store/postgres/webhook_rows.hpp"
#include "store/postgres/webhooks.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Webhook;
using types::WebhookDeadLetter;

namespace {

constexpr auto max_letters = static_cast<std::int64_t>(Webhooks::max_dead_letters);
constexpr std::size_t uuid_length = 36;

/// A hook's place among all of them: its id and then its user's.
struct Place {
    std::string user_id;
    base::Uuid id;

    auto operator<=>(const Place&) const = default;
};

Place read_place(std::string_view text)
{
    const auto id = base::parse_uuid(text.substr(0, uuid_length));
    if (!id) return {};
    return {std::string{text.substr(uuid_length)}, *id};
}

std::string write_place(const Place& place)
{
    return base::to_string(place.id) + place.user_id;
}

/// The last hook that a claim looks at, if there are more.
Command find_last_looked_at(const Place& after)
{
    return {
        "SELECT w.user_id, w.id FROM webhooks w WHERE (w.user_id, w.id) > ($1, $2)"
        " ORDER BY w.user_id, w.id OFFSET $3 LIMIT 1",
        Parameters::of(after.user_id, after.id,
                       static_cast<std::int64_t>(Webhooks::max_looked_at - 1)),
        "last_webhook_looked_at"};
}

/// What another replica takes at the moment is left to it.
Command take(const Place& after, const ClaimWebhooks& claim)
{
    static const std::string sql = fmt::format(
        "WITH looked AS (SELECT w.user_id, w.id FROM webhooks w"
        " WHERE (w.user_id, w.id) > ($1, $2) ORDER BY w.user_id, w.id LIMIT $3),"
        " due AS (SELECT w.user_id, w.id FROM looked l"
        " JOIN webhooks w ON w.user_id = l.user_id AND w.id = l.id"
        " JOIN users u ON u.user_id = w.user_id"
        " WHERE w.is_active AND u.last_change > w.delivered_seq"
        " AND (w.next_attempt_at IS NULL OR w.next_attempt_at <= $5)"
        " AND (w.leased_until IS NULL OR w.leased_until <= $5)"
        " ORDER BY w.user_id, w.id LIMIT $4 FOR UPDATE OF w SKIP LOCKED)"
        " UPDATE webhooks w SET leased_until = $6, lease_holder = $7 FROM due d"
        " WHERE w.user_id = d.user_id AND w.id = d.id RETURNING {}, {}, w.user_id",
        shown_webhook_columns, sealed_webhook_columns);
    return {sql,
            Parameters::of(
                after.user_id, after.id, static_cast<std::int64_t>(Webhooks::max_looked_at),
                static_cast<std::int64_t>(claim.limit), claim.now, claim.until, claim.holder),
            "claim_webhooks"};
}

Command keep_progress(const LeasedWebhook& lease, const WebhookProgress& progress)
{
    static const std::string sql = fmt::format(
        "UPDATE webhooks w SET delivered_seq = $5, failures = $6, next_attempt_at = $7,"
        " failing_since = $8, last_status = $9, last_error = $10,"
        " is_active = w.is_active AND $11 IS NULL,"
        " disabled_reason = coalesce($11, w.disabled_reason), leased_until = $12,"
        " lease_holder = CASE WHEN $12 IS NOT NULL THEN w.lease_holder END"
        " WHERE w.user_id = $1 AND w.id = $2 AND w.lease_holder = $3 AND w.delivered_seq = $4"
        " RETURNING {}, {}, w.user_id",
        shown_webhook_columns, sealed_webhook_columns);
    const Webhook& before = lease.hook.shown;
    const Webhook& shown = progress.shown;
    return {sql,
            Parameters::of(lease.user_id, before.id, lease.holder, before.delivered_seq,
                           shown.delivered_seq, shown.failures, shown.next_attempt_at,
                           shown.failing_since, shown.last_status, shown.last_error,
                           shown.disabled_reason, progress.until),
            "keep_webhook_progress"};
}

/// Only where the progress has been kept: the lease still holds.
Command add_letter(const LeasedWebhook& lease, const WebhookDeadLetter& letter)
{
    return {
        "INSERT INTO webhook_dead_letters AS d"
        " (user_id, webhook_id, seq, failed_at, attempts, last_status, last_error)"
        " SELECT w.user_id, w.id, $4, $5, $6, $7, $8 FROM webhooks w"
        " WHERE w.user_id = $1 AND w.id = $2 AND w.delivered_seq = $4"
        " AND w.lease_holder = $3"
        " ON CONFLICT (user_id, webhook_id, seq) DO UPDATE SET failed_at = excluded.failed_at,"
        " attempts = excluded.attempts, last_status = excluded.last_status,"
        " last_error = excluded.last_error",
        Parameters::of(lease.user_id, lease.hook.shown.id, lease.holder, letter.seq,
                       letter.failed_at, letter.attempts, letter.last_status, letter.last_error),
        "add_dead_letter"};
}

Command forget_letters(const LeasedWebhook& lease)
{
    return {
        "DELETE FROM webhook_dead_letters WHERE user_id = $1 AND webhook_id = $2"
        " AND seq <= (SELECT d.seq FROM webhook_dead_letters d WHERE d.user_id = $1"
        " AND d.webhook_id = $2 ORDER BY d.seq DESC OFFSET $3 LIMIT 1)",
        Parameters::of(lease.user_id, lease.hook.shown.id, max_letters), "forget_dead_letters"};
}

}  // namespace

base::Async<ClaimedWebhooks> Webhooks::claim(ClaimWebhooks claim)
{
    const Place after = read_place(claim.after);
    std::vector<Command> commands;
    commands.push_back(find_last_looked_at(after));
    commands.push_back(take(after, claim));
    const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
    ClaimedWebhooks claimed;
    Place last;
    for (int row = 0; row < rows[1].size(); ++row) {
        claimed.leases.push_back(read_lease(rows[1], row, claim.holder, claim.until));
        const LeasedWebhook& lease = claimed.leases.back();
        last = std::max(last, Place{lease.user_id, lease.hook.shown.id});
    }
    if (claimed.leases.size() == claim.limit) {
        claimed.next = write_place(last);
    } else if (rows[0].size() > 0) {
        claimed.next = write_place({rows[0].get<std::string>(0, 0), rows[0].get<base::Uuid>(0, 1)});
    }
    co_return claimed;
}

base::Async<std::optional<LeasedWebhook>> Webhooks::keep(LeasedWebhook lease,
                                                         WebhookProgress progress)
{
    std::vector<Command> commands;
    commands.push_back(keep_progress(lease, progress));
    if (progress.dead_letter) {
        commands.push_back(add_letter(lease, *progress.dead_letter));
        commands.push_back(forget_letters(lease));
    }
    const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
    if (rows[0].size() == 0) co_return std::nullopt;
    co_return read_lease(rows[0], 0, lease.holder, progress.until.value_or(lease.until));
}

}  // namespace todod::store::postgres
