// What people say day by day, in one go or over several turns.
#include "assistant/builtin/conversation.hpp"
#include "assistant/builtin/engine.hpp"

namespace todod::assistant::builtin {
namespace {

using ::testing::AllOf;
using testing::Conversation;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Everyday : public ::testing::Test {
protected:
    std::string due(std::int64_t number)
    {
        const auto due = ada.task(number).due_date;
        if (!due) return "-";
        return due->whole_day ? base::to_string(std::chrono::floor<std::chrono::days>(due->at))
                              : base::to_string(due->at);
    }
    std::string today(int days = 0)
    {
        const auto day = std::chrono::floor<std::chrono::days>(ada.clock().now());
        return base::to_string(day + std::chrono::days{days});
    }

    Conversation ada;
};

TEST_F(Everyday, things_on_a_list_have_dates_of_their_own)
{
    ada.say("add laundry for today and dishes for tomorrow");
    EXPECT_EQ(ada.tasks(), "1 Laundry, 2 Dishes");
    EXPECT_EQ(due(1), today());
    EXPECT_EQ(due(2), today(1));
    ada.say("add call mom today, email bob tomorrow and pay rent in 3 days");
    EXPECT_EQ(ada.tasks(), "1 Laundry, 2 Dishes, 3 Call mom, 4 Email bob, 5 Pay rent");
    EXPECT_EQ(due(3), today());
    EXPECT_EQ(due(4), today(1));
    EXPECT_EQ(due(5), today(3));
}

TEST_F(Everyday, reminders_of_several_dates_are_as_many_tasks)
{
    ada.say("remind me to call mom today and email bob tomorrow");
    EXPECT_EQ(ada.tasks(), "1 Call mom, 2 Email bob");
    EXPECT_EQ(due(1), today());
    EXPECT_EQ(due(2), today(1));
    ada.say("remind me tomorrow to call Bob and tell him about Friday");
    EXPECT_EQ(ada.tasks(), "1 Call mom, 2 Email bob, 3 Call Bob and tell him about Friday");
    EXPECT_EQ(due(3), today(1));
    // It is one thing to send, and no word of it is lost.
    ada.say("remember to send the invoice tomorrow and the contract in 3 days");
    EXPECT_EQ(ada.task(4).title, "Send the invoice and the contract in 3 days");
    EXPECT_EQ(due(4), today(1));
}

TEST_F(Everyday, a_remark_on_priority_is_none_of_the_title)
{
    for (const std::string_view text :
         {"add pay the rent, it's urgent", "add pay the rent, it is urgent.",
          "add pay the rent because it's very urgent", "add pay the rent - this is urgent!",
          "add pay the rent, urgent"}) {
        Conversation bob;
        const auto answer = bob.say(std::string{text});
        EXPECT_EQ(bob.tasks(), "1 Pay the rent") << text << ": " << answer;
        EXPECT_EQ(bob.task(1).priority, types::Priority::urgent) << text;
    }
    ada.say("Please add a task to call John about the contract, it is important");
    EXPECT_EQ(ada.task(1).title, "Call John about the contract");
    EXPECT_EQ(ada.task(1).priority, types::Priority::high);
    ada.say("add buy stamps, it's low priority");
    EXPECT_EQ(ada.task(2).title, "Buy stamps");
    EXPECT_EQ(ada.task(2).priority, types::Priority::low);
    ada.say("add read what is urgent");
    EXPECT_EQ(ada.task(3).title, "Read what is urgent");
}

TEST_F(Everyday, numbers_of_several_words_are_one)
{
    for (int i = 0; i < 25; ++i)
        ada.have("Nothing");
    EXPECT_THAT(ada.say("finish task one hundred"), HasSubstr("can't find task 100"));
    EXPECT_THAT(ada.say("finish task one hundred and two"), HasSubstr("can't find task 102"));
    EXPECT_THAT(ada.say("delete task two hundred thirty-four"), HasSubstr("can't find task 234"));
    ada.say("finish task twenty-one");
    EXPECT_TRUE(is_completed(ada.task(21)));
    EXPECT_FALSE(is_completed(ada.task(1)));
    ada.say("finish tasks one and two");
    EXPECT_TRUE(is_completed(ada.task(1)));
    EXPECT_TRUE(is_completed(ada.task(2)));
}

TEST_F(Everyday, a_change_of_date_and_priority_is_both)
{
    ada.have("Report for Anna");
    ada.say("make the report for anna due tomorrow and high priority");
    EXPECT_EQ(due(1), today(1));
    EXPECT_EQ(ada.task(1).priority, types::Priority::high);
    ada.say("make the report due today");
    EXPECT_EQ(due(1), today());
}

TEST_F(Everyday, a_task_is_moved_by_so_much)
{
    ada.say("add report for today");
    ada.say("push it back a week");
    EXPECT_EQ(due(1), today(7));
    ada.say("move it two days earlier");
    EXPECT_EQ(due(1), today(5));
    ada.say("postpone the report by 3 days");
    EXPECT_EQ(due(1), today(8));
    ada.say("undo");
    EXPECT_EQ(due(1), today(5));
    ada.say("move the report up by a day");
    EXPECT_EQ(due(1), today(4));
    ada.have("Gym");
    EXPECT_THAT(ada.say("postpone gym by 2 days"), HasSubstr("When should task 2 'Gym' be due?"));
    ada.say("tomorrow");
    EXPECT_EQ(due(2), today(1));
}

TEST_F(Everyday, an_hour_is_moved_by_an_hour)
{
    ada.say("add call mom tomorrow at 5pm");
    ada.say("delay it by an hour");
    EXPECT_EQ(due(1), today(1) + "T18:00:00.000Z");
    ada.say("move it 30 minutes earlier");
    EXPECT_EQ(due(1), today(1) + "T17:30:00.000Z");
    ada.say("postpone call mom by a day");
    EXPECT_EQ(due(1), today(2) + "T17:30:00.000Z");
}

TEST_F(Everyday, several_tasks_are_named_by_their_titles)
{
    ada.say("add milk, bread and butter");
    ada.say("complete milk and bread");
    EXPECT_EQ(ada.tasks(), "1 Milk ✓, 2 Bread ✓, 3 Butter");
    ada.have("Call mom");
    ada.have("Pay rent");
    ada.say("call mom and pay rent are done");
    EXPECT_EQ(ada.tasks(), "1 Milk ✓, 2 Bread ✓, 3 Butter, 4 Call mom ✓, 5 Pay rent ✓");
    ada.say("delete butter and pay rent");
    EXPECT_EQ(ada.tasks(), "1 Milk ✓, 2 Bread ✓, 4 Call mom ✓");
    ada.have("Butter");
    ada.have("Peanut butter");
    EXPECT_THAT(ada.say("delete butter and nothing"), Not(HasSubstr("I've deleted")));
    EXPECT_EQ(ada.tasks(), "1 Milk ✓, 2 Bread ✓, 4 Call mom ✓, 6 Butter, 7 Peanut butter");
}

TEST_F(Everyday, what_is_not_completed_cannot_be_reopened)
{
    ada.have("Dentist appointment");
    EXPECT_THAT(ada.say("un-complete dentist"),
                HasSubstr("'Dentist appointment' is not completed"));
    EXPECT_THAT(ada.say("I haven't finished the dentist task"), HasSubstr("is not completed"));
}

TEST_F(Everyday, a_search_gives_what_fits_alone)
{
    ada.have("Cake for the party");
    ada.have("Dentist");
    for (const std::string_view text :
         {"search for party", "show cake", "find party", "look for the party", "search party"}) {
        EXPECT_THAT(ada.say(std::string{text}),
                    AllOf(HasSubstr("Cake for the party"), Not(HasSubstr("Dentist"))))
            << text;
    }
}

TEST_F(Everyday, a_question_about_one_task_shows_that_one)
{
    ada.say("add cake for the party tomorrow, it's urgent");
    ada.have("Dentist");
    ada.say("set the description of cake to two layers");
    for (const std::string_view text :
         {"when is cake due?", "what is the description of cake?",
          "what's the due date of the cake", "is the cake done?", "show me the details of cake",
          "show the cake", "did I finish the cake?", "what is task 1 about?", "when is task 1 due?",
          "is task 1 done?"}) {
        EXPECT_THAT(ada.say(std::string{text}),
                    AllOf(HasSubstr("Task 1: Cake for the party"), HasSubstr("Two layers"),
                          Not(HasSubstr("Dentist"))))
            << text;
    }
    for (const std::string_view text : {"what's urgent?", "whats urgent", "anything for tomorrow?",
                                        "is anything due tomorrow?", "anything due tomorrow?"}) {
        EXPECT_THAT(ada.say(std::string{text}),
                    AllOf(HasSubstr("Cake for the party"), Not(HasSubstr("Dentist"))))
            << text;
    }
}

TEST_F(Everyday, what_was_finished_is_not_what_was_due)
{
    ada.say("add cake");
    ada.say("cake is done");
    EXPECT_THAT(ada.say("what did I finish today?"), HasSubstr("Cake"));
    EXPECT_THAT(ada.say("what have I done this week?"), HasSubstr("Cake"));
}

TEST_F(Everyday, what_was_finished_some_days_ago_is_told_by_when_that_was)
{
    ada.say("add cake, bread and milk");
    EXPECT_EQ(ada.say("what did I finish today?"), "You have no completed tasks from today.");
    ada.say("cake is done");
    ada.clock().advance(std::chrono::days{1});
    ada.say("bread is done");
    EXPECT_THAT(ada.say("what did I finish today?"),
                AllOf(HasSubstr("Here is your completed task from today:"), HasSubstr("Bread"),
                      Not(HasSubstr("Cake"))));
    EXPECT_THAT(ada.say("what did I complete yesterday?"),
                AllOf(HasSubstr("Cake"), Not(HasSubstr("Bread"))));
    EXPECT_EQ(ada.say("how many tasks did I finish yesterday?"),
              "You have 1 completed task from yesterday.");
}

TEST_F(Everyday, a_list_is_sorted_as_it_is_asked_for)
{
    ada.say("add cake in 6 days, bread tomorrow and milk in 9 days");
    ada.say("milk is urgent");
    const auto is_before = [](const std::string& said, const char* first, const char* second) {
        return said.find(first) < said.find(second) && said.contains(second);
    };
    const std::string by_date = ada.say("sort my tasks by due date");
    EXPECT_TRUE(is_before(by_date, "Bread", "Cake") && is_before(by_date, "Cake", "Milk"));
    EXPECT_TRUE(is_before(ada.say("show my tasks by priority"), "Milk", "Bread"));
    const std::string by_title = ada.say("list tasks sorted by title");
    EXPECT_TRUE(is_before(by_title, "Bread", "Cake") && is_before(by_title, "Cake", "Milk"));
}

TEST_F(Everyday, a_priority_is_said_of_a_task)
{
    ada.say("add pay the rent");
    const auto priority = [&] { return ada.task(1).priority; };
    for (const auto& [text, expected] :
         std::initializer_list<std::pair<std::string_view, types::Priority>>{
             {"rent is urgent", types::Priority::urgent},
             {"the rent isn't urgent anymore", types::Priority::low},
             {"set rent to high", types::Priority::high},
             {"rent is not important", types::Priority::low},
             {"make rent medium priority", types::Priority::medium},
             {"make the rent high priority", types::Priority::high},
             {"make rent low priority and due tomorrow", types::Priority::low}}) {
        ada.say(std::string{text});
        EXPECT_EQ(priority(), expected) << text;
    }
    EXPECT_EQ(due(1), today(1));
    ada.say("make a high priority task to call bob");
    EXPECT_EQ(ada.tasks(), "1 Pay the rent, 2 Call bob");
    for (const std::string_view text :
         {"is the rent urgent?", "what is urgent?", "set the fan to high"}) {
        ada.say(std::string{text});
        EXPECT_EQ(priority(), types::Priority::low) << text;
    }
}

TEST_F(Everyday, what_was_taken_back_is_done_again)
{
    ada.say("add rent and dentist");
    EXPECT_EQ(ada.say("redo"), "There is nothing that was just taken back.");
    ada.say("make rent urgent");
    ada.say("undo");
    EXPECT_EQ(ada.task(1).priority, types::Priority::medium);
    ada.say("redo");
    EXPECT_EQ(ada.task(1).priority, types::Priority::urgent);
    ada.say("undo");
    EXPECT_EQ(ada.task(1).priority, types::Priority::medium);
    ada.say("complete dentist");
    EXPECT_EQ(ada.say("redo"), "There is nothing that was just taken back.");
    EXPECT_EQ(ada.task(1).priority, types::Priority::medium);
}

TEST_F(Everyday, a_time_alone_leaves_the_day_as_it_is)
{
    ada.say("add dentist at 3pm in 6 days");
    const std::string day = due(1).substr(0, 10);
    EXPECT_EQ(due(1), day + "T15:00:00.000Z");
    for (const auto& [text, time] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"make that 4pm", "T16:00:00.000Z"},
             {"it's at 5 actually", "T17:00:00.000Z"},
             {"move dentist to 9am", "T09:00:00.000Z"}}) {
        ada.say(std::string{text});
        EXPECT_EQ(due(1), day + std::string{time}) << text;
    }
    ada.say("move dentist to tomorrow at 8am");
    EXPECT_EQ(due(1), today(1) + "T08:00:00.000Z");
    ada.say("add cake tomorrow");
    ada.say("move cake to 4pm");
    EXPECT_EQ(due(2), today(1) + "T16:00:00.000Z");
    // Of a day that has passed, or none, it is the next.
    ada.say("add bread");
    ada.say("move bread to 4pm");
    EXPECT_EQ(due(3), today() + "T16:00:00.000Z");
    ada.clock().advance(std::chrono::days{3});
    ada.say("move cake to 5pm");
    EXPECT_EQ(due(2), today() + "T17:00:00.000Z");
}

TEST_F(Everyday, what_is_due_on_one_day_is_moved_to_another)
{
    ada.say("add cake today and bread tomorrow");
    ada.have("Milk");
    ada.say("move everything from today to tomorrow");
    ada.say("yes");
    EXPECT_EQ(due(1), today(1));
    EXPECT_EQ(due(3), "-");
    EXPECT_THAT(ada.say("what do I have tomorrow?"), AllOf(HasSubstr("Cake"), HasSubstr("Bread")));
}

TEST_F(Everyday, what_somebody_says_they_did_is_done_where_it_is_clear_which)
{
    ada.have("Eggs");
    ada.have("Pay the rent");
    EXPECT_THAT(ada.say("I paid the rent"), HasSubstr("Pay the rent"));
    ada.say("yes");
    EXPECT_EQ(ada.task(2).status, types::Status::completed);
    EXPECT_THAT(ada.say("got the eggs"), HasSubstr("Eggs"));
}

TEST_F(Everyday, what_was_deleted_is_kept_after_all)
{
    ada.say("add flour");
    EXPECT_THAT(ada.say("keep it"), Not(HasSubstr("taken")));
    EXPECT_EQ(ada.tasks(), "1 Flour");
    ada.say("remove flour");
    EXPECT_THAT(ada.tasks(), IsEmpty());
    ada.say("actually keep it");
    EXPECT_EQ(ada.tasks(), "1 Flour");
}

TEST_F(Everyday, tasks_of_a_word_may_be_those_of_a_tag)
{
    ada.say("add dentist and cake");
    ada.say("tag dentist with health");
    EXPECT_THAT(ada.say("show me health tasks"),
                AllOf(HasSubstr("tagged health"), HasSubstr("Dentist"), Not(HasSubstr("Cake"))));
    EXPECT_EQ(ada.say("show me garden tasks"), "You have no tasks with 'garden'.");
}

TEST_F(Everyday, a_question_whether_something_was_done_shows_it)
{
    ada.say("add pay the rent and dentist");
    EXPECT_THAT(ada.say("did I pay the rent?"),
                AllOf(HasSubstr("Pay the rent"), Not(HasSubstr("Dentist"))));
    ada.say("both rent and dentist are done");
    EXPECT_EQ(ada.say("show pending tasks"), "You have no pending tasks. Well done!");
}

TEST_F(Everyday, what_is_cancelled_is_deleted_if_that_is_meant)
{
    ada.say("add rent and dentist");
    EXPECT_THAT(ada.say("cancel my subscription"), Not(HasSubstr("deleted")));
    ada.say("cancel rent");
    ada.say("yes");
    EXPECT_EQ(ada.tasks(), "2 Dentist");
}

TEST_F(Everyday, a_number_is_not_always_a_time)
{
    ada.say("add a task to review PR 123 tomorrow morning");
    EXPECT_EQ(ada.task(1).title, "Review PR 123");
}

TEST_F(Everyday, what_is_to_be_found_may_be_to_do)
{
    ada.say("add call mom and find the keys");
    EXPECT_EQ(ada.tasks(), "1 Call mom, 2 Find the keys");
}

TEST_F(Everyday, a_note_goes_into_the_description)
{
    ada.have("Dentist");
    ada.say("add a note to dentist: bring the insurance card");
    EXPECT_EQ(ada.tasks(), "1 Dentist");
    EXPECT_EQ(ada.task(1).description, "Bring the insurance card");
}

TEST_F(Everyday, what_sounds_like_something_to_do_is_offered)
{
    EXPECT_EQ(ada.say("I need to call the plumber, it's urgent"),
              "Shall I add 'Call the plumber' to your tasks, urgent? (yes/no)");
    EXPECT_THAT(ada.tasks(), IsEmpty());
    EXPECT_THAT(ada.say("yes"), HasSubstr("I've added 'Call the plumber'"));
    EXPECT_EQ(ada.task(1).priority, types::Priority::urgent);
    EXPECT_EQ(ada.say("buy shoes"), "Shall I add 'Buy shoes' to your tasks? (yes/no)");
    EXPECT_THAT(ada.say("no"), HasSubstr("left everything as it is"));
    EXPECT_THAT(ada.say("I need milk"), HasSubstr("Shall I add 'Milk'"));
    EXPECT_THAT(ada.say("show me my tasks"), HasSubstr("Call the plumber"));
    EXPECT_EQ(ada.tasks(), "1 Call the plumber");
    for (const std::string_view text : {"tell me a joke", "do you like cake?", "don't call mom",
                                        "I don't need milk", "what a day", "pizza"})
        EXPECT_THAT(ada.say(std::string{text}), Not(HasSubstr("Shall I add"))) << text;
}

}  // namespace
}  // namespace todod::assistant::builtin
