// Changes that are said as a statement: what a task is, and is not any more.
#include "assistant/builtin/conversation.hpp"
#include "assistant/builtin/engine.hpp"

namespace todod::assistant::builtin {
namespace {

using testing::Conversation;

class SaidOfATask : public ::testing::Test {
protected:
    SaidOfATask()
    {
        ada.have("Pay the rent");
        ada.have("Cake");
    }

    types::Task rent() { return ada.task(1); }
    std::string due()
    {
        const auto due = rent().due_date;
        if (!due) return "-";
        return due->whole_day ? base::to_string(std::chrono::floor<std::chrono::days>(due->at))
                              : base::to_string(due->at);
    }

    Conversation ada;  ///< on Saturday, 21 November
};

TEST_F(SaidOfATask, when_it_is_due)
{
    for (const auto& [text, day] : std::initializer_list<std::pair<std::string_view, std::string>>{
             {"rent is due friday", "2026-11-27"},
             {"the rent is due on thursday", "2026-11-26"},
             {"rent should be tomorrow", "2026-11-22"},
             {"the due date of rent is 2026-12-04", "2026-12-04"},
             {"bring rent forward a day", "2026-12-03"},
             {"push rent back a week", "2026-12-10"},
             {"clear the date on rent", "-"}}) {
        ada.say(std::string{text});
        EXPECT_EQ(due(), day) << text;
    }
    EXPECT_EQ(ada.tasks(), "1 Pay the rent, 2 Cake");
}

TEST_F(SaidOfATask, how_far_it_is)
{
    using enum types::Status;
    for (const auto& [text, status] :
         std::initializer_list<std::pair<std::string_view, types::Status>>{
             {"I'm working on rent", in_progress},
             {"rent is done", completed},
             {"rent isn't done", pending},
             {"start working on rent", in_progress},
             {"rent is finished", completed},
             {"the rent is not finished", pending},
             {"rent is in progress", in_progress}}) {
        ada.say(std::string{text});
        EXPECT_EQ(rent().status, status) << text;
    }
}

TEST_F(SaidOfATask, a_question_changes_nothing)
{
    for (const std::string_view text : {"is rent due friday?", "is the rent done?",
                                        "when is rent due?", "is rent in progress?"}) {
        ada.say(std::string{text});
        EXPECT_EQ(rent().status, types::Status::pending) << text;
        EXPECT_EQ(due(), "-") << text;
    }
}

TEST_F(SaidOfATask, what_is_said_of_something_new_is_not_said_of_the_last)
{
    ada.say("show task 1");
    EXPECT_EQ(ada.say("call mum, it is urgent"),
              "Shall I add 'Call mum' to your tasks, urgent? (yes/no)");
    EXPECT_EQ(ada.say("bring wine to the party"),
              "Shall I add 'Bring wine to the party' to your tasks? (yes/no)");
    ada.say("no");
    ada.say("bring an umbrella tomorrow");
    ada.say("add \"buy milk\" to shopping");
    EXPECT_EQ(ada.tasks(), "1 Pay the rent, 2 Cake, 3 Bring an umbrella, 4 Buy milk");
    EXPECT_EQ(due(), "-");
}

TEST_F(SaidOfATask, its_tags)
{
    using Tags = std::vector<std::string>;
    for (const auto& [text, tags] : std::initializer_list<std::pair<std::string_view, Tags>>{
             {"add tag home to 1", {"home"}},
             {"add the bank tag to the rent", {"home", "bank"}},
             {"remove the home tag from 1", {"bank"}},
             {"add #work to task 1", {"bank", "work"}},
             {"tag 1 money", {"bank", "work", "money"}},
             {"remove #bank from 1", {"work", "money"}},
             {"remove the work and money tags from rent", {}},
             {"tag rent as bills, flat and money", {"bills", "flat", "money"}},
             {"remove all tags from 1", {}}}) {
        ada.say(std::string{text});
        EXPECT_EQ(rent().tags, tags) << text;
    }
    EXPECT_EQ(ada.tasks(), "1 Pay the rent, 2 Cake");
}

TEST_F(SaidOfATask, tags_of_many)
{
    ada.say("tag rent as home");
    EXPECT_EQ(ada.say("what's tagged home"), ada.say("show everything tagged home"));
    ada.say("make everything tagged home urgent");
    ada.say("yes");
    EXPECT_EQ(rent().priority, types::Priority::urgent);
    ada.say("mark all urgent tasks as done");
    ada.say("yes");
    EXPECT_EQ(rent().status, types::Status::completed);
    ada.say("remove everything tagged home");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "2 Cake");
}

TEST_F(SaidOfATask, that_it_is_left_out)
{
    ada.have("Milk");
    ada.have("Bread");
    EXPECT_EQ(ada.say("mark all tasks as done except 1"),
              "I've marked 'Bread' as completed. Well done!\n"
              "I've marked 'Milk' as completed. Well done!\n"
              "I've marked 'Cake' as completed. Well done!");
    EXPECT_THAT(ada.say("show all tasks except done"), ::testing::HasSubstr("Task 1"));
    ada.say("delete everything but milk and cake");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "2 Cake ✓, 3 Milk ✓");
    ada.say("undo");
    ada.say("delete tasks 1 to 4 but keep 2");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "2 Cake ✓");
    EXPECT_EQ(ada.say("delete everything except the garage"),
              "I can't find a task called 'garage'.");
    EXPECT_EQ(ada.say("delete everything except the cake"), "There is nothing left to do.");
    EXPECT_EQ(ada.tasks(), "2 Cake ✓");
}

TEST_F(SaidOfATask, each_that_fits_is_left_out)
{
    ada.have("Milk");
    ada.have("Buy milk");
    ada.say("delete everything except milk");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "3 Milk, 4 Buy milk");
}

TEST_F(SaidOfATask, a_time_and_no_date_are_no_fault)
{
    ada.say("rent is due friday");
    ada.say("change task 1");
    EXPECT_EQ(ada.say("make it 5pm and remove the due date"),
              "I've updated 'Pay the rent': it is now without a due date.");
    EXPECT_EQ(due(), "-");
}

TEST_F(SaidOfATask, of_very_many_that_not_all_were_looked_at)
{
    for (int i = 0; i < 300; ++i)
        ada.have("Task");
    EXPECT_THAT(ada.say("tasks without tags"),
                ::testing::HasSubstr("I have looked at the 300 that were changed last."));
}

TEST_F(SaidOfATask, that_it_has_no_date)
{
    ada.say("rent is due friday");
    EXPECT_THAT(ada.say("which tasks have no due date?"),
                ::testing::AllOf(::testing::HasSubstr("Task 2"),
                                 ::testing::Not(::testing::HasSubstr("Task 1"))));
    ada.say("cake is due friday");
    EXPECT_EQ(ada.say("tasks without a date"), "You have no tasks without a due date.");
}

TEST_F(SaidOfATask, more_than_its_title)
{
    ada.say("add task buy milk with description 2 liters, organic");
    ada.say("new task: email Bob - notes: ask about the heating");
    ada.say("add urgent: server down");
    ada.say("add meeting with notes team tomorrow");
    EXPECT_EQ(ada.tasks(),
              "1 Pay the rent, 2 Cake, 3 Buy milk, 4 Email Bob, 5 Server down, "
              "6 Meeting with notes team");
    EXPECT_EQ(ada.task(3).description, "2 liters, organic");
    EXPECT_EQ(ada.task(4).description, "ask about the heating");
    EXPECT_EQ(ada.task(5).priority, types::Priority::urgent);
}

TEST_F(SaidOfATask, that_it_has_no_tags)
{
    ada.say("tag rent as home");
    EXPECT_THAT(ada.say("tasks without tags"),
                ::testing::AllOf(::testing::HasSubstr("Task 2"),
                                 ::testing::Not(::testing::HasSubstr("Task 1"))));
    EXPECT_THAT(ada.say("how many tasks have no tags?"), ::testing::HasSubstr("1 task"));
}

TEST_F(SaidOfATask, that_it_is_as_before)
{
    ada.say("rename cake to pie");
    ada.say("change it back");
    EXPECT_EQ(ada.tasks(), "1 Pay the rent, 2 Cake");
}

TEST_F(SaidOfATask, that_it_has_no_priority)
{
    ada.say("make rent urgent");
    EXPECT_EQ(rent().priority, types::Priority::urgent);
    ada.say("remove the priority of 1");
    EXPECT_EQ(rent().priority, types::Priority::medium);
}

TEST_F(SaidOfATask, that_it_repeats_is_not_passed_over)
{
    EXPECT_EQ(ada.say("remind me every monday to take out the bins"),
              "I've added 'Take out the bins' to your tasks. It is task 3, due Mon 23 Nov.\n"
              "Tasks can't repeat here, so it is there once.");
    EXPECT_THAT(ada.say("add the weekly report"), ::testing::Not(::testing::HasSubstr("repeat")));
    ada.say("remind me every day");
    EXPECT_THAT(ada.say("stretch"), ::testing::HasSubstr("there once"));
}

TEST_F(SaidOfATask, from_one_hour_to_another)
{
    ada.say("rent is due tuesday at 3pm");
    ada.say("move rent from 3pm to 5pm");
    EXPECT_EQ(due(), "2026-11-24T17:00:00.000Z");
    ada.say("reschedule task 1 from 5 to 6pm");
    EXPECT_EQ(due(), "2026-11-24T18:00:00.000Z");
    ada.say("move rent to 2 to 4pm");
    EXPECT_EQ(due(), "2026-11-24T14:00:00.000Z");
    ada.say("move rent from 9am to 11am tomorrow");
    EXPECT_EQ(due(), "2026-11-22T11:00:00.000Z");
}

TEST_F(SaidOfATask, an_hour_to_another_is_no_time_before_it)
{
    ada.say("add meeting with Bob tomorrow from 3 to 4pm");
    ada.say("add call tomorrow at ten to four");
    EXPECT_EQ(base::to_string(ada.task(3).due_date->at), "2026-11-22T15:00:00.000Z");
    EXPECT_EQ(base::to_string(ada.task(4).due_date->at), "2026-11-22T15:50:00.000Z");
}

}  // namespace
}  // namespace todod::assistant::builtin
