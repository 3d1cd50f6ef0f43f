#include "store/sqlite/webhook_rows.hpp"

#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Rows;

types::Webhook read_webhook(const Rows& rows)
{
    return {
        .id = rows.uuid(0),
        .url = std::string{rows.text(1)},
        .events = types::split_kinds(static_cast<types::ChangeKinds>(rows.integer(2))),
        .is_active = rows.integer(3) != 0,
        .disabled_reason = rows.maybe_text(4),
        .delivered_seq = rows.integer(5),
        .failures = rows.integer(6),
        .next_attempt_at = maybe_instant(rows, 7),
        .failing_since = maybe_instant(rows, 8),
        .last_status = rows.maybe_integer(9),
        .last_error = rows.maybe_text(10),
        .created_at = to_instant(rows.integer(11)),
        .updated_at = to_instant(rows.integer(12)),
    };
}

types::SealedWebhook read_sealed_webhook(const Rows& rows)
{
    return {
        .shown = read_webhook(rows),
        .secret = std::string{rows.text(13)},
        .old_secret = rows.maybe_text(14),
        .old_secret_until = maybe_instant(rows, 15),
    };
}

void erase_webhooks(db::sqlite::Connection& connection, const std::string& user_id)
{
    for (const std::string_view table : {"webhook_dead_letters", "webhooks"}) {
        connection.run(fmt::format("DELETE FROM {} WHERE user_key = {}", table, user_key_of),
                       {user_id});
    }
}

}  // namespace todod::store::sqlite
