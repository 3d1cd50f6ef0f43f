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

class BuiltinDeletions : public ::testing::Test {
protected:
    Conversation ada;
};

TEST_F(BuiltinDeletions, prefers_a_title_that_fits_to_the_last_word_but_not_to_delete_it)
{
    ada.have("Meeting");
    ada.have("Meeting with Ann");
    EXPECT_THAT(ada.say("delete the meeting task"), HasSubstr("Which task shall I delete?"));
    EXPECT_THAT(ada.say("complete the meeting task"), HasSubstr("'Meeting' as completed"));
    EXPECT_EQ(ada.tasks(), "1 Meeting ✓, 2 Meeting with Ann");
}

TEST_F(BuiltinDeletions, never_deletes_what_was_typed_wrong_without_asking)
{
    ada.have("Dentist");
    EXPECT_EQ(ada.say("delete the dentits task"), "Shall I delete task 1 'Dentist'? (yes/no)");
    EXPECT_EQ(ada.tasks(), "1 Dentist");
    EXPECT_THAT(ada.say("what's pending?"), HasSubstr("Dentist"));
    EXPECT_THAT(ada.say("yes"), HasSubstr("did not ask anything"));
    EXPECT_EQ(ada.tasks(), "1 Dentist");
    ada.say("delete the dentits task");
    EXPECT_EQ(ada.say("yes"), "I've deleted 'Dentist'.");
    EXPECT_EQ(ada.tasks(), "");
}

TEST_F(BuiltinDeletions, deletes_nothing_on_a_no)
{
    ada.have("Dentist");
    for (const auto* const no : {"no", "never mind", "what?", "hm"}) {
        ada.say("delete the dentits task");
        ada.say(no);
        ada.say("ok");
        EXPECT_EQ(ada.tasks(), "1 Dentist") << no;
    }
}

TEST_F(BuiltinDeletions, does_not_delete_a_task_that_has_become_another)
{
    ada.have("Dentist");
    ada.say("delete the dentits task");
    types::UpdateTask renamed{.task_id = std::int64_t{1}};
    renamed.title = {.given = true, .value = "Call the bank"};
    ada.run(ada.task_service().update(store::User{"ada"}, renamed));
    EXPECT_EQ(ada.say("yes"),
              "Task 1 is called 'Call the bank' by now.\n"
              "Shall I delete task 1 'Call the bank'? (yes/no)");
    EXPECT_EQ(ada.tasks(), "1 Call the bank");
}

TEST_F(BuiltinDeletions, asks_before_it_deletes_many)
{
    ada.have("Milk");
    ada.have("Bread");
    ada.have("Read");
    ada.say("mark task 1 as done");
    ada.say("mark task 2 as done");
    EXPECT_THAT(ada.say("delete all completed tasks"), HasSubstr("Shall I delete 2 tasks?"));
    EXPECT_EQ(ada.tasks(), "1 Milk ✓, 2 Bread ✓, 3 Read");
    // What is no longer as it was asked about stays.
    types::CompleteTask reopened{.task_id = std::int64_t{1},
                                 .completed = {.given = true, .value = false}};
    ada.run(ada.task_service().complete(store::User{"ada"}, reopened));
    EXPECT_EQ(ada.say("yes"), "I've deleted 'Bread'.");
    EXPECT_EQ(ada.tasks(), "1 Milk, 3 Read");
}

TEST_F(BuiltinDeletions, asks_before_it_deletes_what_was_spoken_of_a_while_ago)
{
    ada.say("add a task to buy milk");
    ada.say("thanks");
    EXPECT_EQ(ada.say("delete it"), "Shall I delete task 1 'Buy milk'? (yes/no)");
    EXPECT_EQ(ada.tasks(), "1 Buy milk");
}

TEST_F(BuiltinDeletions, asks_before_it_deletes_many_numbers)
{
    for (const auto* const title : {"A", "B", "C", "D", "E"})
        ada.have(title);
    ada.say("delete tasks 1 and 2");
    EXPECT_EQ(ada.tasks(), "3 C, 4 D, 5 E");
    ada.have("F");
    const auto asked = ada.say("delete tasks 3-7");
    EXPECT_THAT(asked, AllOf(HasSubstr("I can't find task 7."),
                             HasSubstr("Shall I delete 4 tasks?"), HasSubstr("- Task 4: D")));
    EXPECT_EQ(ada.tasks(), "3 C, 4 D, 5 E, 6 F");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "");
}

TEST_F(BuiltinDeletions, deletes_all_that_there_is_only_when_told_twice)
{
    for (int i = 0; i < 45; ++i)
        ada.have(fmt::format("Task of day {}", i));
    ada.say("delete all tasks");
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("45"));
    ada.say("yes");
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("45"));
    ada.say("delete all tasks");
    ada.say("yes, delete them");
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("5"));
}

TEST_F(BuiltinDeletions, has_nobody_elses_tasks)
{
    ada.add_user("bob");
    types::CreateTask input;
    input.title = {.given = true, .value = "Dentist"};
    ada.run(ada.task_service().create(store::User{"bob"}, std::move(input)));
    for (const auto* const text : {"delete the dentist task", "delete task 1", "complete task 1",
                                   "rename task 1 to X", "delete all tasks", "show me my tasks"}) {
        EXPECT_THAT(ada.say(text), Not(HasSubstr("Dentist'"))) << text;
        ada.say("yes");
    }
    EXPECT_EQ(ada.run(ada.task_service().get(store::User{"bob"}, std::int64_t{1})).title,
              "Dentist");
}

TEST_F(BuiltinDeletions, does_not_answer_what_another_turn_has_asked)
{
    ada.have("Dentist");
    ada.say("delete the dentits task");
    // The answer to this one was lost.
    ada.history.push_back({.by_user = true, .text = "what's due?", .tools = {}, .state = {}});
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "1 Dentist");
}

TEST_F(BuiltinDeletions, is_not_led_astray_by_a_state_that_is_none)
{
    ada.have("Milk");
    for (const auto* const state : {"", "{", "[]", R"({"v":2})", R"({"v":1,"question":7})",
                                    R"({"v":1,"question":{"kind":"which","order":{"work":"delete",
                                       "set":{}},"tasks":[]}})",
                                    R"({"v":1,"question":{"kind":"sure","order":{"work":"delete",
                                       "set":{}},"tasks":[{"n":77,"t":"Milk"}]}})"}) {
        ada.history = {{.by_user = false, .text = "?", .tools = {}, .state = state}};
        EXPECT_THAT(ada.say("yes"), Not(IsEmpty()));
        EXPECT_EQ(ada.tasks(), "1 Milk") << state;
    }
}

}  // namespace
}  // namespace todod::assistant::builtin
