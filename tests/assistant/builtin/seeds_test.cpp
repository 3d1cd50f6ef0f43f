#include "assistant/builtin/conversation.hpp"

namespace todod::assistant::builtin {
namespace {

using testing::Conversation;
using ::testing::HasSubstr;

struct Phrase {
    std::string_view said;
    std::string_view tasks;  ///< afterwards
    std::string_view reply;  ///< contains it
};

/// Said to somebody with five tasks.
class Phrases : public ::testing::TestWithParam<Phrase> {};

TEST_P(Phrases, do_what_they_say)
{
    Conversation ada;
    ada.have("Pay bills");
    ada.have("Meeting with Bob");
    ada.have("Write the report");
    ada.have("Buy groceries");
    ada.have("Read");
    EXPECT_THAT(ada.say(std::string{GetParam().said}), HasSubstr(GetParam().reply));
    EXPECT_EQ(ada.tasks(), GetParam().tasks) << GetParam().said;
}

constexpr std::string_view same =
    "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read";

INSTANTIATE_TEST_SUITE_P(
    OfGuides, Phrases,
    ::testing::Values(
        // Creation.
        Phrase{"add task buy milk",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Buy milk",
               "I've added 'Buy milk' to your tasks."},
        Phrase{"I need to remember to pay rent",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Pay rent",
               "I've added 'Pay rent' to your tasks."},
        Phrase{"create a task for meeting tomorrow",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Meeting",
               "due tomorrow"},
        Phrase{"Add a task to buy milk",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Buy milk",
               "I've added 'Buy milk' to your tasks."},
        Phrase{"Create a task to buy milk",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Buy milk",
               "I've added 'Buy milk' to your tasks."},
        Phrase{"Add high priority task for client meeting",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Client meeting",
               "high priority"},
        Phrase{"Remind me to call mom tomorrow",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read, 6 "
               "Call mom",
               "I've added 'Call mom' to your tasks. It is task 6, due tomorrow."},
        // Lists.
        Phrase{"show me all tasks", same, "Task 4: Buy groceries"},
        Phrase{"what's pending?", same, "Here are your pending tasks:\n- Task 5: Read"},
        Phrase{"list completed tasks", same, "You haven't completed any tasks yet."},
        Phrase{"Show me my incomplete tasks", same, "Here are your pending tasks:"},
        Phrase{"Show me my tasks", same, "Here are your tasks:"},
        Phrase{"List high priority tasks", same, "You have no high priority tasks."},
        Phrase{"Show me my high priority tasks", same, "You have no high priority tasks."},
        Phrase{"Show completed tasks", same, "You haven't completed any tasks yet."},
        // Completion.
        Phrase{"mark task 3 as done",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report ✓, 4 Buy groceries, 5 Read",
               "I've marked 'Write the report' as completed."},
        Phrase{"complete the grocery task",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries ✓, 5 Read",
               "I've marked 'Buy groceries' as completed."},
        Phrase{"I finished task 5",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 Read ✓",
               "I've marked 'Read' as completed."},
        Phrase{"Complete the groceries task",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries ✓, 5 Read",
               "I've marked 'Buy groceries' as completed."},
        // Deletion.
        Phrase{"delete task 2", "1 Pay bills, 3 Write the report, 4 Buy groceries, 5 Read",
               "I've deleted 'Meeting with Bob'."},
        Phrase{"remove the meeting task",
               "1 Pay bills, 3 Write the report, 4 Buy groceries, 5 Read",
               "I've deleted 'Meeting with Bob'."},
        Phrase{"get rid of task 5",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries",
               "I've deleted 'Read'."},
        Phrase{"Delete task 7", same, "I can't find task 7."},
        Phrase{"Remove the groceries task",
               "1 Pay bills, 2 Meeting with Bob, 3 Write the report, 5 Read",
               "I've deleted 'Buy groceries'."},
        // Changes.
        Phrase{"change task 1 to 'call mom tonight'",
               "1 Call mom tonight, 2 Meeting with Bob, 3 Write the report, 4 Buy groceries, 5 "
               "Read",
               "I've renamed 'Pay bills' to 'Call mom tonight'."},
        Phrase{"update task 3 description", same,
               "What should the description of task 3 'Write the report' be?"},
        Phrase{"rename task 5", same, "What should I call task 5 'Read'?"},
        Phrase{"Change task 5 priority to high", same, "'Read': it is now high priority."},
        Phrase{"Update the title of my first task", same, "What should I call task 1 'Pay bills'?"},
        Phrase{"How many tasks are left?", same, "You have 5 pending tasks."},
        Phrase{"hello", same, "Hello!"}, Phrase{"thanks!", same, "You're welcome!"},
        Phrase{"what can you do?", same, "Add a task to buy groceries"},
        Phrase{"what's the spanish word for pasta", same, "I'm sorry, I didn't understand that."}));

}  // namespace
}  // namespace todod::assistant::builtin
