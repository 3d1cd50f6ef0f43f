#include "store/webhooks.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/webhooks.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""min;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using types::ChangeKind;
using types::Webhook;

using StoredWebhooks = testing::TestWebhooks;

TEST_F(StoredWebhooks, come_back_as_they_were_given)
{
    auto hook = new_hook();
    hook.shown.events = {ChangeKind::create, ChangeKind::purge};
    const Webhook kept = run(webhooks().create("ada", hook, {}));
    EXPECT_EQ(kept, hook.shown);
    EXPECT_THAT(run(webhooks().list("ada")), ElementsAre(hook.shown));
    const auto found = run(webhooks().find("ada", hook.shown.id));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->shown, hook.shown);
    EXPECT_EQ(found->secret, "sealed");
    EXPECT_EQ(found->old_secret, std::nullopt);
}

TEST_F(StoredWebhooks, begin_where_the_log_ends_or_where_they_are_told_to)
{
    EXPECT_EQ(create().delivered_seq, 0);
    add_task();
    add_task();
    EXPECT_EQ(create().delivered_seq, 2);
    EXPECT_EQ(create("ada", 2).delivered_seq, 1);
    EXPECT_EQ(create("ada", 100).delivered_seq, 99);
    EXPECT_EQ(create("bob").delivered_seq, 0);
}

TEST_F(StoredWebhooks, are_their_user_s_alone)
{
    const Webhook hook = create();
    EXPECT_THAT(run(webhooks().list("bob")), IsEmpty());
    EXPECT_FALSE(run(webhooks().find("bob", hook.id)));
    types::WebhookChange change;
    change.is_active = {true, false};
    EXPECT_FALSE(run(webhooks().change("bob", hook.id, change, clock().now())));
    EXPECT_FALSE(
        run(webhooks().replace_secret("bob", hook.id, "new", clock().now(), clock().now())));
    EXPECT_FALSE(run(webhooks().remove("bob", hook.id)));
    EXPECT_EQ(find(hook.id), hook);
}

TEST_F(StoredWebhooks, have_a_bound_for_each_user_also_when_they_come_at_once)
{
    for (std::size_t i = 1; i < Webhooks::max_per_user; ++i)
        create();
    std::vector<base::Async<Webhook>> work;
    for (int i = 0; i < 4; ++i)
        work.push_back(webhooks().create("ada", new_hook(), {}));
    int made = 0;
    for (const auto& outcome : testing::run_as_one_batch(*this, std::move(work))) {
        made += outcome.value ? 1 : 0;
        if (!outcome.value) EXPECT_EQ(outcome.code(), ErrorCode::conflict);
    }
    EXPECT_EQ(made, 1);
    EXPECT_THAT(run(webhooks().list("ada")), SizeIs(Webhooks::max_per_user));
    create("bob");
}

TEST_F(StoredWebhooks, change_in_what_is_given_alone)
{
    const Webhook hook = create();
    clock().advance(1min);
    types::WebhookChange change;
    change.events = {true, {ChangeKind::update}};
    auto changed = run(webhooks().change("ada", hook.id, change, clock().now()));
    ASSERT_TRUE(changed);
    Webhook expected = hook;
    expected.events = {ChangeKind::update};
    expected.updated_at = clock().now();
    EXPECT_EQ(*changed, expected);
    change = {};
    change.url = {true, "https://elsewhere.example"};
    change.is_active = {true, false};
    changed = run(webhooks().change("ada", hook.id, change, clock().now()));
    expected.url = "https://elsewhere.example";
    expected.is_active = false;
    EXPECT_EQ(*changed, expected);
    EXPECT_EQ(find(hook.id), expected);
}

TEST_F(StoredWebhooks, that_failed_are_tried_at_once_under_another_url_and_when_switched_on)
{
    for (const bool by_url : {true, false}) {
        const LeasedWebhook lease = take();
        auto failed = arrived(lease, lease.hook.shown.delivered_seq);
        failed.shown.failures = 3;
        failed.shown.next_attempt_at = clock().now() + 30min;
        failed.shown.failing_since = clock().now();
        failed.shown.last_status = 500;
        failed.shown.last_error = "It answered 500.";
        failed.shown.disabled_reason = "Nothing has arrived for days.";
        failed.until.reset();
        ASSERT_TRUE(run(webhooks().keep(lease, failed)));
        Webhook hook = find(lease.hook.shown.id);
        EXPECT_FALSE(hook.is_active);
        EXPECT_EQ(hook.failures, 3);
        EXPECT_EQ(hook.disabled_reason, "Nothing has arrived for days.");
        types::WebhookChange change;
        change.url = {true, hook.url};
        hook = run(webhooks().change("ada", hook.id, change, clock().now())).value();
        EXPECT_EQ(hook.failures, 3) << "the URL is the same";
        change.url.value += "2";
        if (!by_url) change = {.is_active = {true, true}};
        hook = run(webhooks().change("ada", hook.id, change, clock().now())).value();
        EXPECT_EQ(hook.failures, 0);
        EXPECT_EQ(hook.next_attempt_at, std::nullopt);
        EXPECT_EQ(hook.failing_since, std::nullopt);
        EXPECT_EQ(hook.is_active, !by_url);
        EXPECT_EQ(hook.disabled_reason.has_value(), by_url);
        EXPECT_EQ(hook.last_status, 500);
        run(webhooks().remove("ada", hook.id));
    }
}

TEST_F(StoredWebhooks, keep_the_secret_that_was_replaced_for_a_while)
{
    const Webhook hook = create();
    const base::Instant until = clock().now() + 24 * 60min;
    EXPECT_TRUE(run(webhooks().replace_secret("ada", hook.id, "new", until, clock().now())));
    auto found = run(webhooks().find("ada", hook.id)).value();
    EXPECT_EQ(found.secret, "new");
    EXPECT_EQ(found.old_secret, "sealed");
    EXPECT_EQ(found.old_secret_until, until);
    auto resealed = found;
    resealed.secret = "new again";
    resealed.old_secret = "sealed again";
    run(webhooks().reseal("ada", found, resealed));
    EXPECT_EQ(run(webhooks().find("ada", hook.id))->secret, "new again");
    EXPECT_EQ(run(webhooks().find("ada", hook.id))->old_secret, "sealed again");
    run(webhooks().reseal("ada", found, found));
    EXPECT_EQ(run(webhooks().find("ada", hook.id))->secret, "new again")
        << "it was not sealed so any more";
}

TEST_F(StoredWebhooks, that_are_deleted_are_gone_with_their_dead_letters)
{
    LeasedWebhook lease = take();
    const base::Uuid id = lease.hook.shown.id;
    lease = run(webhooks().keep(lease, given_up(lease, 1))).value();
    EXPECT_TRUE(run(webhooks().remove("ada", id)));
    EXPECT_FALSE(run(webhooks().remove("ada", id)));
    EXPECT_FALSE(run(webhooks().keep(lease, given_up(lease, 2))));
    EXPECT_EQ(ask("SELECT count(*) FROM webhook_dead_letters"), "0");
    clock().advance(1min);
    EXPECT_THAT(claim(), IsEmpty());
}

TEST_F(StoredWebhooks, go_with_their_account)
{
    LeasedWebhook lease = take();
    run(webhooks().keep(lease, given_up(lease, 1)));
    create("bob");
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(ask("SELECT count(*) FROM webhooks"), "1");
    EXPECT_EQ(ask("SELECT count(*) FROM webhook_dead_letters"), "0");
    EXPECT_EQ(error_of([&] { create("ada"); }).code(), ErrorCode::unauthorized);
    EXPECT_EQ(error_of([&] { create("eve"); }).code(), ErrorCode::unauthorized);
    EXPECT_THAT(run(webhooks().list("bob")), SizeIs(1));
}

}  // namespace
}  // namespace todod::store
