#include "assistant/builtin/conversation.hpp"
#include "assistant/builtin/engine.hpp"

namespace todod::assistant::builtin {
namespace {

using ::testing::AllOf;
using testing::Conversation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class BuiltinUndo : public ::testing::Test {
protected:
    /// Elsewhere, without a word to the assistant.
    void change(types::UpdateTask change)
    {
        ada.run(ada.task_service().update(store::User{"ada"}, std::move(change)));
    }

    void rename(std::int64_t number, std::string title)
    {
        types::UpdateTask renamed{.task_id = number};
        renamed.title = {.given = true, .value = std::move(title)};
        change(std::move(renamed));
    }

    Conversation ada;
};

TEST_F(BuiltinUndo, leaves_what_was_changed_elsewhere_and_names_it)
{
    ada.have("Read");
    ada.say("change task 1 to 'Write'");
    rename(1, "Write a letter to Ann");
    EXPECT_EQ(ada.say("undo"),
              "Nothing has been taken back. I've left 1 task, changed or deleted since: task 1 "
              "'Write a letter to Ann' (title).");
    EXPECT_EQ(ada.tasks(), "1 Write a letter to Ann");
}

TEST_F(BuiltinUndo, takes_back_its_own_change_beside_those_of_others)
{
    ada.have("Read");
    ada.say("make task 1 high priority");
    rename(1, "Read a book");
    ada.say("undo");
    EXPECT_EQ(ada.tasks(), "1 Read a book");
    EXPECT_EQ(ada.task(1).priority, types::Priority::medium);
}

TEST_F(BuiltinUndo, puts_back_all_of_a_description_that_lists_show_the_beginning_of)
{
    std::string long_text;
    for (int i = 0; i < 50; ++i)
        long_text += fmt::format("Line {} of it. ", i);
    ada.have("Read");
    types::UpdateTask described{.task_id = 1};
    described.description = {.given = true, .value = long_text};
    change(std::move(described));
    ada.say("set the description of the read task to two bottles");
    EXPECT_EQ(ada.task(1).description, "Two bottles");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).description, long_text);
    ada.say("delete the read task");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).description, long_text);
}

TEST_F(BuiltinUndo, does_not_delete_what_has_become_another_task)
{
    ada.say("add a task to buy milk");
    rename(1, "Call the bank");
    EXPECT_THAT(ada.say("undo"), HasSubstr("task 1 'Call the bank' (title)"));
    EXPECT_EQ(ada.tasks(), "1 Call the bank");
}

TEST_F(BuiltinUndo, does_not_delete_what_was_completed_elsewhere)
{
    ada.say("add a task to buy milk");
    ada.run(ada.task_service().complete(
        store::User{"ada"},
        {.task_id = std::int64_t{1}, .completed = {.given = true, .value = true}}));
    EXPECT_THAT(ada.say("undo"), HasSubstr("task 1 'Buy milk' (status)"));
    EXPECT_EQ(ada.tasks(), "1 Buy milk ✓");
}

TEST_F(BuiltinUndo, of_many_is_one)
{
    for (int i = 0; i < 40; ++i)
        ada.have(fmt::format("Day {}", i));
    ada.say("mark everything as done");
    ada.say("yes");
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("no pending"));
    EXPECT_THAT(
        ada.say("undo that"),
        AllOf(HasSubstr("taken back 40 changes"),
              HasSubstr("- task 1 'Day 0': status completed → pending"), HasSubstr("and 30 more")));
    EXPECT_THAT(ada.used, ElementsAre("undo_changes"));
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("40"));
    EXPECT_THAT(ada.say("undo"), HasSubstr("nothing that I could take back"));
}

TEST_F(BuiltinUndo, of_several_leaves_the_one_that_was_changed_elsewhere)
{
    ada.say("add milk, bread and eggs");
    rename(2, "Rye bread");
    EXPECT_THAT(ada.say("undo"), AllOf(HasSubstr("taken back 2 changes"),
                                       HasSubstr("I've left 1 task"), HasSubstr("'Rye bread'")));
    EXPECT_EQ(ada.tasks(), "2 Rye bread");
}

TEST_F(BuiltinUndo, goes_back_further_when_told_again)
{
    ada.say("add milk");
    ada.say("add bread");
    EXPECT_THAT(ada.say("take that back"), HasSubstr("'Bread'"));
    EXPECT_THAT(ada.say("undo the last change"), HasSubstr("'Milk'"));
    EXPECT_EQ(ada.tasks(), "");
    EXPECT_THAT(ada.say("revert that"), HasSubstr("nothing that I could take back"));
}

TEST_F(BuiltinUndo, is_of_what_the_assistant_did_and_not_of_what_others_did)
{
    ada.say("add milk");
    ada.have("Bread");
    EXPECT_THAT(ada.say("undo"), HasSubstr("'Milk'"));
    EXPECT_EQ(ada.tasks(), "2 Bread");
}

TEST_F(BuiltinUndo, restores_what_was_in_progress)
{
    ada.have("Read");
    ada.say("start task 1");
    EXPECT_EQ(ada.task(1).status, types::Status::in_progress);
    ada.say("delete the read task");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).status, types::Status::in_progress);
    ada.say("complete the read task");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).status, types::Status::in_progress);
}

TEST_F(BuiltinUndo, is_not_done_twice_at_once)
{
    ada.have("Read");
    ada.say("mark task 1 as done");
    // Another turn has not been answered yet.
    ada.history.push_back({.by_user = true, .text = "undo", .tools = {}, .state = {}});
    EXPECT_THAT(ada.say("undo"), HasSubstr("say \"undo\" again"));
    EXPECT_EQ(ada.tasks(), "1 Read ✓");
    ada.say("undo");
    EXPECT_EQ(ada.tasks(), "1 Read");
}

TEST_F(BuiltinUndo, is_of_no_task_that_is_gone)
{
    ada.say("add milk and bread");
    ada.run(ada.task_service().remove(store::User{"ada"}, {.task_id = std::int64_t{2}}));
    EXPECT_THAT(ada.say("undo"), AllOf(HasSubstr("task 2 'Bread'"), HasSubstr("'Milk'")));
    EXPECT_EQ(ada.tasks(), "");
    EXPECT_THAT(ada.say("undo"), HasSubstr("nothing that I could take back"));
}

class BuiltinRestore : public ::testing::Test {
protected:
    Conversation ada;
};

TEST_F(BuiltinRestore, brings_back_what_was_deleted)
{
    ada.have("Buy groceries");
    ada.have("Call the bank");
    for (const std::string words :
         {"bring back task 1", "bring task 1 back", "restore task 1", "undelete task 1",
          "bring back the groceries task", "restore the groceries task",
          "restore groceries from the trash", "bring it back"}) {
        ada.say("delete task 1");
        EXPECT_EQ(ada.say(words), "I've restored 'Buy groceries'. It is task 1, as before.")
            << words;
        EXPECT_EQ(ada.tasks(), "1 Buy groceries, 2 Call the bank");
    }
    EXPECT_THAT(ada.used, ElementsAre("restore_task"));
    ada.say("mark it as done");
    EXPECT_EQ(ada.tasks(), "1 Buy groceries ✓, 2 Call the bank");
}

TEST_F(BuiltinRestore, says_what_is_not_in_the_trash)
{
    ada.have("Read");
    EXPECT_EQ(ada.say("bring back task 1"), "Task 1 is not in the trash.");
    EXPECT_THAT(ada.say("bring back the dentist task"),
                HasSubstr("There is no 'dentist' in the trash."));
}

TEST_F(BuiltinRestore, says_which_there_are_where_several_fit)
{
    ada.have("Call Ann");
    ada.have("Call Bob");
    ada.say("delete tasks 1 and 2");
    EXPECT_THAT(ada.say("restore the call task"),
                AllOf(HasSubstr("task 1 'Call Ann'"), HasSubstr("task 2 'Call Bob'")));
    EXPECT_EQ(ada.tasks(), "");
}

TEST_F(BuiltinRestore, can_be_taken_back)
{
    ada.have("Read");
    ada.say("delete task 1");
    ada.say("bring back task 1");
    ada.say("undo");
    EXPECT_EQ(ada.tasks(), "");
}

class BuiltinLimits : public ::testing::Test {
protected:
    void have(int count)
    {
        for (int i = 0; i < count; ++i)
            ada.have(fmt::format("Day {}", i));
    }

    Conversation ada;
};

TEST_F(BuiltinLimits, are_said_of_several_things_in_a_message)
{
    std::string text = "add ax";
    for (char c = 'b'; c < 'z'; ++c)
        text += fmt::format(", {}x", c);
    EXPECT_THAT(ada.say(text), HasSubstr("5 are left"));
    EXPECT_THAT(ada.tasks(), AllOf(HasSubstr("20 Tx"), Not(HasSubstr("21"))));
}

TEST_F(BuiltinLimits, leave_the_rest_for_the_next_turn)
{
    have(60);
    const auto answer = ada.say("complete tasks 1-60");
    EXPECT_THAT(answer, AllOf(HasSubstr("are left."), HasSubstr("Shall I go on?")));
    EXPECT_THAT(ada.say("yes"), Not(HasSubstr("are left")));
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("no pending"));
}

TEST_F(BuiltinLimits, are_asked_about_before_a_delete)
{
    have(40);
    EXPECT_THAT(ada.say("delete tasks 1-40"),
                AllOf(HasSubstr("That is 40 tasks; I can do 25 at a time."),
                      HasSubstr("Shall I delete 25 tasks?")));
    EXPECT_THAT(ada.say("yes"), Not(HasSubstr("are left")));
    EXPECT_THAT(ada.say("how many are left?"), HasSubstr("15"));
}

}  // namespace
}  // namespace todod::assistant::builtin
