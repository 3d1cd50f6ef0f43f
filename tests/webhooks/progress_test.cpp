#include "webhooks/progress.hpp"

#include <gmock/gmock.h>

#include "base/random.hpp"
#include "support/clock.hpp"

namespace todod::webhooks {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using types::Webhook;

class WebhookProgress : public ::testing::Test {
protected:
    store::WebhookProgress after(const Attempt& attempt, Webhook hook = new_hook())
    {
        return progress_after(hook, 7, attempt, rules, clock.now(), random_);
    }
    static Webhook new_hook()
    {
        Webhook hook;
        hook.delivered_seq = 5;
        return hook;
    }
    static Attempt failed(std::optional<std::int64_t> status = 500)
    {
        return {.status = status, .error = "It failed."};
    }

    testing::FakeClock clock;
    RetryRules rules{.delays = {5s, 5min, 30min}};

private:
    base::SecureRandom random_;
};

TEST_F(WebhookProgress, of_what_has_arrived_goes_on_and_forgets_what_failed)
{
    Webhook hook = new_hook();
    hook.failures = 2;
    hook.next_attempt_at = clock.now();
    hook.failing_since = clock.now() - 10 * 24h;
    hook.last_error = "It failed.";
    const auto progress = after({.status = 204}, hook);
    EXPECT_EQ(progress.shown.delivered_seq, 7);
    EXPECT_EQ(progress.shown.failures, 0);
    EXPECT_EQ(progress.shown.next_attempt_at, std::nullopt);
    EXPECT_EQ(progress.shown.failing_since, std::nullopt);
    EXPECT_EQ(progress.shown.last_status, 204);
    EXPECT_EQ(progress.shown.last_error, std::nullopt);
    EXPECT_EQ(progress.shown.disabled_reason, std::nullopt);
    EXPECT_EQ(progress.dead_letter, std::nullopt);
}

TEST_F(WebhookProgress, of_what_failed_waits_longer_each_time_and_not_always_as_long)
{
    Webhook hook = new_hook();
    for (const auto delay : rules.delays) {
        const auto progress = after(failed(), hook);
        EXPECT_EQ(progress.shown.delivered_seq, 5);
        ASSERT_TRUE(progress.shown.next_attempt_at);
        EXPECT_GE(*progress.shown.next_attempt_at, clock.now() + delay);
        EXPECT_LE(*progress.shown.next_attempt_at, clock.now() + delay + delay / 10);
        EXPECT_EQ(progress.shown.failures, hook.failures + 1);
        EXPECT_EQ(progress.shown.last_status, 500);
        EXPECT_EQ(progress.shown.last_error, "It failed.");
        EXPECT_EQ(progress.shown.failing_since, clock.now());
        EXPECT_EQ(progress.dead_letter, std::nullopt);
        hook.failures = progress.shown.failures;
    }
    std::set<base::Instant> times;
    for (int i = 0; i < 20; ++i)
        times.insert(after(failed()).shown.next_attempt_at.value());
    EXPECT_GT(times.size(), 1U);
}

TEST_F(WebhookProgress, waits_as_long_as_the_receiver_asks_if_that_is_longer)
{
    auto attempt = failed(503);
    attempt.retry_after = 1h;
    EXPECT_GE(after(attempt).shown.next_attempt_at, clock.now() + 1h);
    attempt.retry_after = 1s;
    EXPECT_GE(after(attempt).shown.next_attempt_at, clock.now() + 5s);
}

TEST_F(WebhookProgress, of_what_is_given_up_goes_on_and_leaves_a_dead_letter)
{
    Webhook hook = new_hook();
    hook.failures = 3;
    hook.failing_since = clock.now() - 1h;
    const auto progress = after(failed(std::nullopt), hook);
    EXPECT_EQ(progress.dead_letter,
              (types::WebhookDeadLetter{7, clock.now(), 4, std::nullopt, "It failed."}));
    EXPECT_EQ(progress.shown.delivered_seq, 7);
    EXPECT_EQ(progress.shown.failures, 0);
    EXPECT_EQ(progress.shown.next_attempt_at, std::nullopt);
    EXPECT_EQ(progress.shown.failing_since, clock.now() - 1h) << "nothing has arrived yet";
    EXPECT_EQ(progress.shown.disabled_reason, std::nullopt);
}

TEST_F(WebhookProgress, switches_off_who_wants_nothing_more)
{
    auto attempt = failed(410);
    attempt.is_gone = true;
    const auto progress = after(attempt);
    EXPECT_EQ(progress.shown.disabled_reason, "It answered 410: it wants nothing more.");
    EXPECT_EQ(progress.shown.delivered_seq, 5) << "what was not taken is still to be sent";
}

TEST_F(WebhookProgress, switches_off_who_has_got_nothing_for_days)
{
    Webhook hook = new_hook();
    hook.failing_since = clock.now() - rules.longest_failing + 1s;
    EXPECT_EQ(after(failed(), hook).shown.disabled_reason, std::nullopt);
    hook.failing_since = clock.now() - rules.longest_failing;
    EXPECT_TRUE(after(failed(), hook).shown.disabled_reason);
    EXPECT_FALSE(after({.status = 200}, hook).shown.disabled_reason);
}

}  // namespace
}  // namespace todod::webhooks
