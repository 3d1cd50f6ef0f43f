#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "store/webhooks.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::testing {

/// Webhooks of ada and bob, as a store keeps them.
class TestWebhooks : public ::testing::Test, public TestDatabase {
protected:
    TestWebhooks()
    {
        add_user("ada");
        add_user("bob");
    }

    types::SealedWebhook new_hook(std::string url = "https://hooks.example.com/a?b=c")
    {
        types::SealedWebhook hook{.shown = {.id = base::make_uuid_v7(clock().now(), random_)},
                                  .secret = "sealed"};
        hook.shown.url = std::move(url);
        hook.shown.created_at = clock().now();
        hook.shown.updated_at = clock().now();
        return hook;
    }
    types::Webhook create(const std::string& user_id = "ada",
                          std::optional<std::int64_t> from_seq = {})
    {
        return run(webhooks().create(user_id, new_hook(), from_seq));
    }
    types::Webhook find(base::Uuid id, const std::string& user_id = "ada")
    {
        return run(webhooks().find(user_id, id)).value().shown;
    }
    void add_task(const std::string& user_id = "ada")
    {
        run(create_task(tasks(), new_task(user_id, "a task")));
    }

    store::ClaimWebhooks new_claim(std::size_t limit = 16)
    {
        return {.limit = limit,
                .holder = base::make_uuid_v4(random_),
                .now = clock().now(),
                .until = clock().now() + std::chrono::seconds{30}};
    }
    std::vector<store::LeasedWebhook> claim(std::size_t limit = 16)
    {
        return run(webhooks().claim(new_claim(limit))).leases;
    }
    /// A hook of ada's that has something to send, taken.
    store::LeasedWebhook take()
    {
        create();
        add_task();
        auto leases = claim();
        EXPECT_EQ(leases.size(), 1U);
        return leases.at(0);
    }
    /// What a lease has come to once the change `seq` has arrived.
    store::WebhookProgress arrived(const store::LeasedWebhook& lease, std::int64_t seq)
    {
        store::WebhookProgress progress{.shown = lease.hook.shown};
        progress.shown.delivered_seq = seq;
        progress.until = clock().now() + std::chrono::seconds{30};
        return progress;
    }
    store::WebhookProgress given_up(const store::LeasedWebhook& lease, std::int64_t seq)
    {
        auto progress = arrived(lease, seq);
        progress.dead_letter = {seq, clock().now(), 10, 500, "It answered 500."};
        return progress;
    }
    std::vector<types::WebhookDeadLetter> letters_of(base::Uuid id,
                                                     const std::string& user_id = "ada",
                                                     std::int64_t since = 0,
                                                     std::int64_t limit = 2000)
    {
        return run(webhooks().list_dead_letters(user_id, id, since, limit));
    }

private:
    base::SecureRandom random_;
};

}  // namespace todod::testing
