#include "assistant/assistant.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "api/api.hpp"
#include "assistant/said.hpp"
#include "assistant/toolbox.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::assistant {
namespace {

using base::ErrorCode;
using boost::json::object;
using ::testing::ElementsAre;
using testing::error_of;

/// Does in a turn what the test says.
class ScriptedEngine final : public Engine {
public:
    using Script = std::function<base::Async<Answer>(const Turn&, Toolbox&, Listener&)>;

    explicit ScriptedEngine(Script script) : script_(std::move(script)) {}

    base::Async<Answer> answer(const Turn& turn, Toolbox& tools, Listener& listener) override
    {
        return script_(turn, tools, listener);
    }

private:
    Script script_;
};

class Chat : public ::testing::Test {
protected:
    Chat()
    {
        services.add_user("ada");
        services.add_user("bob");
    }

    static ChatRequest request_of(std::string message, std::optional<std::int64_t> conversation_id,
                                  std::string key, std::string user_id = "ada")
    {
        ChatRequest request{.caller = {.user_id = std::move(user_id)}};
        request.input.message = std::move(message);
        request.input.conversation_id = conversation_id;
        if (!key.empty()) request.input.idempotency_key = types::IdempotencyKey{std::move(key)};
        return request;
    }

    ChatOutcome say(std::string message, std::optional<std::int64_t> conversation_id = {},
                    std::string key = {}, std::string user_id = "ada")
    {
        return services.run(assistant.chat(
            request_of(std::move(message), conversation_id, std::move(key), std::move(user_id)),
            listener));
    }

    /// What is stored, as "user: …" and "assistant: …".
    std::vector<std::string> stored(std::int64_t conversation_id = 1)
    {
        const auto page = services.run(
            services.conversation_service().history("ada", {.conversation_id = conversation_id}));
        std::vector<std::string> all;
        for (const auto& message : page.messages) {
            all.push_back(fmt::format(
                "{}: {}", schema::Codec<types::Role>::name(message.role, schema::Dialect::tool),
                message.content));
        }
        return all;
    }

    testing::TestServices services;
    base::Log log{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    const operation::Table tools =
        api::tool_operations(&services.task_service(), &services.change_service());
    testing::RecordingListener listener;
    ScriptedEngine::Script script = [](const Turn& turn, Toolbox&,
                                       Listener& heard) -> base::Async<Answer> {
        co_await heard.hear("You said: " + turn.message);
        co_return Answer{.text = "You said: " + turn.message, .state = "{}"};
    };
    Assistant assistant{services.conversation_service(), tools,
                        [this](std::string) -> base::Async<std::unique_ptr<Engine>> {
                            co_return std::make_unique<ScriptedEngine>(script);
                        },
                        services.clock(), log};
};

/// Adds a task, then does as `then` says.
ScriptedEngine::Script adding(std::string title, std::function<void()> then)
{
    return [title, then](const Turn&, Toolbox& tools, Listener&) -> base::Async<Answer> {
        co_await tools.use("add_task", {{"title", title}});
        then();
        co_return Answer{.text = "Done.", .state = {}};
    };
}

[[noreturn]] void fall_ill()
{
    throw base::Error::unavailable("The model is away.", std::chrono::seconds{5});
}

TEST_F(Chat, stores_what_is_said_and_what_is_answered)
{
    const auto outcome = say("hello");
    EXPECT_EQ(outcome.answer.conversation_id, 1);
    EXPECT_EQ(outcome.answer.response, "You said: hello");
    EXPECT_EQ(listener.text, "You said: hello");
    EXPECT_THAT(stored(), ElementsAre("user: hello", "assistant: You said: hello"));
}

TEST_F(Chat, has_stored_the_message_before_an_engine_sees_it)
{
    script = [this](const Turn&, Toolbox&, Listener&) -> base::Async<Answer> {
        const auto page = co_await services.conversation_service().history("ada", {});
        co_return Answer{.text = std::to_string(page.messages.size()), .state = {}};
    };
    EXPECT_EQ(say("hello").answer.response, "1");
}

TEST_F(Chat, goes_on_with_what_was_said_before_and_with_the_engines_state)
{
    say("first");
    script = [](const Turn& turn, Toolbox&, Listener&) -> base::Async<Answer> {
        std::string all;
        for (const auto& said : turn.history)
            all += said.text + said.state + '|';
        co_return Answer{.text = all, .state = {}};
    };
    EXPECT_EQ(say("second", 1).answer.response, "first|You said: first{}|");
    EXPECT_EQ(say("other").answer.response, "");
}

TEST_F(Chat, sees_nobody_elses_conversation)
{
    say("mine");
    EXPECT_EQ(error_of([&] { say("yours?", 1, {}, "bob"); }).code(), ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { say("nobody's", 7); }).code(), ErrorCode::not_found);
    EXPECT_EQ(stored().size(), 2U);
}

TEST_F(Chat, keeps_the_message_when_the_engine_fails)
{
    script = [](const Turn&, Toolbox&, Listener&) -> base::Async<Answer> {
        fall_ill();
        co_return Answer{};
    };
    EXPECT_EQ(error_of([&] { say("hello"); }).code(), ErrorCode::unavailable);
    EXPECT_THAT(stored(), ElementsAre("user: hello"));
    script = adding("a", [] {});
    say("again", 1);
    EXPECT_THAT(stored(), ElementsAre("user: hello", "user: again", "assistant: Done."));
}

TEST_F(Chat, says_afterwards_what_a_failed_engine_had_done)
{
    script = adding("milk", fall_ill);
    EXPECT_EQ(error_of([&] { say("add milk"); }).code(), ErrorCode::unavailable);
    EXPECT_THAT(stored(), ElementsAre("user: add milk",
                                      "assistant: I was interrupted. Before that: I've added "
                                      "'milk' to your tasks."));
}

TEST_F(Chat, with_a_key_is_answered_once)
{
    script = adding("milk", [] {});
    const auto first = say("add milk", {}, "key");
    const auto second = say("add milk", {}, "key");
    EXPECT_FALSE(first.is_replayed);
    EXPECT_TRUE(second.is_replayed);
    EXPECT_EQ(second.answer.conversation_id, first.answer.conversation_id);
    EXPECT_EQ(second.answer.response, "Done.");
    EXPECT_EQ(second.answer.timestamp, first.answer.timestamp);
    EXPECT_EQ(second.answer.tool_calls, first.answer.tool_calls);
    EXPECT_EQ(stored().size(), 2U);
    EXPECT_EQ(services.run(services.task_service().list("ada", {})).total, 1);
    EXPECT_EQ(error_of([&] { say("add bread", {}, "key"); }).code(), ErrorCode::invalid);
}

TEST_F(Chat, with_a_key_may_be_tried_again_after_a_failure_that_did_nothing)
{
    script = [](const Turn&, Toolbox&, Listener&) -> base::Async<Answer> {
        fall_ill();
        co_return Answer{};
    };
    EXPECT_EQ(error_of([&] { say("add milk", {}, "key"); }).code(), ErrorCode::unavailable);
    script = adding("milk", [] {});
    EXPECT_EQ(say("add milk", {}, "key").answer.response, "Done.");
    EXPECT_THAT(stored(), ElementsAre("user: add milk", "assistant: Done."));
}

TEST_F(Chat, with_a_key_is_not_done_again_after_a_failure_that_came_later)
{
    script = adding("milk", fall_ill);
    EXPECT_EQ(error_of([&] { say("add milk", {}, "key"); }).code(), ErrorCode::unavailable);
    const auto again = say("add milk", {}, "key");
    EXPECT_TRUE(again.is_replayed);
    EXPECT_EQ(again.answer.response,
              "I was interrupted. Before that: I've added 'milk' to your tasks.");
    EXPECT_EQ(services.run(services.task_service().list("ada", {})).total, 1);
}

TEST_F(Chat, asks_about_what_a_model_wants_to_delete_and_the_user_has_not_asked_for)
{
    script = adding("milk", [] {});
    say("add milk");
    const auto deleting = [](const Turn&, Toolbox& tools, Listener&) -> base::Async<Answer> {
        co_await tools.use("delete_task", {{"task_id", 1}});
        co_return Answer{.text = "Here you are.", .state = {}};
    };
    script = deleting;
    listener.text.clear();
    const auto asked = say("show my tasks", 1);
    EXPECT_EQ(asked.answer.response,
              "Here you are.\n\nNothing has been deleted that you did not ask for. Shall I delete "
              "task 1 'milk'? (yes/no)");
    EXPECT_EQ(listener.text, asked.answer.response.substr(asked.answer.response.find('\n')));
    EXPECT_EQ(services.run(services.task_service().list("ada", {})).total, 1);
    EXPECT_EQ(say("yes", 1).answer.response, "Here you are.");
    EXPECT_EQ(services.run(services.task_service().list("ada", {})).total, 0);
}

TEST_F(Chat, asks_at_the_end_of_however_long_an_answer)
{
    script = adding("milk", [] {});
    say("add milk");
    script = [](const Turn&, Toolbox& tools, Listener&) -> base::Async<Answer> {
        co_await tools.use("delete_task", {{"task_id", 1}});
        co_return Answer{.text = std::string(services::Conversations::max_answer + 1, 'x'),
                         .state = {}};
    };
    EXPECT_TRUE(say("show my tasks", 1).answer.response.ends_with("task 1 'milk'? (yes/no)"));
}

TEST_F(Chat, whose_conversation_is_deleted_meanwhile_is_answered_all_the_same)
{
    script = [this](const Turn&, Toolbox&, Listener&) -> base::Async<Answer> {
        co_await services.conversation_service().clear("ada");
        co_return Answer{.text = "Done.", .state = {}};
    };
    EXPECT_EQ(say("hello").answer.response, "Done.");
}

TEST_F(Chat, takes_back_once_what_is_taken_back_by_a_turn_that_another_server_takes_over)
{
    for (const auto* title : {"Milk", "Bread", "Tea"}) {
        script = adding(title, [] {});
        say("add");
    }
    bool is_first = true;
    script = [&](const Turn&, Toolbox& tools, Listener&) -> base::Async<Answer> {
        const object done = co_await tools.use("undo_changes", {});
        if (std::exchange(is_first, false)) {
            // Its server is as good as dead, but for what it has done.
            services.clock().advance(services::Conversations::turn_timeout);
            co_await assistant.chat(request_of("undo that", 3, "key"), listener);
        }
        co_return Answer{.text = std::string{done.at("data").at("message").as_string()},
                         .state = {}};
    };
    const auto before = services.run(services.task_service().list("ada", {})).total;
    const auto outcome = say("undo that", 3, "key");
    EXPECT_FALSE(is_first);
    EXPECT_EQ(services.run(services.task_service().list("ada", {})).total, before - 1);
    EXPECT_EQ(say("undo that", 3, "key").answer.response, outcome.answer.response);
}

}  // namespace
}  // namespace todod::assistant
