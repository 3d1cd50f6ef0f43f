#pragma once

#include <string_view>

#include "db/postgres/rows.hpp"
#include "store/webhooks.hpp"

namespace todod::store::postgres {

/// What read_webhook reads, in this order, of the table `webhooks` as `w`.
inline constexpr std::string_view shown_webhook_columns =
    "w.id, w.url, w.events, w.is_active, w.disabled_reason, w.delivered_seq, w.failures,"
    " w.next_attempt_at, w.failing_since, w.last_status, w.last_error, w.created_at,"
    " w.updated_at";

/// What read_sealed_webhook reads after these.
inline constexpr std::string_view sealed_webhook_columns =
    "w.secret, w.old_secret, w.old_secret_until";

types::Webhook read_webhook(const db::postgres::Rows& rows, int row);
types::SealedWebhook read_sealed_webhook(const db::postgres::Rows& rows, int row);

/// Of a row that has user_id after these.
LeasedWebhook read_lease(const db::postgres::Rows& rows, int row, const base::Uuid& holder,
                         base::Instant until);

}  // namespace todod::store::postgres
