#include "webhooks/progress.hpp"

#include <algorithm>
#include <array>

namespace todod::webhooks {

namespace {

/// What a delay is lengthened by at most, so that those who fail together do not come back
/// together: a tenth.
constexpr std::int64_t jitter_part = 10;
constexpr std::chrono::seconds asked_nothing{0};

std::chrono::milliseconds lengthen(std::chrono::milliseconds delay, base::Random& random)
{
    std::array<std::byte, 2> bytes{};
    random.fill(bytes);
    const auto part =
        std::to_integer<std::int64_t>(bytes[0]) << 8U | std::to_integer<std::int64_t>(bytes[1]);
    return delay + delay * part / (jitter_part << 16U);
}

}  // namespace

store::WebhookProgress progress_after(const types::Webhook& hook, std::int64_t seq,
                                      const Attempt& attempt, const RetryRules& rules,
                                      base::Instant now, base::Random& random)
{
    store::WebhookProgress progress{.shown = hook};
    types::Webhook& shown = progress.shown;
    shown.last_status = attempt.status;
    shown.next_attempt_at.reset();
    shown.disabled_reason.reset();
    if (attempt.is_delivered()) {
        shown.delivered_seq = seq;
        shown.failures = 0;
        shown.failing_since.reset();
        shown.last_error.reset();
        return progress;
    }
    shown.last_error = attempt.error;
    shown.failing_since = hook.failing_since.value_or(now);
    ++shown.failures;
    const auto failures = static_cast<std::size_t>(shown.failures);
    if (failures <= rules.delays.size()) {
        const std::chrono::milliseconds asked = attempt.retry_after.value_or(asked_nothing);
        shown.next_attempt_at = now + lengthen(std::max(rules.delays[failures - 1], asked), random);
    } else {
        progress.dead_letter = {seq, now, shown.failures, attempt.status, attempt.error};
        shown.delivered_seq = seq;
        shown.failures = 0;
    }
    if (attempt.is_gone) {
        shown.disabled_reason = "It answered 410: it wants nothing more.";
    } else if (now - *shown.failing_since >= rules.longest_failing) {
        shown.disabled_reason = "Nothing has arrived for days.";
    }
    return progress;
}

}  // namespace todod::webhooks
