#include "types/change.hpp"

#include <gmock/gmock.h>

#include "support/errors.hpp"

namespace todod::types {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Task full_task()
{
    Task task;
    task.title = "Ünï \"quoted\" \\ \n 🦊:null";
    task.description = "";
    task.status = Status::completed;
    task.priority = Priority::urgent;
    task.tags = {"a", "b\"c", "null"};
    task.due_date = Due{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}, true};
    task.completed_at = base::Instant{std::chrono::milliseconds{1'700'000'000'123}};
    return task;
}

TEST(TaskState, of_a_task_says_all_of_it_and_makes_another_say_the_same)
{
    const Task task = full_task();
    const TaskState state = state_of(task);
    Task other;
    other.due_date = Due{{}, false};
    apply(state, other);
    EXPECT_EQ(state_of(other), state);
    EXPECT_THAT(fields_unlike(state, task), IsEmpty());
}

TEST(TaskState, leaves_what_it_does_not_give_as_it_is)
{
    Task task = full_task();
    const Task before = task;
    apply({}, task);
    EXPECT_EQ(task, before);
    EXPECT_THAT(fields_unlike({}, task), IsEmpty());
    apply({.description = {true, std::nullopt}}, task);
    EXPECT_EQ(task.description, std::nullopt);
    EXPECT_EQ(task.title, before.title);
}

TEST(TaskState, names_the_fields_that_a_task_has_otherwise)
{
    Task task;
    const TaskState state = state_of(full_task());
    EXPECT_THAT(fields_unlike(state, task),
                ElementsAre("title", "description", "status", "priority", "tags", "due_date",
                            "completed_at"));
    task.title = full_task().title;
    TaskState one{.title = {true, "another"}};
    EXPECT_THAT(fields_unlike(one, task), ElementsAre("title"));
    one.title.value = task.title;
    EXPECT_THAT(fields_unlike(one, task), IsEmpty());
}

TEST(TaskState, is_stored_with_what_it_gives_and_a_null_is_not_nothing)
{
    EXPECT_EQ(to_stored(TaskState{}), "{}");
    const TaskState cleared{.description = {true, std::nullopt}, .due_date = {true, std::nullopt}};
    EXPECT_EQ(to_stored(cleared), R"({"description":null,"due_date":null})");
    EXPECT_EQ(state_from_stored(to_stored(cleared)), cleared);
    EXPECT_EQ(state_from_stored("{}"), TaskState{});
    const TaskState all = state_of(full_task());
    EXPECT_EQ(state_from_stored(to_stored(all)), all);
}

TEST(TaskState, that_most_writes_store_is_stored_in_short)
{
    Task task;
    EXPECT_EQ(to_stored(state_of(task)), "+{}");
    task.title = "Milk";
    EXPECT_EQ(to_stored(state_of(task)), R"(+{"title":"Milk"})");
    EXPECT_EQ(state_from_stored(to_stored(state_of(task))), state_of(task));

    TaskState completion{.status = {true, Status::completed},
                         .completed_at = {true, full_task().completed_at}};
    EXPECT_EQ(to_stored(completion), "2 1700000000123");
    EXPECT_EQ(state_from_stored("2 1700000000123"), completion);
    completion = {.status = {true, Status::pending}, .completed_at = {true, std::nullopt}};
    EXPECT_EQ(to_stored(completion), "0");
    EXPECT_EQ(state_from_stored("0"), completion);
    for (TaskState other : {TaskState{.status = {true, Status::pending}},
                            TaskState{.completed_at = {true, base::Instant{}}}}) {
        EXPECT_EQ(to_stored(other).front(), '{');
        EXPECT_EQ(state_from_stored(to_stored(other)), other);
    }
    completion.title = {true, ""};
    EXPECT_EQ(state_from_stored(to_stored(completion)), completion);
}

TEST(TaskState, that_a_later_release_has_written_more_of_is_read_all_the_same)
{
    EXPECT_EQ(state_from_stored(R"({"title":"x","colour":"red"})"),
              (TaskState{.title = {true, "x"}}));
    EXPECT_EQ(origin_from_stored(R"({"via":"mcp","is_service":true,"agent":"y"})"),
              (Origin{.via = Via::mcp, .is_service = true}));
}

TEST(TaskState, that_is_none_is_not_read)
{
    for (const std::string_view text :
         {"", "[]", "null", R"({"title":1})", R"({"status":"x"})", "3", "-1", "1 ", "1 2x", "1  2",
          "+", "+{", "2 99999999999999999999"}) {
        const base::Error error = error_of([&] { state_from_stored(text); });
        EXPECT_EQ(error.code(), base::ErrorCode::internal) << text;
    }
}

TEST(Difference, of_two_tasks_is_what_they_say_otherwise_as_it_was_and_as_it_is)
{
    const Task before = full_task();
    Task after = before;
    after.version = 9;
    EXPECT_EQ(difference(before, after).before, TaskState{});
    after.description.reset();
    after.tags.clear();
    const StateDifference found = difference(before, after);
    EXPECT_EQ(found.before, (TaskState{.description = {true, ""}, .tags = {true, before.tags}}));
    EXPECT_EQ(found.after, (TaskState{.description = {true, std::nullopt}, .tags = {true, {}}}));
}

TEST(Origin, is_stored_without_what_it_does_not_have)
{
    EXPECT_EQ(to_stored(Origin{.via = Via::rest}), "rest");
    const Origin request{.via = Via::mcp, .request_id = "a request"};
    EXPECT_EQ(to_stored(request), "mcp a request");
    EXPECT_EQ(origin_from_stored("mcp a request"), request);
    for (const Via via : {Via::rest, Via::mcp, Via::assistant, Via::import, Via::command})
        EXPECT_EQ(origin_from_stored(to_stored(Origin{.via = via})), Origin{.via = via});
    for (const std::string_view none : {"", " ", "x", "{", R"({"via":"x"})"}) {
        EXPECT_EQ(error_of([&] { origin_from_stored(none); }).code(), base::ErrorCode::internal)
            << none;
    }
    const Origin full{.via = Via::assistant,
                      .is_service = true,
                      .token_id = base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e"),
                      .conversation_id = 7,
                      .request_id = "r\"1"};
    EXPECT_EQ(origin_from_stored(to_stored(full)), full);
    EXPECT_THAT(to_stored(full), HasSubstr(R"("conversation_id":7)"));
}

}  // namespace
}  // namespace todod::types
