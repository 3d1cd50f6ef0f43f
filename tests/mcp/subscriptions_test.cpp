#include "mcp/subscriptions.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "mcp/listening.hpp"

namespace todod::mcp {
namespace {

using boost::json::parse;
using testing::Listener;

constexpr std::string_view updated = "notifications/resources/updated";
constexpr std::string_view lists = R"({"toolsListChanged": true})";

class ListenersTest : public ::testing::Test {
protected:
    static std::string request(std::string_view notifications, std::string_view id = "7")
    {
        return fmt::format(
            R"({{"jsonrpc":"2.0","id":{},"method":"subscriptions/listen","params":{{)"
            R"("notifications":{},"_meta":{{)"
            R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
            R"("io.modelcontextprotocol/clientCapabilities":{{}}}}}}}})",
            id, notifications);
    }

    ListenSettings settings()
    {
        ListenSettings settings;
        settings.lists = {true, true, false};
        settings.resources = {
            .takes = [](std::string_view uri) { return uri.starts_with("test://"); },
            .look = [this](const Sender& sender, std::string uri) -> base::Async<std::string> {
                ++looks;
                if (failure) throw base::Error{*failure, "no"};
                co_return shown[sender.caller.user_id + ' ' + uri];
            }};
        settings.check = [this](const Sender&) -> base::Async<void> {
            ++checks;
            if (is_revoked) throw base::Error{base::ErrorCode::unauthorized, "no"};
            co_return;
        };
        settings.is_stopping = [this] { return is_stopping; };
        settings.tick = std::chrono::milliseconds{1};
        settings.ticks_of_look = 1;
        settings.ticks_of_check = 3;
        return settings;
    }

    std::unique_ptr<Listener> listen(std::string_view notifications, std::string user_id = "ada")
    {
        auto listener = std::make_unique<Listener>(
            loop, server, Sender{.caller = {.user_id = std::move(user_id)}},
            request(notifications));
        listener->wait_for(1);
        return listener;
    }

    /// Until all open streams have looked once more.
    void let_look()
    {
        const int before = looks;
        while (looks < before + 4)
            loop.run(
                [](base::Loop& on) -> base::Async<void> { co_await base::next_turn(on); }(loop));
    }

    bool is_stopping = false;
    bool is_revoked = false;
    std::optional<base::ErrorCode> failure;
    int looks = 0;
    int checks = 0;
    std::map<std::string, std::string> shown;
    todod::testing::TestLoop loop;
    StreamBook book{{.of_user = 2, .in_all = 3, .uris_of_user = 4}};
    Listeners listeners{loop, book, settings()};
    const Server server{{}, {listeners.method()}};
};

TEST_F(ListenersTest, are_told_first_what_they_will_hear)
{
    const auto listener = listen(R"({"toolsListChanged": true, "promptsListChanged": false,
        "resourcesListChanged": true, "later": 1,
        "resourceSubscriptions": ["test://a", "other://b", "test://a"]})");
    EXPECT_EQ(listener->frames().front(), parse(R"({"jsonrpc": "2.0",
        "method": "notifications/subscriptions/acknowledged",
        "params": {"_meta": {"io.modelcontextprotocol/subscriptionId": 7},
                   "notifications": {"toolsListChanged": true,
                                     "resourceSubscriptions": ["test://a"]}}})"));
    EXPECT_FALSE(listener->has_ended());
}

TEST_F(ListenersTest, hear_of_the_lists_that_they_listen_for_alone)
{
    const auto tools = listen(R"({"toolsListChanged": true})");
    const auto prompts = listen(R"({"promptsListChanged": true})");
    listeners.announce(ListKind::prompts);
    listeners.announce(ListKind::resources);
    prompts->wait_for(2);
    EXPECT_EQ(prompts->frames().back(), parse(R"({"jsonrpc": "2.0",
        "method": "notifications/prompts/list_changed",
        "params": {"_meta": {"io.modelcontextprotocol/subscriptionId": 7}}})"));
    listeners.announce(ListKind::tools);
    tools->wait_for(2);
    EXPECT_EQ(tools->last(), "notifications/tools/list_changed");
    EXPECT_EQ(tools->frames().size(), 2U);
    EXPECT_EQ(prompts->frames().size(), 2U);
}

TEST_F(ListenersTest, look_at_once_when_a_change_is_known)
{
    feed::Hub hub;
    auto rarely = settings();
    rarely.tick = std::chrono::milliseconds{10};
    rarely.ticks_of_look = 1'000'000;
    rarely.hub = &hub;
    Listeners hinted{loop, book, std::move(rarely)};
    const Server own{{}, {hinted.method()}};
    Listener ada{loop, own, Sender{.caller = {.user_id = "ada"}},
                 request(R"({"resourceSubscriptions": ["test://a"]})")};
    ada.wait_for(1);
    for (int i = 1; i <= 3; ++i) {
        shown["ada test://a"] = std::to_string(i);
        hub.wake(feed::key_of("ada"));
        ada.wait_for(1 + static_cast<std::size_t>(i));
        EXPECT_EQ(ada.last(), fmt::format("{} test://a", updated));
    }
    const int before = looks;
    for (int i = 0; i < 1000; ++i) {
        hub.wake(feed::key_of("ada"));
        hub.wake(feed::key_of("bob"));
        loop.run([](base::Loop& on) -> base::Async<void> { co_await base::next_turn(on); }(loop));
    }
    EXPECT_LT(looks, before + 100) << "once a tick is enough";
}

TEST_F(ListenersTest, hear_of_what_they_watch_and_see_differently_than_before)
{
    const auto ada = listen(R"({"resourceSubscriptions": ["test://a", "test://b"]})");
    const auto bob = listen(R"({"resourceSubscriptions": ["test://a", "test://b"]})", "bob");
    let_look();
    EXPECT_EQ(ada->frames().size(), 1U);
    shown["ada test://b"] = "1";
    ada->wait_for(2);
    EXPECT_EQ(ada->last(), fmt::format("{} test://b", updated));
    EXPECT_EQ(ada->frames().back().at("params").at("_meta"),
              parse(R"({"io.modelcontextprotocol/subscriptionId": 7})"));
    shown["bob test://a"] = "1";
    bob->wait_for(2);
    EXPECT_EQ(bob->last(), fmt::format("{} test://a", updated));
    let_look();
    EXPECT_EQ(ada->frames().size(), 2U);
    EXPECT_EQ(bob->frames().size(), 2U);
}

TEST_F(ListenersTest, are_answered_when_the_server_stops)
{
    const auto listener = listen(lists);
    is_stopping = true;
    listener->wait_for_end();
    EXPECT_EQ(listener->status(), 200);
    const auto& answered = listener->answered();
    EXPECT_EQ(answered.at("id"), 7);
    EXPECT_EQ(answered.at("result").at("resultType"), "complete");
    EXPECT_EQ(answered.at("result").at("_meta").at("io.modelcontextprotocol/subscriptionId"), 7);
}

TEST_F(ListenersTest, end_when_their_client_leaves)
{
    for (const std::string_view wanted :
         {lists, std::string_view{R"({"resourceSubscriptions": ["test://a"]})"}}) {
        const auto listener = listen(wanted);
        listener->leave();
        listener->wait_for_end();
        EXPECT_EQ(listener->frames().size(), 1U);
    }
}

TEST_F(ListenersTest, end_when_their_credentials_do_and_hear_nothing_more)
{
    const auto listener = listen(R"({"resourceSubscriptions": ["test://a"]})");
    is_revoked = true;
    shown["ada test://a"] = "1";
    listener->wait_for_end();
    EXPECT_EQ(listener->frames().size(), 1U);
    const auto idle = listen(lists);
    idle->wait_for_end();
    EXPECT_EQ(idle->status(), 200);
}

TEST_F(ListenersTest, end_when_their_account_has_gone)
{
    const auto listener = listen(R"({"resourceSubscriptions": ["test://a"]})");
    failure = base::ErrorCode::unauthorized;
    listener->wait_for_end();
    EXPECT_EQ(listener->status(), 200);
}

TEST_F(ListenersTest, outlast_an_outage_of_the_database)
{
    const auto listener = listen(R"({"resourceSubscriptions": ["test://a"]})");
    failure = base::ErrorCode::unavailable;
    shown["ada test://a"] = "1";
    let_look();
    EXPECT_EQ(listener->frames().size(), 1U);
    failure.reset();
    listener->wait_for(2);
    EXPECT_EQ(listener->last(), fmt::format("{} test://a", updated));
}

TEST_F(ListenersTest, are_only_so_many)
{
    auto first = listen(lists);
    const auto second = listen(lists);
    const auto third = listen(lists);
    EXPECT_EQ(third->status(), 429);
    EXPECT_EQ(third->answered().at("error").at("message"),
              "There are 2 streams of yours open: end one first.");
    const auto bob = listen(lists, "bob");
    EXPECT_FALSE(bob->has_ended());
    EXPECT_EQ(listen(lists, "eve")->status(), 503);
    first->leave();
    first->wait_for_end();
    EXPECT_FALSE(listen(lists, "eve")->has_ended());
    EXPECT_FALSE(listen(lists)->has_ended());
}

TEST_F(ListenersTest, watch_only_so_much_of_a_users)
{
    auto first = listen(R"({"resourceSubscriptions": ["test://a", "test://b", "test://c"]})");
    const std::string_view two = R"({"resourceSubscriptions": ["test://d", "test://e"]})";
    const auto refused = listen(two);
    EXPECT_EQ(refused->status(), 429);
    EXPECT_EQ(refused->answered().at("error").at("message"),
              "Your streams watch 4 resources at most: end one first, or watch less.");
    EXPECT_FALSE(listen(R"({"resourceSubscriptions": ["test://d"]})")->has_ended());
    EXPECT_FALSE(listen(two, "bob")->has_ended());
    first->leave();
    first->wait_for_end();
    EXPECT_FALSE(listen(two)->has_ended());
}

TEST_F(ListenersTest, end_at_once_where_there_is_nothing_to_tell)
{
    for (const std::string_view wanted :
         {"{}", R"({"resourcesListChanged": true})", R"({"resourceSubscriptions": ["other://a"]})",
          R"({"resourceSubscriptions": []})", R"({"toolsListChanged": false})"}) {
        const auto listener = listen(wanted);
        listener->wait_for_end();
        EXPECT_EQ(listener->status(), 200);
        EXPECT_EQ(listener->answered().at("result").at("resultType"), "complete") << wanted;
        ASSERT_EQ(listener->frames().size(), 1U);
        EXPECT_EQ(listener->frames().front().at("params").at("notifications"), parse("{}"));
    }
}

TEST_F(ListenersTest, end_after_a_time)
{
    ListenSettings short_lived = settings();
    short_lived.ticks_of_stream = 5;
    Listeners those{loop, book, std::move(short_lived)};
    const Server brief{{}, {those.method()}};
    for (const std::string_view wanted :
         {lists, std::string_view{R"({"resourceSubscriptions": ["test://a"]})"}}) {
        Listener listener{loop, brief, Sender{.caller = {.user_id = "ada"}}, request(wanted)};
        listener.wait_for_end();
        EXPECT_EQ(listener.status(), 200);
        EXPECT_EQ(listener.answered().at("result").at("resultType"), "complete");
        EXPECT_EQ(listener.frames().size(), 1U);
    }
}

TEST_F(ListenersTest, say_what_they_do_not_take)
{
    const std::string many = [] {
        std::string uris;
        for (std::size_t i = 0; i <= Listeners::max_uris; ++i)
            uris += fmt::format(R"({}"test://{}")", i == 0 ? "" : ",", i);
        return uris;
    }();
    for (const std::string& wanted :
         {std::string{"[]"}, std::string{"null"}, std::string{R"({"toolsListChanged": 1})"},
          std::string{R"({"resourceSubscriptions": "test://a"})"},
          std::string{R"({"resourceSubscriptions": [1]})"},
          fmt::format(R"({{"resourceSubscriptions": [{}]}})", many),
          fmt::format(R"({{"resourceSubscriptions": ["test://{}"]}})", std::string(250, 'a'))}) {
        const auto listener = listen(wanted);
        ASSERT_TRUE(listener->has_ended()) << wanted;
        EXPECT_EQ(listener->answered().at("error").at("code"), -32602) << wanted;
        EXPECT_TRUE(listener->frames().empty());
    }
}

TEST_F(ListenersTest, must_take_a_stream)
{
    const auto message = parse(request(lists));
    const Outgoing outgoing = loop.run(server.answer(message, {}));
    EXPECT_EQ(parse(outgoing.body).at("error").at("code"), -32602);
}

}  // namespace
}  // namespace todod::mcp
