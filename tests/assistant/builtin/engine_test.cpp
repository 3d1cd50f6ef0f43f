#include "assistant/builtin/engine.hpp"

#include "assistant/builtin/conversation.hpp"

namespace todod::assistant::builtin {
namespace {

using ::testing::AllOf;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BuiltinEngine : public ::testing::Test {
protected:
    Conversation ada;
};

TEST_F(BuiltinEngine, needs_one_tool_for_a_task_that_is_named_by_its_number)
{
    ada.have("Buy milk");
    ada.have("Read");
    ada.say("mark task 1 as done");
    EXPECT_THAT(ada.used, ElementsAre("complete_task"));
    ada.say("delete task 2");
    EXPECT_THAT(ada.used, ElementsAre("delete_task"));
    ada.say("add a task to call mom");
    EXPECT_THAT(ada.used, ElementsAre("add_task"));
    ada.say("show me my tasks");
    EXPECT_THAT(ada.used, ElementsAre("list_tasks"));
    EXPECT_EQ(ada.tasks(), "1 Buy milk ✓, 3 Call mom");
}

TEST_F(BuiltinEngine, does_several_things_in_order)
{
    ada.have("Read");
    const auto answer = ada.say("add milk and bread, and mark 1 done");
    EXPECT_EQ(ada.tasks(), "1 Read ✓, 2 Milk, 3 Bread") << answer;
    EXPECT_THAT(answer, AllOf(HasSubstr("I've added 'Milk'"), HasSubstr("I've added 'Bread'"),
                              HasSubstr("I've marked 'Read' as completed")));
}

TEST_F(BuiltinEngine, asks_which_of_several_tasks_is_meant)
{
    ada.have("Meeting with Bob");
    ada.have("Meeting with Ann");
    EXPECT_EQ(ada.say("complete the meeting task"),
              "Which task shall I complete?\n"
              "1. Meeting with Ann (task 2)\n"
              "2. Meeting with Bob (task 1)");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann");
    EXPECT_THAT(ada.say("the second one"), HasSubstr("'Meeting with Bob' as completed"));
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob ✓, 2 Meeting with Ann");
}

TEST_F(BuiltinEngine, takes_an_answer_by_index_number_words_and_all)
{
    struct Case {
        std::string_view answer;
        std::string_view tasks;
    };
    // The first that is offered is task 2: which one "2" is nobody knows.
    const Case cases[]{
        {"2", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"1", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"number two", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"not the second one", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"no, not task 2", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"not the Bob one", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"anything but Bob", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"don't delete task 2", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"task 2", "1 Meeting with Bob"},
        {"the first one", "1 Meeting with Bob"},
        {"the last one", "2 Meeting with Ann"},
        {"the Bob one", "2 Meeting with Ann"},
        {"no, the Bob one", "2 Meeting with Ann"},
        {"the one with Bob", "2 Meeting with Ann"},
        {"Ann", "1 Meeting with Bob"},
        {"both", ""},
        {"all of them", ""},
        {"delete the second one", "2 Meeting with Ann"},
        {"delete both", ""},
        {"never mind", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"no", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"yes", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"the third one", "1 Meeting with Bob, 2 Meeting with Ann"},
        {"show me my tasks", "1 Meeting with Bob, 2 Meeting with Ann"},
    };
    for (const auto& [answer, tasks] : cases) {
        Conversation bob;
        bob.have("Meeting with Bob");
        bob.have("Meeting with Ann");
        EXPECT_THAT(bob.say("delete the meeting task"), HasSubstr("Which task shall I delete?"));
        const auto said = bob.say(std::string{answer});
        EXPECT_EQ(bob.tasks(), tasks) << answer << ": " << said;
    }
}

TEST_F(BuiltinEngine, prefers_what_is_pending)
{
    ada.have("Buy milk");
    ada.say("mark task 1 as done");
    ada.have("Buy milk");
    EXPECT_THAT(ada.say("complete the milk task"), HasSubstr("'Buy milk' as completed"));
    EXPECT_EQ(ada.tasks(), "1 Buy milk ✓, 2 Buy milk ✓");
    EXPECT_THAT(ada.say("complete the milk task"), HasSubstr("Which"));
    ada.say("never mind");
    ada.say("delete task 2");
    EXPECT_EQ(ada.say("complete the milk task"), "'Buy milk' is already completed.");
}

TEST_F(BuiltinEngine, completes_a_few_at_once_and_asks_about_more)
{
    for (const auto* const title : {"A", "B", "C"})
        ada.have(title);
    ada.say("mark everything as done");
    EXPECT_EQ(ada.tasks(), "1 A ✓, 2 B ✓, 3 C ✓");
    for (const auto* const title : {"D", "E", "F", "G"})
        ada.have(title);
    EXPECT_THAT(ada.say("mark everything as done"), HasSubstr("Shall I complete 4 tasks?"));
    EXPECT_EQ(ada.tasks(), "1 A ✓, 2 B ✓, 3 C ✓, 4 D, 5 E, 6 F, 7 G");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "1 A ✓, 2 B ✓, 3 C ✓, 4 D ✓, 5 E ✓, 6 F ✓, 7 G ✓");
}

TEST_F(BuiltinEngine, does_as_many_at_once_as_tools_may_be_used)
{
    for (int i = 0; i < 60; ++i)
        ada.have(fmt::format("Task of day {}", i));
    EXPECT_THAT(ada.say("mark everything as done"),
                AllOf(HasSubstr("That is 60 tasks; I can do 40 at a time."),
                      HasSubstr("Shall I complete 40 tasks?"), HasSubstr("… and 30 more")));
    ada.say("yes");
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("You have 20 pending tasks."));
}

TEST_F(BuiltinEngine, asks_what_a_field_is_to_be)
{
    ada.have("Buy milk");
    EXPECT_EQ(ada.say("rename task 1"), "What should I call task 1 'Buy milk'?");
    EXPECT_EQ(ada.say("Buy oat milk"), "I've renamed 'Buy milk' to 'Buy oat milk'.");
    ada.say("update task 1 description");
    EXPECT_EQ(ada.say("The one with the blue label"),
              "I've updated the description of 'Buy oat milk'.");
    EXPECT_EQ(ada.task(1).description, "The one with the blue label");
    ada.say("set the description of task 1 to two bottles");
    EXPECT_EQ(ada.task(1).description, "Two bottles");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).description, "The one with the blue label");
    ada.say("rename task 1");
    EXPECT_THAT(ada.say("show me my tasks"), HasSubstr("Buy oat milk"));
    EXPECT_EQ(ada.tasks(), "1 Buy oat milk");
    ada.say("rename task 1");
    EXPECT_THAT(ada.say("never mind"), HasSubstr("left everything as it is"));
    ada.say("rename task 1");
    ada.say("ok");
    EXPECT_EQ(ada.tasks(), "1 Buy oat milk");
    ada.say("\"complete the report\"");
    EXPECT_EQ(ada.tasks(), "1 Complete the report");
    ada.say("add a task");
    EXPECT_THAT(ada.say("water the plants"), HasSubstr("I've added 'Water the plants'"));
}

TEST_F(BuiltinEngine, knows_what_it_is)
{
    ada.say("add a task to buy milk");
    EXPECT_THAT(ada.say("make it high priority"), HasSubstr("'Buy milk': it is now high priority"));
    EXPECT_EQ(ada.task(1).priority, types::Priority::high);
    EXPECT_THAT(ada.say("mark it as done"), HasSubstr("'Buy milk' as completed"));
    ada.say("delete it");
    EXPECT_EQ(ada.tasks(), "");
    EXPECT_THAT(ada.say("delete it"), Not(HasSubstr("deleted")));
}

TEST_F(BuiltinEngine, knows_the_list_that_was_shown)
{
    ada.have("A");
    ada.have("B");
    ada.have("C");
    ada.say("show me my tasks");
    EXPECT_THAT(ada.say("complete the second one"), HasSubstr("'B' as completed"));
    EXPECT_THAT(ada.say("delete the last one"), HasSubstr("Shall I delete task 1 'A'?"));
    ada.say("no");
    ada.say("show me my tasks");
    ada.say("delete the last one");
    EXPECT_EQ(ada.tasks(), "1 A, 3 C");
    EXPECT_THAT(ada.say("complete the ninth one"), Not(HasSubstr("as completed")));
}

TEST_F(BuiltinEngine, takes_back_what_it_did_last)
{
    ada.say("add a task to buy milk");
    EXPECT_EQ(ada.say("undo"), "I've taken that back: task 1 'Buy milk': deleted.");
    EXPECT_EQ(ada.say("undo"), "There is nothing that I could take back.");
    ada.have("Read");
    ada.say("mark task 2 as done");
    EXPECT_EQ(ada.say("undo"), "I've taken that back: task 2 'Read': status completed → pending.");
    ada.say("change task 2 to 'Write'");
    EXPECT_EQ(ada.tasks(), "2 Write");
    ada.say("undo");
    EXPECT_EQ(ada.tasks(), "2 Read");
    ada.say("make task 2 high priority");
    ada.say("delete task 2");
    EXPECT_EQ(ada.say("undo"), "I've taken that back: task 2 'Read': restored.");
    EXPECT_EQ(ada.task(2).priority, types::Priority::high);
}

TEST_F(BuiltinEngine, takes_back_what_was_added_a_while_ago)
{
    ada.say("add a task to buy milk");
    ada.say("thanks");
    EXPECT_THAT(ada.say("undo"), HasSubstr("'Buy milk': deleted"));
    EXPECT_EQ(ada.tasks(), "");
    EXPECT_EQ(ada.say("bring back task 1"), "I've restored 'Buy milk'. It is task 1, as before.");
}

TEST_F(BuiltinEngine, does_to_another_task_what_was_done_to_the_wrong_one)
{
    ada.have("Meeting with Bob");
    ada.have("Meeting with Ann");
    ada.say("complete the meeting task");
    ada.say("the first one");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓");
    const auto answer = ada.say("no, the second one");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob ✓, 2 Meeting with Ann") << answer;
    ada.say("no, task 2");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓");
}

TEST_F(BuiltinEngine, knows_the_other_one_and_what_was_meant)
{
    ada.have("Meeting with Bob");
    ada.have("Meeting with Ann");
    ada.say("complete the meeting task");
    ada.say("the first one");
    const auto answer = ada.say("no, the other one");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob ✓, 2 Meeting with Ann") << answer;
    ada.say("I meant Ann");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓");
    // What cannot be found is no reason to take back what was done.
    ada.say("no, the dentist one");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓");
}

TEST_F(BuiltinEngine, sets_another_day_at_the_same_time)
{
    ada.say("remind me to call the dentist tomorrow at 9am");
    EXPECT_THAT(ada.say("no, tuesday"), HasSubstr("due Tue 24 Nov at 09:00"));
    EXPECT_THAT(ada.say("tomorrow at 10"), HasSubstr("due tomorrow at 10:00"));
}

TEST_F(BuiltinEngine, says_times_as_the_user_sees_them)
{
    ada.zone = *base::TimeZone::find("Asia/Tokyo");
    const auto added = ada.say("remind me to call the dentist tomorrow at 9am");
    EXPECT_THAT(added, HasSubstr("due tomorrow at 09:00"));
    EXPECT_EQ(base::to_string(ada.task(1).due_date->at), "2026-11-22T00:00:00.000Z");
    ada.clock().advance(std::chrono::hours{24 * 60});
    EXPECT_THAT(ada.say("show me my tasks"), HasSubstr("due Sun 22 Nov 2026 at 09:00"));
    EXPECT_THAT(ada.say("what's overdue?"), HasSubstr("Call the dentist"));
}

TEST_F(BuiltinEngine, puts_tags_on_and_takes_them_off)
{
    ada.say("add a task to buy milk");
    ada.say("tag task 1 with home");
    EXPECT_THAT(ada.say("tag it with shop"), HasSubstr("tagged home, shop"));
    EXPECT_THAT(ada.say("remove the tag home from task 1"), HasSubstr("tagged shop"));
    EXPECT_THAT(ada.task(1).tags, ElementsAre("shop"));
    ada.say("undo");
    EXPECT_THAT(ada.task(1).tags, ElementsAre("home", "shop"));
}

TEST_F(BuiltinEngine, knows_what_they_are)
{
    ada.say("add milk and bread");
    ada.say("make them high priority");
    EXPECT_EQ(ada.task(1).priority, types::Priority::high);
    EXPECT_EQ(ada.task(2).priority, types::Priority::high);
    EXPECT_THAT(ada.say("delete them"), HasSubstr("Shall I delete 2 tasks?"));
    EXPECT_EQ(ada.tasks(), "1 Milk, 2 Bread");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "");
}

TEST_F(BuiltinEngine, shows_one_task)
{
    ada.have("Milk");
    EXPECT_THAT(ada.say("show task 1"), HasSubstr("Task 1: Milk"));
    EXPECT_THAT(ada.say("show task 7"), HasSubstr("I can't find task 7."));
    EXPECT_EQ(ada.tasks(), "1 Milk");
}

TEST_F(BuiltinEngine, counts_on_where_a_page_holds_only_a_few)
{
    for (const std::string title : {"A", "B", "C", "D", "E", "F", "G", "H"}) {
        types::CreateTask input;
        input.title = {.given = true, .value = title};
        input.tags.given = true;
        for (int i = 0; i < 32; ++i)
            input.tags.value.push_back(fmt::format("{:02}{}", i, std::string(48, '\x01')));
        ada.run(ada.task_service().create(store::User{"ada"}, std::move(input)));
    }
    const auto answer = ada.say("complete the seventh task");
    EXPECT_EQ(ada.tasks(), "1 A, 2 B, 3 C, 4 D, 5 E, 6 F, 7 G ✓, 8 H") << answer;
}

TEST_F(BuiltinEngine, speaks_of_what_is_due_at_either_end_of_the_calendar)
{
    const auto due = [&](std::string title, std::string_view at) {
        types::CreateTask input;
        input.title = {.given = true, .value = std::move(title)};
        input.due_date = {.given = true,
                          .value = types::Due{.at = base::parse_instant(at).value()}};
        ada.run(ada.task_service().create(store::User{"ada"}, std::move(input)));
    };
    due("Last", "9999-12-31T23:59:59Z");
    due("First", "0001-01-01T00:00:00Z");
    ada.zone = base::TimeZone::find("Pacific/Kiritimati").value();
    EXPECT_THAT(ada.say("show me my tasks"),
                AllOf(HasSubstr("31 Dec 9999 at 23:59"), HasSubstr("1 Jan 1 at 00:00")));
    for (const std::string_view zone : {"Pacific/Kiritimati", "America/New_York"}) {
        ada.zone = base::TimeZone::find(zone).value();
        ada.say("show me my tasks");
        ada.say("show task 1");
        ada.say("show overdue tasks");
        for (const std::string_view when :
             {"before 9999-12-31", "after 9999-12-30", "until December 30 9999",
              "before 0001-01-01", "since January 2 0001", "by the end of 9999", "in 9999",
              "in December 9999", "before 9999-12-30 at 11pm", "after 9999-12-30 at 11:59pm"}) {
            EXPECT_FALSE(ada.say(fmt::format("show tasks due {}", when)).empty()) << when;
            EXPECT_FALSE(ada.say(fmt::format("add a task to rest {}", when)).empty()) << when;
        }
        ada.say("add a task to sleep on December 30 9999 from 10pm to 2am");
        ada.say("add a task to sleep at 10pm tokyo time on December 30 9999");
        ada.say("move task 1 to December 30 9999");
        ada.say("no, tomorrow");
    }
}

TEST_F(BuiltinEngine, says_why_something_does_not_work)
{
    ada.have("Milk");
    const auto answer = ada.say("add a task to " + std::string(300, 'x'));
    EXPECT_THAT(answer, AllOf(HasSubstr("that did not work"), HasSubstr("200")));
    EXPECT_EQ(ada.tasks(), "1 Milk");
    ada.scopes = {};
    EXPECT_THAT(ada.say("complete the milk task"), HasSubstr("does not cover this"));
    EXPECT_THAT(ada.say("show me my tasks"), HasSubstr("does not cover this"));
    EXPECT_THAT(ada.say("delete task 1"), HasSubstr("does not cover this"));
    EXPECT_EQ(ada.tasks(), "1 Milk");
}

TEST_F(BuiltinEngine, does_what_it_does_not_understand_to_no_task)
{
    ada.have("Milk");
    for (const auto* const text :
         {"what is the meaning of life", "asdf", "🙂", "?", "42", "tell me a joke"}) {
        EXPECT_THAT(ada.say(text), Not(IsEmpty()));
        EXPECT_EQ(ada.tasks(), "1 Milk") << text;
    }
}

TEST_F(BuiltinEngine, shows_at_most_twenty_tasks)
{
    for (int i = 0; i < 25; ++i)
        ada.have(fmt::format("Day {}", i));
    const auto answer = ada.say("what's pending?");
    EXPECT_THAT(answer, AllOf(HasSubstr("Here are 20 of your 25 pending tasks:"),
                              HasSubstr("… and 5 more")));
    EXPECT_EQ(std::ranges::count(answer, '\n'), 21);
}

}  // namespace
}  // namespace todod::assistant::builtin
