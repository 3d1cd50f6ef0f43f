#include "assistant/builtin/understand.hpp"

#include <gmock/gmock.h>

namespace todod::assistant::builtin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A Friday.
const Moment friday{.now = *base::parse_instant("2026-11-20T09:00:00Z")};

std::vector<Action> actions_of(std::string_view text)
{
    return understand(text, friday).actions;
}

/// The only thing that `text` wants.
Action action_of(std::string_view text)
{
    const auto actions = actions_of(text);
    EXPECT_EQ(actions.size(), 1U) << text;
    return actions.empty() ? Action{} : actions.front();
}

std::string intents_of(std::string_view text)
{
    std::string all;
    for (const Action& action : actions_of(text)) {
        if (!all.empty()) all += ' ';
        all += to_string(action.intent);
    }
    return all;
}

struct Wanted {
    std::string_view text;
    std::string_view intents;
};

class Intents : public testing::TestWithParam<Wanted> {};

TEST_P(Intents, are_found)
{
    EXPECT_EQ(intents_of(GetParam().text), GetParam().intents) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Phrases, Intents,
                         testing::ValuesIn(std::vector<Wanted>{
                             {"add task buy groceries", "add"},
                             {"I need to remember to pay bills", "add"},
                             {"Remind me to call mom", "add"},
                             {"could you please put oat milk on my list", "add"},
                             {"show me all tasks", "list"},
                             {"what's pending?", "list"},
                             {"is the rent on my list?", "list"},
                             {"how many are left?", "count"},
                             {"mark task 3 as done", "complete"},
                             {"I finished task 5", "complete"},
                             {"task three is done", "complete"},
                             {"mark 3 as not done", "reopen"},
                             {"I didn't finish 3", "reopen"},
                             {"delete task 2", "delete"},
                             {"get rid of task 7", "delete"},
                             {"rename task 5", "update"},
                             {"make it high priority", "update"},
                             {"remove the due date of task 3", "update"},
                             {"start task 3", "update"},
                             {"the second one", "choose"},
                             {"no, the second one", "choose"},
                             {"yes", "confirm"},
                             {"never mind", "decline"},
                             {"undo that", "undo"},
                             {"help", "help"},
                             {"how do I delete a task?", "help"},
                             {"hello", "greet"},
                             {"thank you so much!", "thank"},
                             {"add milk and bread, and mark 3 done", "add add complete"},
                             {"delete task 2 and show me the rest of my tasks", "delete list"},
                             {"what is the capital of France?", ""},
                             {"", ""},
                         }));

class NoDelete : public testing::TestWithParam<std::string_view> {};

TEST_P(NoDelete, is_heard_where_none_is_asked_for)
{
    EXPECT_THAT(intents_of(GetParam()), testing::Not(testing::HasSubstr("delete")));
}

INSTANTIATE_TEST_SUITE_P(
    Phrases, NoDelete,
    testing::Values("don't delete task 3", "please do not remove my tasks",
                    "should I delete task 3?", "how do I remove a stuck screw",
                    "remind me to delete the old photos", "add cancel the gym to my list",
                    "clear the due date of task 3", "remove the tag home from task 2",
                    "delete the contact Anna from my phone", "cancel my booking at the Ritz",
                    "cancel that", "drop me a line", "take off at noon", "kill the lights",
                    "did you delete task 4?", "I deleted my account"));

TEST(Titles, are_what_remains_of_a_request)
{
    const std::vector<std::pair<std::string_view, std::string_view>> titles{
        {"buy groceries", "add task buy groceries"},
        {"Buy groceries", "Create a task to buy groceries"},
        {"Client meeting", "Add high priority task for client meeting"},
        {"Water the plants", "add \"water the plants\" to my list"},
        {"Buy milk", "add buy milk #home !high"},
        {"Buy milk and bread", "Remind me to buy milk and bread"},
    };
    for (const auto& [title, text] : titles)
        EXPECT_THAT(action_of(text).title, testing::StrCaseEq(title)) << text;
}

TEST(References, name_tasks_by_number)
{
    EXPECT_THAT(action_of("complete tasks 1, 2 and 5").task.numbers, ElementsAre(1, 2, 5));
    EXPECT_THAT(action_of("delete tasks 1-3").task.numbers, ElementsAre(1, 2, 3));
    EXPECT_THAT(action_of("mark #4 done").task.numbers, ElementsAre(4));
    EXPECT_THAT(action_of("delete task seven").task.numbers, ElementsAre(7));
}

TEST(References, name_tasks_by_what_they_are_called)
{
    EXPECT_EQ(action_of("complete the grocery task").task.words, "grocery");
    EXPECT_EQ(action_of("remove the meeting task").task.words, "meeting");
    EXPECT_EQ(action_of("Delete my reminder to buy milk").task.words, "buy milk");
}

TEST(References, name_tasks_by_where_they_stand)
{
    EXPECT_EQ(action_of("complete my first task").task.position, 1);
    EXPECT_EQ(action_of("the last one").task.position, -1);
    EXPECT_TRUE(action_of("delete it").task.is_previous);
}

TEST(References, name_many_tasks)
{
    const auto completed = action_of("delete all completed tasks").task;
    EXPECT_TRUE(completed.is_all);
    EXPECT_EQ(completed.filter.status, types::StatusFilter::completed);
    EXPECT_TRUE(action_of("complete everything").task.is_all);
}

TEST(Attributes, are_priority_and_tags)
{
    const auto added = action_of("add buy milk #home !high");
    EXPECT_EQ(added.priority, types::Priority::high);
    EXPECT_THAT(added.tags, ElementsAre("home"));
    EXPECT_EQ(action_of("set task 4 to urgent").priority, types::Priority::urgent);
    EXPECT_THAT(action_of("tag task 3 as work").tags, ElementsAre("work"));
}

}  // namespace
}  // namespace todod::assistant::builtin
