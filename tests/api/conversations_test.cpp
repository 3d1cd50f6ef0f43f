#include <gmock/gmock.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;
using boost::json::serialize;
using ::testing::ElementsAre;
using todod::testing::Answered;
using todod::testing::kinds_of;
using todod::testing::TestApi;

/// Ada's and Bob's conversations, on each surface.
class Conversations : public ::testing::TestWithParam<schema::Dialect> {
protected:
    Conversations()
    {
        api.add_user("ada");
        api.add_user("bob");
    }

    bool own() const { return GetParam() == schema::Dialect::own; }

    /// A turn with one tool call.
    void talk(std::string user_id, std::string message,
              std::optional<std::int64_t> conversation_id = {})
    {
        auto& service = api.conversation_service();
        auto turn = std::get<services::OpenTurn>(
            api.run(service.begin_turn(user_id, {conversation_id, message, {}})));
        services::TurnReply reply{
            .content = "re: " + message,
            .tool_calls = {{"add_task", {R"({"due_date":null})"}, {R"({"task_id":1})"}}},
            .state = R"({"private":true})",
            .at = api.clock().now()};
        api.run(service.end_turn(std::move(user_id), std::move(turn), std::move(reply)));
    }

    std::string path(std::string_view method, std::string_view rest, std::string_view user_id) const
    {
        return own() ? fmt::format("{} /api/conversations{}", method, rest)
                     : fmt::format("{} /api/{}/conversations{}", method, user_id, rest);
    }
    Answered send(std::string_view method, std::string_view rest = "", std::string user_id = "ada")
    {
        const auto request = path(method, rest, user_id);
        return api.send(std::move(user_id), request);
    }
    base::Error refuse(std::string_view method, std::string_view rest, std::string user_id = "ada")
    {
        const auto request = path(method, rest, user_id);
        return api.refuse(std::move(user_id), request);
    }

    TestApi api;
};

INSTANTIATE_TEST_SUITE_P(Surfaces, Conversations, todod::testing::both_surfaces,
                         todod::testing::surface_name);

TEST_P(Conversations, are_listed_newest_first)
{
    talk("ada", "Buy milk");
    api.clock().advance(std::chrono::seconds{1});
    talk("ada", "Second");
    const auto list = send("GET");
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(list.header("X-Total-Count"), "2");
    ASSERT_EQ(list.body.as_array().size(), 2U);
    EXPECT_EQ(list.body.at(0).at("id"), 2);
    EXPECT_EQ(serialize(list.body.at(1)),
              own() ? R"({"id":1,"title":"Buy milk","createdAt":"2026-11-21T10:00:00.000Z",)"
                      R"("updatedAt":"2026-11-21T10:00:00.000Z","messageCount":2,)"
                      R"("lastMessage":"re: Buy milk"})"
                    : R"({"id":1,"title":"Buy milk","created_at":"2026-11-21T10:00:00.000Z",)"
                      R"("updated_at":"2026-11-21T10:00:00.000Z","message_count":2,)"
                      R"("last_message":"re: Buy milk"})");
    EXPECT_EQ(send("GET", "?limit=1&skip=1").body.at(0), list.body.at(1));
}

TEST_P(Conversations, show_what_was_said_oldest_first_and_nothing_of_the_engine)
{
    talk("ada", "Buy milk");
    const auto history = send("GET", "/history?conversation_id=1");
    EXPECT_EQ(history.status, 200);
    EXPECT_EQ(history.header("X-Total-Count"), "2");
    EXPECT_EQ(
        serialize(history.body),
        own() ? R"([{"role":"user","content":"Buy milk","timestamp":"2026-11-21T10:00:00.000Z",)"
                R"("conversationId":1,"toolCalls":[]},)"
                R"({"role":"assistant","content":"re: Buy milk",)"
                R"("timestamp":"2026-11-21T10:00:00.000Z","conversationId":1,"toolCalls":)"
                R"([{"toolName":"add_task","parameters":{"due_date":null},)"
                R"("result":{"task_id":1}}]}])"
              : R"([{"role":"user","content":"Buy milk","timestamp":"2026-11-21T10:00:00.000Z",)"
                R"("conversation_id":1,"tool_calls":[]},)"
                R"({"role":"assistant","content":"re: Buy milk",)"
                R"("timestamp":"2026-11-21T10:00:00.000Z","conversation_id":1,"tool_calls":)"
                R"([{"tool_name":"add_task","parameters":{"due_date":null},)"
                R"("result":{"task_id":1}}]}])");
}

TEST_P(Conversations, show_all_that_was_said_where_none_is_named)
{
    EXPECT_EQ(send("GET", "/history").body, boost::json::array{});
    talk("ada", "one");
    api.clock().advance(std::chrono::seconds{1});
    talk("ada", "two");
    const auto all = send("GET", "/history");
    EXPECT_EQ(all.header("X-Total-Count"), "4");
    EXPECT_EQ(all.body.at(0).at("content"), "one");
    EXPECT_EQ(all.body.at(3).at("content"), "re: two");
    const auto page = send("GET", "/history?limit=2&skip=1");
    EXPECT_EQ(page.body.at(0).at("content"), "re: one");
    EXPECT_EQ(page.body.as_array().size(), 2U);
}

TEST_P(Conversations, are_deleted_one_by_one_or_all)
{
    for (const auto* message : {"one", "two", "three"})
        talk("ada", message);
    EXPECT_EQ(send("DELETE", "/2").status, 204);
    EXPECT_EQ(refuse("GET", "/history?conversation_id=2").code(), ErrorCode::not_found);
    EXPECT_EQ(send("GET").body.as_array().size(), 2U);
    EXPECT_EQ(send("DELETE", "/clear").status, 204);
    EXPECT_EQ(send("DELETE", "/clear").status, 204);
    EXPECT_EQ(send("GET").body, boost::json::array{});
    EXPECT_EQ(send("GET", "/history").body, boost::json::array{});
}

TEST_P(Conversations, are_seen_and_deleted_by_their_user_alone)
{
    talk("ada", "hers");
    EXPECT_EQ(send("GET", "", "bob").body, boost::json::array{});
    EXPECT_EQ(send("GET", "/history", "bob").body, boost::json::array{});
    EXPECT_EQ(refuse("GET", "/history?conversation_id=1", "bob").code(), ErrorCode::not_found);
    EXPECT_EQ(refuse("DELETE", "/1", "bob").code(), ErrorCode::not_found);
    EXPECT_EQ(send("DELETE", "/clear", "bob").status, 204);
    EXPECT_EQ(send("GET", "/history").body.as_array().size(), 2U);
}

TEST_P(Conversations, of_what_is_no_id_are_not_found_in_a_path_and_refused_in_a_query)
{
    talk("ada", "hers");
    for (const auto* id : {"/0", "/-1", "/2", "/1x", "/x", "/99999999999999999999", "/1.0"})
        EXPECT_EQ(refuse("DELETE", id).code(), ErrorCode::not_found) << id;
    const std::pair<const char*, const char*> table[] = {
        {"/history?conversation_id=x", "query.conversation_id int_type"},
        {"/history?limit=0", "query.limit out_of_range"},
        {"/history?limit=1001", "query.limit out_of_range"},
        {"/history?skip=-1", "query.skip out_of_range"},
        {"?limit=1001", "query.limit out_of_range"},
    };
    for (const auto& [query, kind] : table) {
        const auto error = refuse("GET", query);
        EXPECT_EQ(error.code(), ErrorCode::invalid) << query;
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre(kind));
    }
    EXPECT_EQ(send("GET").body.as_array().size(), 1U);
}

}  // namespace
}  // namespace todod::api
