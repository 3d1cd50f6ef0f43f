#include "webhooks/message.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/random.hpp"
#include "support/clock.hpp"

namespace todod::webhooks {
namespace {

using types::ChangeKind;

const base::Uuid hook = base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e").value();

types::Change new_change(ChangeKind kind)
{
    types::Change change{.seq = 41, .changeset_id = 40};
    change.at = testing::FakeClock{}.now();
    change.kind = kind;
    change.task_number = 3;
    change.after.emplace();
    change.after->priority = {true, types::Priority::high};
    return change;
}

TEST(WebhookMessage, tells_a_change_as_the_rest_interface_shows_it)
{
    const Message message = message_of(hook, new_change(ChangeKind::update));
    EXPECT_EQ(message.id, "msg_01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e_41");
    const auto body = boost::json::parse(message.body);
    EXPECT_EQ(body.as_object().size(), 3U);
    EXPECT_EQ(body.at("type").as_string(), "task.updated");
    EXPECT_EQ(body.at("timestamp").as_string(), "2026-11-21T10:00:00.000Z");
    EXPECT_EQ(body.at("data").at("seq").as_int64(), 41);
    EXPECT_EQ(body.at("data").at("task_number").as_int64(), 3);
    EXPECT_EQ(body.at("data").at("after").at("priority").as_string(), "High");
}

TEST(WebhookMessage, has_an_event_for_each_kind)
{
    const std::pair<ChangeKind, const char*> table[] = {
        {ChangeKind::create, "task.created"}, {ChangeKind::update, "task.updated"},
        {ChangeKind::remove, "task.deleted"}, {ChangeKind::restore, "task.restored"},
        {ChangeKind::purge, "task.purged"},
    };
    for (const auto& [kind, event] : table) {
        const auto body = boost::json::parse(message_of(hook, new_change(kind)).body);
        EXPECT_EQ(body.at("type").as_string(), event);
    }
}

TEST(WebhookMessage, that_says_nothing_has_an_id_of_its_own)
{
    base::SecureRandom random;
    const base::Instant now = testing::FakeClock{}.now();
    const Message message = ping_of(hook, now, random);
    EXPECT_THAT(message.id,
                ::testing::StartsWith("msg_01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e_ping_"));
    EXPECT_NE(message.id, ping_of(hook, now, random).id);
    EXPECT_EQ(message.body, R"({"type":"todod.ping","timestamp":"2026-11-21T10:00:00.000Z",)"
                            R"("data":{"webhook_id":"01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e"}})");
}

}  // namespace
}  // namespace todod::webhooks
