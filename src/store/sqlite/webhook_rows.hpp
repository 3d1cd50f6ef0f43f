#pragma once

#include <string_view>

#include "db/sqlite/connection.hpp"
#include "store/webhooks.hpp"

namespace todod::store::sqlite {

/// What read_webhook reads, in this order, of the table `webhooks`.
inline constexpr std::string_view shown_webhook_columns =
    "id, url, events, is_active, disabled_reason, delivered_seq, failures, next_attempt_at,"
    " failing_since, last_status, last_error, created_at, updated_at";

/// What read_sealed_webhook reads after these.
inline constexpr std::string_view sealed_webhook_columns = "secret, old_secret, old_secret_until";

/// The key of the user ?1.
inline constexpr std::string_view user_key_of = "(SELECT user_key FROM users WHERE user_id = ?1)";

types::Webhook read_webhook(const db::sqlite::Rows& rows);
types::SealedWebhook read_sealed_webhook(const db::sqlite::Rows& rows);

/// All of a user's, with their dead letters.
void erase_webhooks(db::sqlite::Connection& connection, const std::string& user_id);

}  // namespace todod::store::sqlite
