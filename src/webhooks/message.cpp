#include "webhooks/message.hpp"

#include <fmt/format.h>

namespace todod::webhooks {

namespace {

/// Of `data`, an object that is JSON already.
std::string body_of(std::string_view type, base::Instant timestamp, std::string_view data)
{
    return fmt::format(R"({{"type":"{}","timestamp":"{}","data":{}}})", type,
                       base::to_string(timestamp), data);
}

}  // namespace

std::string_view event_of(types::ChangeKind kind) noexcept
{
    switch (kind) {
        case types::ChangeKind::create:
            return "task.created";
        case types::ChangeKind::update:
            return "task.updated";
        case types::ChangeKind::remove:
            return "task.deleted";
        case types::ChangeKind::restore:
            return "task.restored";
        case types::ChangeKind::purge:
            return "task.purged";
    }
    return {};
}

Message message_of(const base::Uuid& webhook, const types::Change& change)
{
    std::string data;
    schema::Codec<types::Change>::write(change, data, schema::Dialect::scoped);
    return {fmt::format("msg_{}_{}", base::to_string(webhook), change.seq),
            body_of(event_of(change.kind), change.at, data)};
}

Message ping_of(const base::Uuid& webhook, base::Instant now, base::Random& random)
{
    const std::string id = base::to_string(webhook);
    return {fmt::format("msg_{}_ping_{}", id, base::to_string(base::make_uuid_v7(now, random))),
            body_of("todod.ping", now, fmt::format(R"({{"webhook_id":"{}"}})", id))};
}

}  // namespace todod::webhooks
