#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "types/change.hpp"

namespace todod::webhooks {

/// One message as it is sent: of Standard Webhooks (https://www.standardwebhooks.com), version 1.
struct Message {
    std::string id{};  ///< webhook-id: the same whenever the same is sent again
    std::string body{};
};

/// "task.created" …
std::string_view event_of(types::ChangeKind kind) noexcept;

/// What a hook is told of a change, which is shown as /api/{user_id}/changes shows it.
Message message_of(const base::Uuid& webhook, const types::Change& change);

/// What says nothing, to try a hook.
Message ping_of(const base::Uuid& webhook, base::Instant now, base::Random& random);

}  // namespace todod::webhooks
