#include "services/conversations.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/conversations.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::texts_of;
using types::ToolCall;

class ConversationService : public ::testing::Test, public testing::TestServices {
protected:
    ConversationService()
    {
        add_user("ada");
        add_user("bob");
    }

    OpenTurn begin(std::string message, std::optional<std::int64_t> conversation_id = {},
                   std::optional<std::string> key = {}, std::string user_id = "ada")
    {
        return std::get<OpenTurn>(run(service().begin_turn(
            std::move(user_id), {conversation_id, std::move(message), std::move(key)})));
    }
    store::TurnEnd end(OpenTurn turn, TurnReply reply)
    {
        reply.at = clock().now();
        return run(service().end_turn("ada", std::move(turn), std::move(reply)));
    }
    std::vector<types::Message> history(types::ListMessages query = {})
    {
        return run(service().history("ada", query)).messages;
    }
    template <class Work>
    ErrorCode refusal(Work work)
    {
        return error_of(work).code();
    }
    services::Conversations& service() { return conversation_service(); }
};

TEST(Title, is_the_beginning_of_the_first_message_in_one_line)
{
    const std::pair<std::string, std::string> table[] = {
        {"Buy milk", "Buy milk"},
        {"  Buy\n\n milk \t and\u00a0 tea  ", "Buy milk and tea"},
        {"", ""},
        {" \n ", ""},
        {std::string(60, 'x'), std::string(60, 'x')},
        {std::string(61, 'x'), std::string(60, 'x') + "…"},
        {std::string(60, 'x') + " y", std::string(60, 'x') + "…"},
        {std::string(50, 'x') + " " + std::string(20, 'y'), std::string(50, 'x') + "…"},
        {std::string(10, 'x') + " " + std::string(60, 'y'),
         std::string(10, 'x') + " " + std::string(49, 'y') + "…"},
        {std::string(59, 'x') + "  yy", std::string(59, 'x') + "…"},
        {"I need to remember to pay the bills before the end of this month, please",
         "I need to remember to pay the bills before the end of this…"},
    };
    for (const auto& [message, title] : table)
        EXPECT_EQ(title_of(message), title) << message;
    std::string foxes;
    for (int i = 0; i < 5000; ++i)
        foxes += "🦊";
    EXPECT_EQ(base::count_code_points(title_of(foxes)), 61U);
}

TEST_F(ConversationService, a_turn_is_begun_and_ended_and_the_next_one_sees_it)
{
    OpenTurn turn = begin("Add milk");
    EXPECT_THAT(turn.history, IsEmpty());
    clock().advance(std::chrono::seconds{1});
    const std::vector<ToolCall> calls{
        {"add_task", {R"({"title":"milk"})"}, {R"({"success":true})"}}};
    EXPECT_EQ(end(turn, {.content = "Done.", .tool_calls = calls, .state = "{}"}),
              store::TurnEnd::stored);

    turn = begin("More", turn.conversation_id);
    ASSERT_THAT(turn.history, SizeIs(2));
    EXPECT_EQ(turn.history[1].state, "{}");
    EXPECT_EQ(types::read_stored(turn.history[1].tool_calls), calls);
    EXPECT_EQ(turn.history[1].timestamp, clock().now());
    const auto page = run(service().list("ada", {}));
    ASSERT_THAT(page.conversations, SizeIs(1));
    EXPECT_EQ(page.conversations[0].title, "Add milk");
    EXPECT_EQ(page.conversations[0].last_message, "More");
    EXPECT_THAT(texts_of(history({.conversation_id = 1})),
                ElementsAre("Add milk", "Done.", "More"));
}

TEST_F(ConversationService, what_is_not_there_or_anothers_is_not_found)
{
    begin("hers");
    const auto begin_his = [&] { begin("his", 1, {}, "bob"); };
    const auto read = [&] { run(service().history("bob", {.conversation_id = 1})); };
    const auto remove = [&] { run(service().remove("bob", {.conversation_id = {1}})); };
    EXPECT_EQ(refusal(begin_his), ErrorCode::not_found);
    EXPECT_EQ(refusal(read), ErrorCode::not_found);
    EXPECT_EQ(refusal(remove), ErrorCode::not_found);
    EXPECT_EQ(refusal([&] { begin("more", 2); }), ErrorCode::not_found);
    EXPECT_EQ(refusal([&] { run(service().history("ada", {.conversation_id = 0})); }),
              ErrorCode::not_found);
    run(service().clear("bob"));
    EXPECT_THAT(texts_of(history()), ElementsAre("hers"));
    run(service().remove("ada", {.conversation_id = {1}}));
    EXPECT_EQ(refusal([&] { run(service().remove("ada", {.conversation_id = {1}})); }),
              ErrorCode::not_found);
}

TEST_F(ConversationService, a_turn_with_a_key_is_answered_once)
{
    const OpenTurn turn = begin("Add milk", {}, "key");
    EXPECT_EQ(refusal([&] { begin("Add milk", {}, "key"); }), ErrorCode::conflict);
    EXPECT_EQ(refusal([&] { begin("Add tea", {}, "key"); }), ErrorCode::invalid);
    EXPECT_EQ(refusal([&] { begin("Add milk", 1, "key"); }), ErrorCode::invalid);
    EXPECT_EQ(end(turn, {.content = "Done.", .kept = R"({"response":"Done."})"}),
              store::TurnEnd::stored);
    const auto again = run(service().begin_turn("ada", {{}, "Add milk", "key"}));
    EXPECT_EQ(std::get<store::ReplayedTurn>(again).answer, R"({"response":"Done."})");
    EXPECT_EQ(begin("Add milk", {}, "key", "bob").conversation_id, 1);
    EXPECT_THAT(texts_of(history()), ElementsAre("Add milk", "Done."));
}

TEST_F(ConversationService, a_turn_whose_server_has_died_is_taken_over)
{
    begin("Add milk", {}, "key");
    clock().advance(services::Conversations::turn_timeout);
    const OpenTurn turn = begin("Add milk", {}, "key");
    EXPECT_EQ(turn.position, 1);
    EXPECT_EQ(end(turn, {.content = "Done.", .kept = "{}"}), store::TurnEnd::stored);
    EXPECT_THAT(texts_of(history()), ElementsAre("Add milk", "Done."));
}

TEST_F(ConversationService, a_turn_that_is_left_may_be_asked_for_again_at_once)
{
    run(service().leave_turn("ada", begin("No key")));
    run(service().leave_turn("ada", begin("Add milk", {}, "key")));
    const OpenTurn turn = begin("Add milk", {}, "key");
    EXPECT_EQ(turn.conversation_id, 2);
    EXPECT_EQ(turn.position, 1);
    EXPECT_THAT(texts_of(history()), ElementsAre("No key", "Add milk"));
}

TEST_F(ConversationService, an_answer_for_what_has_been_deleted_is_not_stored)
{
    const OpenTurn turn = begin("Add milk");
    run(service().clear("ada"));
    EXPECT_EQ(end(turn, {.content = "Done."}), store::TurnEnd::gone);
    EXPECT_THAT(history(), IsEmpty());
}

TEST_F(ConversationService, what_the_assistant_says_is_cut_to_what_is_kept)
{
    std::string foxes;
    for (int i = 0; i < 20'000; ++i)
        foxes += "🦊";
    const OpenTurn turn = begin("Say a lot");
    end(turn, {.content = foxes + "x", .state = std::string(16'385, ' ')});
    end(begin("More", 1), {.content = foxes, .state = std::string(16'384, ' ')});
    end(begin("Zero", 1), {.content = std::string{"a\0b", 3}});
    const auto said = begin("And?", 1).history;
    EXPECT_EQ(said[1].content, foxes.substr(0, foxes.size() - 4) + "…");
    EXPECT_EQ(said[1].state, "");
    EXPECT_EQ(said[3].content, foxes);
    EXPECT_THAT(said[3].state, SizeIs(16'384));
    EXPECT_EQ(said[5].content, "ab");
}

TEST(Fit, drops_the_longest_results_then_parameters_then_calls)
{
    const std::string quarter = fmt::format("\"{}\"", std::string(20'000, 'x'));
    const auto fitted = [](ToolCall call, int count) {
        TurnReply reply;
        for (int i = 0; i < count; ++i)
            reply.tool_calls.push_back(call);
        fit(reply);
        return reply.tool_calls;
    };
    const ToolCall small{"add_task", {"{}"}, {quarter}};
    EXPECT_THAT(fitted(small, 3), ElementsAre(small, small, small));
    const ToolCall without_result{"add_task", {"{}"}, {}};
    EXPECT_THAT(fitted(small, 4), ElementsAre(without_result, small, small, small));
    TurnReply mixed{
        .tool_calls = {{"add_task", {"{}"}, {R"("done")"}},
                       {"list_tasks", {"{}"}, {fmt::format("\"{}\"", std::string(70'000, 'x'))}}}};
    fit(mixed);
    EXPECT_THAT(mixed.tool_calls, ElementsAre(ToolCall{"add_task", {"{}"}, {R"("done")"}},
                                              ToolCall{"list_tasks", {"{}"}, {}}));
    const ToolCall name_alone{"add_task", {}, {}};
    EXPECT_EQ(fitted({"add_task", {quarter}, {quarter}}, 4), std::vector<ToolCall>(4, name_alone));
    EXPECT_THAT(fitted({std::string(20'000, 'x'), {}, {}}, 4), SizeIs(2));
    EXPECT_THAT(fitted({std::string(70'000, 'x'), {}, {}}, 4), IsEmpty());
}

}  // namespace
}  // namespace todod::services
