#include <charconv>

#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/webhook_rows.hpp"
#include "store/sqlite/webhooks.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Webhook;

namespace {

constexpr auto max_letters = static_cast<std::int64_t>(Webhooks::max_dead_letters);
constexpr std::size_t uuid_length = 36;

/// A hook's place among all of them: its id and then its user's key.
struct Place {
    std::int64_t user_key = 0;
    base::Uuid id;
};

Place read_place(std::string_view text)
{
    const auto id = base::parse_uuid(text.substr(0, uuid_length));
    if (!id) return {};
    Place place{0, *id};
    std::from_chars(text.data() + uuid_length, text.data() + text.size(), place.user_key);
    return place;
}

std::string write_place(const Place& place)
{
    return base::to_string(place.id) + std::to_string(place.user_key);
}

/// What a claim may take, and where it goes on.
struct Due {
    std::vector<Place> places;
    std::optional<std::string> next;
};

/// Looked for among the readers: while there is nothing to send, the writer is left in peace.
Due find_due(Connection& connection, const ClaimWebhooks& claim)
{
    constexpr auto looked_at = static_cast<std::int64_t>(Webhooks::max_looked_at);
    const Place after = read_place(claim.after);
    Due due;
    {
        auto rows = connection.query(
            "SELECT w.user_key, w.id FROM (SELECT * FROM webhooks WHERE (user_key, id) > (?1, ?2)"
            " ORDER BY user_key, id LIMIT ?3) w JOIN users u ON u.user_key = w.user_key"
            " WHERE w.is_active = 1 AND u.last_change > w.delivered_seq"
            " AND (w.next_attempt_at IS NULL OR w.next_attempt_at <= ?5)"
            " AND (w.leased_until IS NULL OR w.leased_until <= ?5)"
            " ORDER BY w.user_key, w.id LIMIT ?4",
            {after.user_key, after.id, looked_at, static_cast<std::int64_t>(claim.limit),
             to_integer(claim.now)});
        while (rows.step())
            due.places.push_back({rows.integer(0), rows.uuid(1)});
    }
    if (due.places.size() == claim.limit && !due.places.empty()) {
        due.next = write_place(due.places.back());
        return due;
    }
    auto rows = connection.query(
        "SELECT user_key, id FROM webhooks WHERE (user_key, id) > (?1, ?2)"
        " ORDER BY user_key, id LIMIT 1 OFFSET ?3",
        {after.user_key, after.id, looked_at - 1});
    if (rows.step()) due.next = write_place({rows.integer(0), rows.uuid(1)});
    return due;
}

/// Nothing where it is not to be delivered any more, or somebody else does.
std::optional<LeasedWebhook> take(Connection& connection, const Place& place,
                                  const ClaimWebhooks& claim)
{
    static const std::string sql = fmt::format(
        "UPDATE webhooks SET leased_until = ?4, lease_holder = ?5"
        " WHERE user_key = ?1 AND id = ?2 AND is_active = 1"
        " AND (next_attempt_at IS NULL OR next_attempt_at <= ?3)"
        " AND (leased_until IS NULL OR leased_until <= ?3)"
        " RETURNING {}, {}, (SELECT user_id FROM users u WHERE u.user_key = ?1)",
        shown_webhook_columns, sealed_webhook_columns);
    auto rows = connection.query(sql, {place.user_key, place.id, to_integer(claim.now),
                                       to_integer(claim.until), claim.holder});
    if (!rows.step()) return std::nullopt;
    return LeasedWebhook{.user_id = std::string{rows.text(16)},
                         .hook = read_sealed_webhook(rows),
                         .holder = claim.holder,
                         .until = claim.until};
}

std::optional<LeasedWebhook> keep_progress(Connection& connection, const LeasedWebhook& lease,
                                           const WebhookProgress& progress)
{
    static const std::string sql = fmt::format(
        "UPDATE webhooks SET delivered_seq = ?5, failures = ?6, next_attempt_at = ?7,"
        " failing_since = ?8, last_status = ?9, last_error = ?10,"
        " is_active = is_active AND ?11 IS NULL,"
        " disabled_reason = coalesce(?11, disabled_reason), leased_until = ?12,"
        " lease_holder = CASE WHEN ?12 IS NOT NULL THEN lease_holder END"
        " WHERE user_key = {} AND id = ?2 AND lease_holder = ?3 AND delivered_seq = ?4"
        " RETURNING {}, {}",
        user_key_of, shown_webhook_columns, sealed_webhook_columns);
    const Webhook& before = lease.hook.shown;
    const Webhook& shown = progress.shown;
    const auto next_attempt_at = to_integer(shown.next_attempt_at);
    const auto failing_since = to_integer(shown.failing_since);
    const auto until = to_integer(progress.until);
    auto rows =
        connection.query(sql, {lease.user_id, before.id, lease.holder, before.delivered_seq,
                               shown.delivered_seq, shown.failures, next_attempt_at, failing_since,
                               shown.last_status, shown.last_error, shown.disabled_reason, until});
    if (!rows.step()) return std::nullopt;
    return LeasedWebhook{.user_id = lease.user_id,
                         .hook = read_sealed_webhook(rows),
                         .holder = lease.holder,
                         .until = progress.until.value_or(lease.until)};
}

void add_letter(Connection& connection, const LeasedWebhook& lease,
                const types::WebhookDeadLetter& letter)
{
    static const std::string add = fmt::format(
        "INSERT OR REPLACE INTO webhook_dead_letters"
        " (user_key, webhook_id, seq, failed_at, attempts, last_status, last_error)"
        " VALUES ({}, ?2, ?3, ?4, ?5, ?6, ?7)",
        user_key_of);
    static const std::string forget = fmt::format(
        "DELETE FROM webhook_dead_letters WHERE user_key = {0} AND webhook_id = ?2"
        " AND seq <= (SELECT d.seq FROM webhook_dead_letters d WHERE d.user_key = {0}"
        " AND d.webhook_id = ?2 ORDER BY d.seq DESC LIMIT 1 OFFSET ?3)",
        user_key_of);
    const base::Uuid& id = lease.hook.shown.id;
    connection.run(add, {lease.user_id, id, letter.seq, to_integer(letter.failed_at),
                         letter.attempts, letter.last_status, letter.last_error});
    connection.run(forget, {lease.user_id, id, max_letters});
}

}  // namespace

base::Async<ClaimedWebhooks> Webhooks::claim(ClaimWebhooks claim)
{
    Due due =
        co_await reader_.read([&](Connection& connection) { return find_due(connection, claim); });
    ClaimedWebhooks claimed{.leases = {}, .next = std::move(due.next)};
    if (due.places.empty()) co_return claimed;
    claimed.leases = co_await writer_.write([&](Connection& connection) {
        std::vector<LeasedWebhook> leases;
        for (const Place& place : due.places) {
            if (auto lease = take(connection, place, claim)) leases.push_back(*std::move(lease));
        }
        return leases;
    });
    co_return claimed;
}

base::Async<std::optional<LeasedWebhook>> Webhooks::keep(LeasedWebhook lease,
                                                         WebhookProgress progress)
{
    co_return co_await writer_.write([&](Connection& connection) -> std::optional<LeasedWebhook> {
        auto kept = keep_progress(connection, lease, progress);
        if (kept && progress.dead_letter) add_letter(connection, lease, *progress.dead_letter);
        return kept;
    });
}

}  // namespace todod::store::sqlite
