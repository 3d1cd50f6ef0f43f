#include "assistant/model/engine.hpp"

#include "assistant/model/model_conversation.hpp"
#include "assistant/model/model_server.hpp"
#include "net/test_authority.hpp"
#include "support/errors.hpp"
#include "support/together.hpp"

namespace todod::assistant::model {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::ModelConversation;
using testing::ModelServer;
using ::testing::Not;
using testing::Parts;
using testing::say;
using ::testing::StartsWith;
using testing::stream_of;
using testing::with_status;

const std::string nap{testing::TestServer::nap};
const std::string long_nap{testing::TestServer::long_nap};

class ModelEngineTest : public ::testing::Test {
protected:
    std::string ask(const ModelServer& server, std::string message)
    {
        ada.base_url = server.base_url();
        return ada.say(std::move(message));
    }

    ModelConversation ada;
};

TEST_F(ModelEngineTest, passes_on_what_the_model_says_as_it_comes)
{
    Parts parts = stream_of({R"({"role":"assistant","content":""})", R"({"content":"Good "})",
                             R"({"content":"mor\u00fcn"})", R"({"content":"ing."})"});
    parts.insert(parts.begin() + 3, long_nap);
    parts.insert(parts.begin() + 5, long_nap);
    const ModelServer server{{parts}};
    EXPECT_EQ(ask(server, "hello"), "Good morüning.");
    EXPECT_GE(ada.pieces.size(), 2U);
    EXPECT_THAT(server.head(0), StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
    EXPECT_THAT(server.head(0), HasSubstr("\r\nAuthorization: Bearer sesame"));
    const auto body = server.body(0);
    EXPECT_EQ(body.at("model").as_string(), "a-model");
    EXPECT_TRUE(body.at("stream").as_bool());
    EXPECT_THAT(server.messages(0), ElementsAre("user: hello"));
}

TEST_F(ModelEngineTest, takes_an_answer_in_one_piece)
{
    const std::string whole = with_status(
        200, "",
        R"({"choices":[{"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":5,"completion_tokens":2}})");
    for (const bool streams : {true, false}) {
        ModelConversation other;
        other.settings.streams = streams;
        const ModelServer server{{{whole}}};
        other.base_url = server.base_url() + "/";
        EXPECT_EQ(other.say("hello"), "Hi.");
        EXPECT_EQ(server.body(0).contains("stream"), streams);
        EXPECT_EQ(other.counted("todod_model_tokens_total", "prompt"), 5U);
        EXPECT_EQ(other.counted("todod_model_tokens_total", "completion"), 2U);
    }
}

TEST_F(ModelEngineTest, sends_no_key_where_there_is_none)
{
    const ModelServer server{{say("Hi.")}};
    ada.key.clear();
    ask(server, "hello");
    EXPECT_THAT(server.head(0), Not(HasSubstr("Authorization")));
}

TEST_F(ModelEngineTest, tells_the_model_of_the_tools_the_day_and_the_zone)
{
    const ModelServer server{{say("Hi.")}};
    ada.zone = *base::TimeZone::find("Pacific/Kiritimati");
    ask(server, "hello");
    const auto body = server.body(0);
    const auto& prompt = body.at("messages").at(0).at("content").as_string();
    const auto day = base::to_string(ada.zone.day_at(ada.clock().now()));
    EXPECT_THAT(std::string{prompt}, HasSubstr(day));
    EXPECT_THAT(std::string{prompt}, HasSubstr("Pacific/Kiritimati"));
    std::vector<std::string> names;
    for (const auto& tool : body.at("tools").as_array()) {
        const auto& function = tool.at("function").as_object();
        names.emplace_back(function.at("name").as_string());
        EXPECT_FALSE(function.at("parameters").at("properties").as_object().contains("user_id"));
    }
    EXPECT_THAT(names, ::testing::IsSupersetOf({"add_task", "list_tasks", "delete_task"}));
}

TEST_F(ModelEngineTest, uses_tools_and_tells_the_model_what_came_of_it)
{
    const ModelServer server{{testing::call("add_task", R"({"title":"Buy milk"})"), say("Added.")}};
    EXPECT_EQ(ask(server, "add milk"), "Added.");
    EXPECT_EQ(ada.tasks(), "Buy milk");
    const auto told = server.messages(1);
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[1], R"(assistant: add_task({"title":"Buy milk"}))");
    EXPECT_THAT(told[2], StartsWith(R"(tool: {"success":true,"data":{)"));
    const auto messages = server.body(1).at("messages").as_array();
    EXPECT_EQ(messages.back().at("tool_call_id").as_string(), "call_a");
    EXPECT_EQ(ada.counted("todod_model_requests_total", "success"), 2U);
    EXPECT_EQ(ada.counted("todod_model_tokens_total", "prompt"), 22U);
}

TEST_F(ModelEngineTest, uses_several_tools_that_come_in_parts)
{
    const auto delta = [](std::string_view calls) {
        return fmt::format(R"({{"tool_calls":[{}]}})", calls);
    };
    constexpr auto* one = R"({"name":"add_task","arguments":"{\"title\":\"One\"}"})";
    constexpr auto* two = R"({"name":"add_task","arguments":"{\"title\":\"Two\"}"})";
    const std::vector<std::string> split[] = {
        {delta(R"({"index":0,"id":"a","function":{"name":"add_task","arguments":""}})"),
         delta(R"({"index":0,"function":{"arguments":"{\"title\":"}})"),
         delta(R"({"index":1,"id":"b","function":{"name":"add_task","arguments":"{\"tit"}})"),
         delta(R"({"index":0,"function":{"arguments":"\"One\"}"}})"),
         delta(R"({"index":1,"function":{"arguments":"le\":\"Two\"}"}})")},
        // All at once, all with the same index.
        {delta(fmt::format(R"({{"index":0,"id":"a","function":{}}},)", one) +
               fmt::format(R"({{"index":0,"id":"b","function":{}}})", two))},
        // Without an index or an id, and with arguments that are no text.
        {delta(R"({"function":{"name":"add_task","arguments":{"title":"One"}}},)"
               R"({"function":{"name":"add_task","arguments":{"title":"Two"}}})")},
    };
    for (const auto& deltas : split) {
        ModelConversation other;
        const ModelServer server{{stream_of(deltas, "tool_calls"), say("Both.")}};
        other.base_url = server.base_url();
        EXPECT_EQ(other.say("add one and two"), "Both.");
        EXPECT_EQ(other.tasks(), "One, Two");
        const auto messages = server.body(1).at("messages").as_array();
        ASSERT_EQ(messages.size(), 5U);
        const auto& calls = messages[2].at("tool_calls").as_array();
        for (std::size_t i = 0; i < 2; ++i)
            EXPECT_EQ(messages[3 + i].at("tool_call_id"), calls[i].at("id"));
        EXPECT_NE(calls[0].at("id"), calls[1].at("id"));
    }
}

TEST_F(ModelEngineTest, tells_the_model_what_it_got_wrong)
{
    const struct {
        const char* name;
        const char* arguments;
        const char* error;
    } cases[] = {
        {"add_task", R"({"title": )", "not a JSON object"},
        {"add_task", "[1]", "not a JSON object"},
        {"add_task", "{}", "title"},
        {"add_task", R"({"title":"x","nonsense":1})", "nonsense"},
        {"drop_tables", "{}", "Unknown tool: drop_tables"},
        {"complete_task", R"({"task_id":77})", "not found"},
    };
    for (const auto& each : cases) {
        const ModelServer server{{testing::call(each.name, each.arguments), say("Sorry.")}};
        EXPECT_EQ(ask(server, "go"), "Sorry.") << each.arguments;
        const auto told = server.messages(1).back();
        EXPECT_THAT(told, StartsWith(R"(tool: {"success":false,"error":)"));
        EXPECT_THAT(told, HasSubstr(each.error));
    }
    EXPECT_EQ(ada.tasks(), "");
}

TEST_F(ModelEngineTest, takes_no_user_from_the_model)
{
    ada.add_user("bob");
    const ModelServer server{
        {testing::call("add_task", R"({"user_id":"bob","title":"Mine"})"), say("Added.")}};
    ask(server, "add it for bob");
    EXPECT_EQ(ada.tasks(), "Mine");
}

TEST_F(ModelEngineTest, lets_no_model_go_on_for_ever)
{
    const ModelServer server{{testing::call("list_tasks", "{}")}};
    EXPECT_EQ(ask(server, "go"), too_many_rounds);
    ASSERT_EQ(server.requests(), ModelEngine::max_rounds + 1);
    EXPECT_FALSE(server.body(ModelEngine::max_rounds - 1).contains("tool_choice"));
    EXPECT_EQ(server.body(ModelEngine::max_rounds).at("tool_choice").as_string(), "none");
}

TEST_F(ModelEngineTest, says_something_where_the_model_does_not)
{
    const struct {
        Parts parts;
        std::string_view text;
    } cases[] = {
        {stream_of({}), nothing_said},
        {stream_of({R"({"content":null})"}), nothing_said},
        {stream_of({R"({"refusal":"I will not."})"}), refused},
        {stream_of({}, "content_filter"), refused},
        {stream_of({R"({"content":"Once upon"})"}, "length"),
         "Once upon\n\n(My answer got too long: I have cut it here.)"},
    };
    for (const auto& [parts, text] : cases) {
        const ModelServer server{{parts}};
        EXPECT_EQ(ask(server, "go"), text);
    }
    const ModelServer silent{{testing::call("list_tasks", "{}"), stream_of({})}};
    EXPECT_EQ(ask(silent, "go"), only_done);
    // What it said before it used a tool is a paragraph of its own.
    Parts first = testing::call("list_tasks", "{}");
    first.insert(first.begin() + 1,
                 "data: {\"choices\":[{\"delta\":{\"content\":\"I look.\"}}]}\n\n");
    const ModelServer talkative{{first, say("None.")}};
    EXPECT_EQ(ask(talkative, "go"), "I look.\n\nNone.");
    EXPECT_EQ(talkative.messages(1).at(1), "assistant: I look. list_tasks({})");
}

TEST_F(ModelEngineTest, tells_the_model_what_was_said_and_done_before)
{
    ada.history.push_back({.by_user = true, .text = "add milk", .tools = {}, .state = {}});
    ada.history.push_back(
        {.by_user = false,
         .text = "Added.",
         .tools = {{.name = "add_task",
                    .parameters = {{"title", "Milk"}},
                    .result = {{"success", true}}},
                   {.name = "list_tasks",
                    .parameters = {},
                    .result = {{"success", true}, {"data", std::string(100'000, 'x')}}}},
         .state = {}});
    const ModelServer server{{say("Yes.")}};
    ask(server, "really?");
    const auto told = server.messages(0);
    ASSERT_EQ(told.size(), 6U);
    EXPECT_EQ(told[0], "user: add milk");
    EXPECT_EQ(told[1], R"(assistant: add_task({"title":"Milk"}) list_tasks({}))");
    EXPECT_EQ(told[2], R"(tool: {"success":true})");
    EXPECT_THAT(told[3], HasSubstr("too long"));
    EXPECT_EQ(told[4], "assistant: Added.");
    EXPECT_EQ(told[5], "user: really?");
}

TEST_F(ModelEngineTest, talks_with_many_at_once)
{
    constexpr std::size_t many = 200;
    Parts slow = say("Hi.");
    for (int i = 0; i < 20; ++i)
        slow.insert(slow.begin() + 1, nap);
    const ModelServer server{{slow}};
    ada.base_url = server.base_url("localhost");
    std::vector<std::unique_ptr<testing::ModelTurn>> turns;
    std::vector<base::Async<Answer>> work;
    for (std::size_t i = 0; i < many; ++i)
        work.push_back(turns.emplace_back(ada.begin("hello"))->answer());
    for (const auto& outcome : testing::run_together(ada.loop(), std::move(work))) {
        ASSERT_TRUE(outcome.value);
        EXPECT_EQ(outcome.value->text, "Hi.");
    }
}

}  // namespace
}  // namespace todod::assistant::model
