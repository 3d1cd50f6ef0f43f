#include <gmock/gmock.h>

#include <chrono>

#include "store/webhooks.hpp"
#include "support/shard.hpp"
#include "support/webhooks.hpp"

namespace todod::store {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using types::Webhook;
using types::WebhookDeadLetter;

using WebhookLeases = testing::TestWebhooks;

TEST_F(WebhookLeases, are_given_of_hooks_when_they_have_something_to_send)
{
    const Webhook hook = create();
    EXPECT_THAT(claim(), IsEmpty());
    add_task("bob");
    EXPECT_THAT(claim(), IsEmpty());
    add_task();
    const auto leases = claim();
    ASSERT_THAT(leases, SizeIs(1));
    EXPECT_EQ(leases[0].user_id, "ada");
    EXPECT_EQ(leases[0].hook.shown, hook);
    EXPECT_EQ(leases[0].hook.secret, "sealed");
    EXPECT_EQ(leases[0].until, clock().now() + 30s);
}

TEST_F(WebhookLeases, are_one_s_alone_until_the_lease_has_run_out)
{
    testing::Shard other{*this};
    const LeasedWebhook lease = take();
    EXPECT_THAT(other.run(other.webhooks().claim(new_claim())).leases, IsEmpty());
    clock().advance(29s);
    EXPECT_THAT(claim(), IsEmpty());
    clock().advance(1s);
    const auto taken = other.run(other.webhooks().claim(new_claim())).leases;
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_FALSE(run(webhooks().keep(lease, given_up(lease, 1)))) << "it is another's";
    EXPECT_EQ(find(lease.hook.shown.id).delivered_seq, 0);
    EXPECT_THAT(letters_of(lease.hook.shown.id), IsEmpty());
    EXPECT_TRUE(other.run(other.webhooks().keep(taken[0], arrived(taken[0], 1))));
    EXPECT_EQ(find(lease.hook.shown.id).delivered_seq, 1);
}

TEST_F(WebhookLeases, that_are_claimed_at_once_come_to_one_alone)
{
    testing::Shard other{*this};
    for (int i = 0; i < 10; ++i)
        create(i % 2 == 0 ? "ada" : "bob");
    add_task();
    add_task("bob");
    const auto mine = claim(4);
    const auto others = other.run(other.webhooks().claim(new_claim())).leases;
    EXPECT_THAT(mine, SizeIs(4));
    EXPECT_THAT(others, SizeIs(6));
    for (const auto& lease : mine) {
        for (const auto& another : others)
            EXPECT_NE(lease.hook.shown.id, another.hook.shown.id);
    }
}

TEST_F(WebhookLeases, are_gone_through_from_where_the_claim_before_ended)
{
    std::vector<base::Uuid> expected;
    for (int i = 0; i < 5; ++i) {
        expected.push_back(create("ada").id);
        expected.push_back(create("bob").id);
    }
    add_task();
    add_task("bob");
    std::vector<base::Uuid> found;
    auto claimed = run(webhooks().claim(new_claim(3)));
    for (int i = 0; i < 10; ++i) {
        for (const auto& lease : claimed.leases)
            found.push_back(lease.hook.shown.id);
        if (!claimed.next) break;
        auto next = new_claim(3);
        next.after = *claimed.next;
        claimed = run(webhooks().claim(next));
    }
    EXPECT_FALSE(claimed.next);
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(expected));
}

TEST_F(WebhookLeases, are_not_claimed_before_their_time_or_switched_off)
{
    const LeasedWebhook lease = take();
    auto failed = arrived(lease, 0);
    failed.shown.failures = 1;
    failed.shown.next_attempt_at = clock().now() + 5s;
    failed.until.reset();
    ASSERT_TRUE(run(webhooks().keep(lease, failed)));
    clock().advance(4s);
    EXPECT_THAT(claim(), IsEmpty());
    clock().advance(1s);
    auto again = claim();
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].hook.shown.failures, 1);
    types::WebhookChange off;
    off.is_active = {true, false};
    run(webhooks().change("ada", lease.hook.shown.id, off, clock().now()));
    const auto kept = run(webhooks().keep(again[0], arrived(again[0], 0)));
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->hook.shown.is_active) << "who delivers it learns of that";
    clock().advance(10min);
    EXPECT_THAT(claim(), IsEmpty());
}

TEST_F(WebhookLeases, are_over_where_the_hook_gets_another_url)
{
    const LeasedWebhook lease = take();
    types::WebhookChange same;
    same.url = {true, lease.hook.shown.url};
    run(webhooks().change("ada", lease.hook.shown.id, same, clock().now()));
    EXPECT_THAT(claim(), IsEmpty()) << "it is the same";
    types::WebhookChange elsewhere;
    elsewhere.url = {true, "https://hooks.example.com/elsewhere"};
    run(webhooks().change("ada", lease.hook.shown.id, elsewhere, clock().now()));
    auto failed = arrived(lease, 0);
    failed.shown.failures = 9;
    failed.shown.next_attempt_at = clock().now() + 24h;
    failed.until.reset();
    EXPECT_FALSE(run(webhooks().keep(lease, failed))) << "that was the old one's";
    const auto leases = claim();
    ASSERT_THAT(leases, SizeIs(1)) << "it is tried at once";
    EXPECT_EQ(leases[0].hook.shown.url, elsewhere.url.value);
    EXPECT_EQ(leases[0].hook.shown.failures, 0);
}

TEST_F(WebhookLeases, go_on_where_they_have_come_to)
{
    const LeasedWebhook lease = take();
    add_task();
    const auto kept = run(webhooks().keep(lease, arrived(lease, 1)));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->hook.shown.delivered_seq, 1);
    EXPECT_FALSE(run(webhooks().keep(lease, arrived(lease, 1)))) << "from where it is no more";
    auto given_back = arrived(*kept, 2);
    given_back.until.reset();
    ASSERT_TRUE(run(webhooks().keep(*kept, given_back)));
    EXPECT_FALSE(run(webhooks().keep(*kept, arrived(*kept, 2)))) << "the lease was given back";
    EXPECT_THAT(claim(), IsEmpty());
    add_task();
    EXPECT_THAT(claim(), SizeIs(1));
}

TEST_F(WebhookLeases, keep_what_was_given_up_and_of_that_the_last)
{
    LeasedWebhook lease = take();
    const base::Uuid id = lease.hook.shown.id;
    const auto last = static_cast<std::int64_t>(Webhooks::max_dead_letters) + 2;
    for (std::int64_t seq = 1; seq <= last; ++seq)
        lease = run(webhooks().keep(lease, given_up(lease, seq))).value();
    EXPECT_EQ(lease.hook.shown.delivered_seq, last);
    const auto letters = letters_of(id);
    ASSERT_THAT(letters, SizeIs(Webhooks::max_dead_letters));
    EXPECT_EQ(letters.front(), (WebhookDeadLetter{3, clock().now(), 10, 500, "It answered 500."}));
    EXPECT_EQ(letters.back().seq, last);
    EXPECT_THAT(letters_of(id, "ada", 4, 2), SizeIs(2));
    EXPECT_EQ(letters_of(id, "ada", 4, 2)[0].seq, 5);
    EXPECT_THAT(letters_of(id, "bob"), IsEmpty());

    run(webhooks().put_dead_letter("ada", id, {5, clock().now() + 1min, 11, {}, "It is away."}));
    EXPECT_EQ(letters_of(id, "ada", 4, 1)[0],
              (WebhookDeadLetter{5, clock().now() + 1min, 11, {}, "It is away."}));
    run(webhooks().remove_dead_letter("bob", id, 5));
    EXPECT_EQ(letters_of(id, "ada", 4, 1)[0].seq, 5);
    run(webhooks().remove_dead_letter("ada", id, 5));
    EXPECT_EQ(letters_of(id, "ada", 4, 1)[0].seq, 6);
    run(webhooks().put_dead_letter("ada", id, {5, clock().now(), 1, {}, {}}));
    EXPECT_EQ(letters_of(id, "ada", 4, 1)[0].seq, 6) << "one that is gone stays gone";
}

}  // namespace
}  // namespace todod::store
