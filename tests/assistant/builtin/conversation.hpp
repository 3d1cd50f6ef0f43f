#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "api/api.hpp"
#include "assistant/builtin/engine.hpp"
#include "assistant/toolbox.hpp"
#include "support/services.hpp"

namespace todod::testing {

/// Keeps what it hears.
class HeardListener final : public assistant::Listener {
public:
    base::Async<void> hear(std::string piece) override
    {
        text += piece;
        co_return;
    }
    base::Async<void> hear_call(const assistant::ToolUse&) override { co_return; }
    base::Async<void> hear_result(const assistant::ToolUse&) override { co_return; }

    std::string text;
};

/// A user who talks with the builtin engine; each turn knows of those before it what the database
/// keeps of them.
///
///     Conversation ada;
///     ada.say("add a task to buy milk");
///     EXPECT_EQ(ada.tasks(), "1 Buy milk");
class Conversation : public TestServices {
public:
    Conversation() { add_user("ada"); }

    /// What the assistant answers.
    std::string say(std::string message)
    {
        const assistant::Turn turn{.user_id = "ada",
                                   .message = message,
                                   .history = history,
                                   .now = clock().now(),
                                   .zone = zone,
                                   .request_id = "r",
                                   .stopped = {}};
        HeardListener listener;
        assistant::Toolbox tools{tools_, {.user_id = "ada", .scopes = scopes}, turn, listener, {},
                                 {}};
        assistant::builtin::BuiltinEngine engine{understand};
        assistant::Answer answer = run(engine.answer(turn, tools, listener));
        EXPECT_EQ(listener.text, answer.text);
        used.clear();
        for (const auto& use : tools.uses())
            used.push_back(use.name);
        history.push_back({.by_user = true, .text = std::move(message), .tools = {}, .state = {}});
        history.push_back(
            {.by_user = false, .text = answer.text, .tools = tools.uses(), .state = answer.state});
        return answer.text;
    }

    /// Adds a task without saying anything.
    types::Task have(std::string title)
    {
        types::CreateTask input;
        input.title = {.given = true, .value = std::move(title)};
        return run(task_service().create(store::User{"ada"}, std::move(input)));
    }

    types::Task task(std::int64_t number)
    {
        return run(task_service().get(store::User{"ada"}, number));
    }

    /// "1 Buy milk, 2 Read ✓": all there are, oldest first.
    std::string tasks()
    {
        types::ListTasks all;
        all.sort.reversed = true;
        std::string out;
        for (const auto& task : run(task_service().list(store::User{"ada"}, all)).tasks) {
            if (!out.empty()) out += ", ";
            out += fmt::format("{} {}", task.number, task.title);
            if (types::is_completed(task)) out += " ✓";
        }
        return out;
    }

    std::vector<assistant::Said> history;
    std::vector<std::string> used;  ///< the tools of the last turn
    types::Scopes scopes = types::all_scopes;
    base::TimeZone zone = base::TimeZone::utc();
    assistant::builtin::BuiltinEngine::Understand understand = assistant::builtin::understand;

private:
    operation::Table tools_ = api::tool_operations(&task_service(), &change_service());
};

}  // namespace todod::testing
