#include "assistant/builtin/conversation.hpp"
#include "assistant/builtin/engine.hpp"

namespace todod::assistant::builtin {
namespace {

using ::testing::AllOf;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class BuiltinDoubts : public ::testing::Test {
protected:
    void have(std::initializer_list<const char*> titles)
    {
        for (const auto* const title : titles)
            ada.have(title);
    }

    Conversation ada;
};

TEST_F(BuiltinDoubts, keep_what_was_asked_about_when_the_consent_is_none)
{
    for (const auto* const answer : {"ok, nevermind",
                                     "ok nevermind",
                                     "nevermind, ok",
                                     "yes but",
                                     "ok sorry",
                                     "no, ok",
                                     "ok no",
                                     "yes, no",
                                     "sure, but not now",
                                     "ok, wait",
                                     "ok?",
                                     "yes?",
                                     "no, delete it",
                                     "ok so",
                                     "no, go ahead and don't",
                                     "don't do it",
                                     "never mind, delete it",
                                     "don't delete it",
                                     "yes, cancel that",
                                     "ok stop"}) {
        Conversation bob;
        bob.have("Dentist");
        EXPECT_THAT(bob.say("delete the dentits task"), HasSubstr("Shall I delete"));
        const auto said = bob.say(answer);
        EXPECT_EQ(bob.tasks(), "1 Dentist") << answer << ": " << said;
    }
}

TEST_F(BuiltinDoubts, end_with_a_consent)
{
    for (const auto* const answer :
         {"yes", "yes, delete it", "yes please", "do it", "go ahead", "please do", "ok", "sure",
          "yes, do it", "ok, go ahead", "yes, thanks", "delete it", "please do it", "yes of course",
          "ok do it please", "go for it", "yeah sure"}) {
        Conversation bob;
        bob.have("Dentist");
        bob.say("delete the dentits task");
        const auto said = bob.say(answer);
        EXPECT_EQ(bob.tasks(), "") << answer << ": " << said;
    }
}

TEST_F(BuiltinDoubts, are_asked_about_again_when_it_is_only_said_which_one_is_not_meant)
{
    have({"Meeting with Bob", "Meeting with Ann"});
    ada.say("delete the meeting task");
    EXPECT_THAT(ada.say("not the second one"), HasSubstr("which one"));
    EXPECT_EQ(ada.say("the second one"), "I've deleted 'Meeting with Bob'.");
    ada.have("Meeting with Bob");
    ada.say("delete the meeting task");
    EXPECT_THAT(ada.say("never mind, show my tasks"), HasSubstr("Here are your tasks"));
    ada.say("not the Ann one");
    EXPECT_EQ(ada.tasks(), "2 Meeting with Ann, 3 Meeting with Bob");
}

TEST_F(BuiltinDoubts, about_a_bare_number_are_settled_by_the_tasks_own)
{
    have({"Meeting with Bob", "Meeting with Ann"});
    ada.say("delete the meeting task");
    EXPECT_THAT(ada.say("2"), AllOf(HasSubstr("task 1 'Meeting with Bob'"),
                                    HasSubstr("task 2 'Meeting with Ann'")));
    EXPECT_EQ(ada.say("task 2"), "I've deleted 'Meeting with Ann'.");
    // What is no other's number is the place in the list.
    have({"Trip to Rome", "Trip to Oslo"});
    ada.say("delete the trip task");
    EXPECT_EQ(ada.say("2"), "I've deleted 'Trip to Rome'.");
}

TEST_F(BuiltinDoubts, make_all_of_them_those_that_were_spoken_of)
{
    have({"Read", "Write", "Swim"});
    ada.say("add milk and bread");
    ada.say("complete both");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write, 3 Swim, 4 Milk ✓, 5 Bread ✓");
    ada.say("show my completed tasks");
    EXPECT_THAT(ada.say("delete all of them"), HasSubstr("Shall I delete 2 tasks?"));
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write, 3 Swim, 4 Milk ✓, 5 Bread ✓");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write, 3 Swim");
}

TEST_F(BuiltinDoubts, make_them_none_where_nothing_was_spoken_of)
{
    have({"Read", "Write"});
    for (const auto* const text :
         {"complete both", "mark them all as done", "delete all of them", "complete these",
          "mark all of these as done", "delete both tasks", "complete those two",
          "delete all three", "complete them both"}) {
        EXPECT_THAT(ada.say(text), HasSubstr("not sure which task")) << text;
        ada.say("yes");
        EXPECT_EQ(ada.tasks(), "1 Read, 2 Write") << text;
    }
}

TEST_F(BuiltinDoubts, make_those_two_no_number)
{
    have({"Read", "Write", "Swim", "Run"});
    ada.say("complete tasks 3 and 4");
    EXPECT_THAT(ada.say("delete those two"),
                AllOf(HasSubstr("Shall I delete 2 tasks?"), HasSubstr("Swim"), HasSubstr("Run")));
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write");
}

TEST_F(BuiltinDoubts, are_had_about_other_forms_of_a_word)
{
    const std::pair<const char*, const char*> cases[]{
        {"Fix the tape", "delete the tap task"},
        {"Car inspection", "delete the care task"},
        {"Book the plane", "delete the plan task"},
        {"Run", "delete the running task"},
    };
    for (const auto& [title, text] : cases) {
        Conversation bob;
        bob.have(title);
        EXPECT_THAT(bob.say(text), HasSubstr("Shall I delete task 1")) << text;
        EXPECT_EQ(bob.tasks(), fmt::format("1 {}", title));
    }
    ada.have("Buy groceries");
    EXPECT_EQ(ada.say("delete the grocery task"), "I've deleted 'Buy groceries'.");
    have({"Meeting about tape", "Meeting about plans"});
    ada.say("delete the meeting task");
    ada.say("the tap one");
    EXPECT_EQ(ada.tasks(), "2 Meeting about tape, 3 Meeting about plans");
    EXPECT_EQ(ada.say("the plan one"), "I've deleted 'Meeting about plans'.");
}

TEST_F(BuiltinDoubts, are_had_about_a_place_in_a_list_that_nobody_has_seen)
{
    have({"Read", "Write", "Swim"});
    ada.say("complete task 3");
    ada.say("show my completed tasks");
    const auto answer = ada.say("show my pending tasks and delete the first one");
    EXPECT_THAT(answer, HasSubstr("Shall I delete task 2 'Write'?"));
    ada.say("no");
    ada.say("show my completed tasks");
    EXPECT_THAT(ada.say("show my overdue tasks and delete the first one"),
                HasSubstr("no such task"));
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write, 3 Swim ✓");
}

TEST_F(BuiltinDoubts, about_the_other_one_are_no_reason_to_do_what_was_done_before)
{
    have({"Meeting with Bob", "Meeting with Ann"});
    ada.say("complete the meeting task");
    ada.say("task 2");
    const auto shown = ada.say("no, show the other tasks");
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓") << shown;
    ada.say("reopen task 2");
    ada.say("complete the meeting task");
    ada.say("task 2");
    EXPECT_THAT(ada.say("no, delete the other one"),
                HasSubstr("Shall I delete task 1 'Meeting with Bob'?"));
    EXPECT_EQ(ada.tasks(), "1 Meeting with Bob, 2 Meeting with Ann ✓");
}

TEST_F(BuiltinDoubts, leave_a_due_date_where_something_else_is_said)
{
    ada.say("add buy milk");
    for (const auto* const text : {"the weather is nice today", "today was a good day",
                                   "I don't like mondays", "what a lovely tomorrow?"}) {
        ada.say(text);
        EXPECT_FALSE(ada.task(1).due_date) << text;
    }
    ada.say("add buy bread");
    ada.say("no, by tomorrow please");
    EXPECT_TRUE(ada.task(2).due_date);
}

TEST_F(BuiltinDoubts, are_had_where_not_all_tasks_were_looked_at)
{
    for (int i = 0; i < 101; ++i)
        ada.have(fmt::format("Report of day {}", i));
    ada.have("Reports");
    EXPECT_THAT(ada.say("delete the report task"), HasSubstr("101 tasks fit 'report'."));
    ada.say("never mind");
    // Old tasks that nobody has looked at may fit as well.
    for (int i = 0; i < 1000; ++i)
        ada.have(fmt::format("Day {}", i));
    ada.have("Tapes");
    EXPECT_THAT(ada.say("delete the tape task"), HasSubstr("Shall I delete"));
    EXPECT_THAT(ada.say("delete the tapes task"), HasSubstr("deleted 'Tapes'"));
}

TEST_F(BuiltinDoubts, do_not_make_a_name_of_a_command)
{
    have({"Read", "Buy milk"});
    ada.say("rename task 1");
    ada.say("mark the milk task as done");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Buy milk ✓");
    ada.say("rename task 1");
    ada.say("Finish the report");
    EXPECT_EQ(ada.tasks(), "1 Finish the report, 2 Buy milk ✓");
}

TEST_F(BuiltinDoubts, are_had_about_a_change_of_everything)
{
    have({"Read", "Write"});
    ada.say("add swim today");
    EXPECT_THAT(ada.say("move everything due today to tomorrow"),
                AllOf(HasSubstr("Shall I update 1 task?"), HasSubstr("Swim")));
    ada.say("no");
    ada.say("move everything to tomorrow");
    EXPECT_FALSE(ada.task(1).due_date);
    EXPECT_FALSE(ada.task(2).due_date);
}

TEST_F(BuiltinDoubts, are_had_about_a_delete_that_something_is_taken_out_of)
{
    have({"Read", "Write", "Swim"});
    for (const auto* const text :
         {"delete tasks 1 and 2 but not 2", "delete task 1, no wait, task 2",
          "delete everything except task 1", "delete all tasks but the first one",
          "delete the read task but not yet", "I don't want to delete task 2"}) {
        ada.say(text);
        ada.say("no");
        EXPECT_EQ(ada.tasks(), "1 Read, 2 Write, 3 Swim") << text;
    }
}

TEST_F(BuiltinDoubts, are_had_about_both_where_one_was_spoken_of)
{
    have({"Read"});
    ada.say("add write");
    EXPECT_EQ(ada.say("complete both"), "Did you mean task 2 'Write'?");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write");
}

TEST_F(BuiltinDoubts, end_with_all_of_them)
{
    for (const auto* const answer : {"yes, all of them", "all of them", "yes, both"}) {
        Conversation bob;
        bob.have("Read");
        bob.have("Write");
        bob.say("delete all tasks");
        bob.say(answer);
        EXPECT_EQ(bob.tasks(), "") << answer;
    }
    have({"Read", "Write"});
    ada.say("delete all tasks");
    ada.say("neither");
    ada.say("ok");
    EXPECT_EQ(ada.tasks(), "1 Read, 2 Write");
}

TEST_F(BuiltinDoubts, are_none_about_what_is_only_spoken_of)
{
    have({"Old backups", "Milk"});
    ada.say("remind me to delete the old backups");
    EXPECT_EQ(ada.tasks(), "1 Old backups, 2 Milk, 3 Delete the old backups");
    for (const auto* const text : {"don't delete task 2", "do not delete the milk task",
                                   "please don't delete it", "never delete task 2"}) {
        ada.say(text);
        ada.say("ok");
        EXPECT_EQ(ada.tasks(), "1 Old backups, 2 Milk, 3 Delete the old backups") << text;
    }
}

TEST_F(BuiltinDoubts, of_many_tasks_name_no_words_that_were_not_said)
{
    for (int i = 1; i <= 14; ++i) {
        ada.have("Read");
        ada.say(fmt::format("make task {} high priority", i));
    }
    EXPECT_THAT(ada.say("delete the high priority task"),
                AllOf(HasSubstr("Which task shall I delete?"), Not(HasSubstr("fit ''"))));
}

}  // namespace
}  // namespace todod::assistant::builtin
