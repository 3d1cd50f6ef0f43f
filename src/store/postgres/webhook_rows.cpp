#include "store/postgres/webhook_rows.hpp"

namespace todod::store::postgres {

using db::postgres::Rows;
using types::SealedWebhook;
using types::Webhook;

namespace {

constexpr int first_sealed_column = 13;
constexpr int user_column = 16;

}  // namespace

Webhook read_webhook(const Rows& rows, int row)
{
    return {
        .id = rows.get<base::Uuid>(row, 0),
        .url = rows.get<std::string>(row, 1),
        .events =
            types::split_kinds(static_cast<types::ChangeKinds>(rows.get<std::int16_t>(row, 2))),
        .is_active = rows.get<bool>(row, 3),
        .disabled_reason = rows.find<std::string>(row, 4),
        .delivered_seq = rows.get<std::int64_t>(row, 5),
        .failures = rows.get<std::int64_t>(row, 6),
        .next_attempt_at = rows.find<base::Instant>(row, 7),
        .failing_since = rows.find<base::Instant>(row, 8),
        .last_status = rows.find<std::int64_t>(row, 9),
        .last_error = rows.find<std::string>(row, 10),
        .created_at = rows.get<base::Instant>(row, 11),
        .updated_at = rows.get<base::Instant>(row, 12),
    };
}

SealedWebhook read_sealed_webhook(const Rows& rows, int row)
{
    return {
        .shown = read_webhook(rows, row),
        .secret = rows.get<std::string>(row, first_sealed_column),
        .old_secret = rows.find<std::string>(row, first_sealed_column + 1),
        .old_secret_until = rows.find<base::Instant>(row, first_sealed_column + 2),
    };
}

LeasedWebhook read_lease(const Rows& rows, int row, const base::Uuid& holder, base::Instant until)
{
    return {.user_id = rows.get<std::string>(row, user_column),
            .hook = read_sealed_webhook(rows, row),
            .holder = holder,
            .until = until};
}

}  // namespace todod::store::postgres
