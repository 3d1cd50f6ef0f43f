#pragma once

#include <chrono>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/webhooks.hpp"
#include "webhooks/sender.hpp"

namespace todod::webhooks {

/// When a message is sent again, and when it is not any more.
struct RetryRules {
    /// After each attempt; after one more the message is given up.
    std::vector<std::chrono::milliseconds> delays{};
    /// Of a hook to which nothing has arrived for so long: it is switched off.
    std::chrono::milliseconds longest_failing = std::chrono::days{5};
};

/// How far a hook is once its message of the change `seq` had `attempt`. The lease is left to the
/// caller.
store::WebhookProgress progress_after(const types::Webhook& hook, std::int64_t seq,
                                      const Attempt& attempt, const RetryRules& rules,
                                      base::Instant now, base::Random& random);

}  // namespace todod::webhooks
