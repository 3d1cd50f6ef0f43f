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
                             {"ok, nevermind", "decline"},
                             {"nevermind, ok", "decline"},
                             {"yes but", ""},
                             {"ok sorry", ""},
                             {"yes please", "confirm"},
                             {"do it", "confirm"},
                             {"please do", "confirm"},
                             {"yes, go ahead", "confirm"},
                             {"not the second one", ""},
                             {"no, not task 2", ""},
                             {"no, task 2", "choose"},
                             {"don't delete task 2", "decline"},
                             {"remind me to delete the old backups", "add"},
                             {"undo that", "undo"},
                             {"undo the last change", "undo"},
                             {"take that back", "undo"},
                             {"take back that", "undo"},
                             {"revert that", "undo"},
                             {"bring back task 3", "restore"},
                             {"restore the groceries task", "restore"},
                             {"help", "help"},
                             {"how do I delete a task?", "help"},
                             {"hello", "greet"},
                             {"thank you so much!", "thank"},
                             {"add milk and bread, and mark 3 done", "add add complete"},
                             {"delete task 2 and show me the rest of my tasks", "delete list"},
                             {"remind me to buy milk and remove the trash", "add"},
                             {"remind me to call mom tomorrow and mark 2 as done", "add complete"},
                             {"add call mom and buy milk", "add add"},
                             {"I see Ann at 5, remind me at 4", "add"},
                             {"cancel the dentist reminder and move it to friday", "update"},
                             {"delete my reminder for monday and set one for tuesday", "update"},
                             {"mark task 3 complete and delete task 5", "complete delete"},
                             {"tsak 3 is done", "complete"},
                             {"delte task 3", "delete"},
                             {"all of them", "choose"},
                             {"2", "choose"},
                             {"what should I do next?", "list"},
                             {"no make it 5pm instead", "update"},
                             {"not tomorrow, friday", "update"},
                             {"the first", "choose"},
                             {"ok thanks", "thank"},
                             {"what have I finished?", "list"},
                             {"I'm done with the report", "complete"},
                             {"buy batteries tomorrow", "add"},
                             {"when is the dentist?", "list"},
                             {"give me all my reminders", "list"},
                             {"give me a reminder for the dentist", "add"},
                             {"task 4 is urgent", "update"},
                             {"right now I need to know the meaning of life", ""},
                             {"what is the capital of France?", ""},
                             {"book me a flight to Rome", ""},
                             {"turn the lights on", ""},
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
                    "did you delete task 4?", "I deleted my account", "erase all my settings",
                    "delete all my emails", "remove this song", "clear the alarm",
                    "take me off your list", "never delete my tasks", "cancel my flight to Boston",
                    "mark delete backups as done", "rename task 3 to delete old files",
                    "undo the delete", "take out the trash", "remove Jen from the party reminder",
                    "what happens if I delete task 2?"));

TEST(Titles, are_what_remains_of_a_request)
{
    const std::vector<std::pair<std::string_view, std::string_view>> titles{
        {"buy groceries", "add task buy groceries"},
        {"Buy groceries", "Create a task to buy groceries"},
        {"Client meeting", "Add high priority task for client meeting"},
        {"Water the plants", "add \"water the plants\" to my list"},
        {"Buy milk", "add buy milk #home !high"},
        {"Buy milk and bread", "Remind me to buy milk and bread"},
        {"Call mom", "Remind me to call mom tomorrow at 5pm"},
        {"Meeting", "create a task for meeting tomorrow"},
        {"Email Bob", "add a high priority task to email Bob by friday tagged work"},
        {"Meeting with Bob at 5", "add \"meeting with Bob at 5\" for tomorrow"},
        {"Tell Ann about friday", "remind me on monday to tell Ann about friday"},
        {"See Ann at 5", "I need to see Ann at 5, remind me at 4"},
        {"Water the plants every monday", "set a weekly reminder to water the plants every monday"},
        {"Dentist appointment", "remind me that I have a dentist appointment on monday"},
        {"Call mom tonight", "change task 1 to 'call mom tonight'"},
        {"Call the bank", "rename task 5 to call the bank"},
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

TEST(References, of_both_are_what_was_spoken_of)
{
    for (const auto* const text :
         {"delete both", "delete both tasks", "delete all of them", "complete them all",
          "mark these as done", "delete those two", "delete all three", "delete all of these"}) {
        const auto task = action_of(text).task;
        EXPECT_TRUE(task.is_previous && task.is_all) << text;
        EXPECT_THAT(task.numbers, IsEmpty()) << text;
    }
    for (const auto* const text : {"delete everything", "delete all tasks", "complete all my tasks",
                                   "delete all completed tasks", "delete both meeting tasks"})
        EXPECT_FALSE(action_of(text).task.is_previous) << text;
}

TEST(References, are_no_numbers_where_one_is_a_pronoun)
{
    const auto last = action_of("delete the last one").task;
    EXPECT_THAT(last.numbers, IsEmpty());
    EXPECT_EQ(last.position, -1);
    EXPECT_THAT(action_of("delete the dentist one").task.numbers, IsEmpty());
}

TEST(References, name_tasks_by_id)
{
    const auto* const id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    EXPECT_EQ(action_of(fmt::format("complete {}", id)).task.id, base::parse_uuid(id));
}

std::string due_of(std::string_view text)
{
    const auto due = action_of(text).due;
    if (!due) return "";
    return due->whole_day ? base::to_string(base::TimeZone::utc().day_at(due->at))
                          : base::to_string(due->at);
}

TEST(DueDates, are_those_of_what_is_to_be_done)
{
    const std::vector<std::pair<std::string_view, std::string_view>> dates{
        {"2026-11-21T17:00:00.000Z", "Remind me to call mom tomorrow at 5pm"},
        {"2026-11-23", "remind me on monday to tell Ann about friday"},
        {"2026-11-20T16:00:00.000Z", "I need to see Ann at 5pm, remind me at 4pm"},
        {"2026-11-20T09:15:00.000Z", "set a reminder for 15 minutes to turn the oven off"},
        {"2026-11-20T14:30:00.000Z", "remind me 30 minutes before the meeting at 3pm"},
        {"2026-11-27", "move the dentist to friday"},
        {"2026-11-21", "due tomorrow instead"},
        {"", "remind me to ask Ann about yesterday"},
        {"", "change task 1 to 'call mom tonight'"},
    };
    for (const auto& [date, text] : dates)
        EXPECT_EQ(due_of(text), date) << text;
}

TEST(DueDates, can_be_taken_away)
{
    EXPECT_TRUE(action_of("remove the due date of task 3").clears_due);
    EXPECT_TRUE(action_of("remove the deadline from the milk task").clears_due);
    EXPECT_FALSE(action_of("remove the tag home from task 3").clears_due);
}

TEST(Filters, are_status_priority_tags_dates_and_words)
{
    EXPECT_EQ(action_of("what's pending?").filter.status, types::StatusFilter::pending);
    EXPECT_EQ(action_of("list completed tasks").filter.status, types::StatusFilter::completed);
    EXPECT_TRUE(action_of("show overdue ones").filter.is_overdue);
    EXPECT_EQ(action_of("List high priority tasks").filter.priority, types::Priority::high);
    EXPECT_THAT(action_of("show tasks tagged work").filter.tags, ElementsAre("work"));
    EXPECT_EQ(action_of("tasks about groceries").filter.words, "groceries");
    EXPECT_EQ(action_of("is milk on my list?").filter.words, "milk");
    const Filter tomorrow = action_of("show me tasks for tomorrow").filter;
    EXPECT_EQ(tomorrow.due_after, base::parse_instant("2026-11-21T00:00:00Z"));
    EXPECT_EQ(tomorrow.due_before, base::parse_instant("2026-11-22T00:00:00Z"));
    const Filter by_friday = action_of("list my tasks by friday").filter;
    EXPECT_EQ(by_friday.due_after, std::nullopt);
    EXPECT_EQ(by_friday.due_before, base::parse_instant("2026-11-28T00:00:00Z"));
}

TEST(Changes, name_what_is_to_be)
{
    EXPECT_EQ(action_of("Change task 5 priority to high").priority, types::Priority::high);
    EXPECT_EQ(action_of("start task 3").status, types::Status::in_progress);
    EXPECT_EQ(action_of("add note to task 3: bring the papers").description, "Bring the papers");
    EXPECT_THAT(action_of("remove the tag home from task 3").dropped_tags, ElementsAre("home"));
    const auto renamed = action_of("rename the milk task to buy oat milk");
    EXPECT_EQ(renamed.task.words, "milk");
    EXPECT_EQ(renamed.title, "Buy oat milk");
}

TEST(LongTexts, take_no_long_time)
{
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "add, remind me to delete my list and ";
    EXPECT_LE(actions_of(text).size(), 200U);
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
