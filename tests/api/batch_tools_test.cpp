#include "api/tools.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::value;

class BatchTools : public testing::ToolsTest {
protected:
    std::int64_t count_tasks() { return done("list_tasks", "{}").at("total").as_int64(); }

    static std::string many(int count)
    {
        std::string tasks;
        for (int i = 1; i <= count; ++i)
            tasks += fmt::format(R"({}{{"title": "task {}"}})", i == 1 ? "" : ",", i);
        return fmt::format(R"({{"tasks": [{}]}})", tasks);
    }
};

TEST_F(BatchTools, add_tasks_in_the_order_in_which_they_are_given)
{
    const object batch = done("add_tasks", many(25));
    EXPECT_EQ(batch.at("succeeded"), 25);
    EXPECT_EQ(batch.at("failed"), 0);
    EXPECT_EQ(batch.at("message"), "I've added 25 tasks.");
    for (int i = 0; i < 25; ++i) {
        const auto& result = batch.at("results").at(static_cast<std::size_t>(i));
        EXPECT_EQ(result.at("index"), i);
        EXPECT_EQ(result.at("success"), true);
        EXPECT_EQ(result.at("data").at("task_id"), i + 1);
        EXPECT_EQ(result.at("data").at("status"), "created");
        EXPECT_EQ(result.at("data").at("title"), value(fmt::format("task {}", i + 1)));
    }
    EXPECT_EQ(count_tasks(), 25);
}

TEST_F(BatchTools, add_tasks_with_all_that_add_task_takes)
{
    const operation::ToolCall in_berlin{
        .caller = {}, .arguments = {}, .time_zone = "Europe/Berlin"};
    const object batch = done("add_tasks", R"({"tasks": [{"title": " Call mom ",
        "description": "at home", "priority": "High", "tags": ["family"],
        "due_date": "2026-12-04T17:00"}, {"title": "b", "priority": "", "due_date": ""}]})",
                              in_berlin);
    EXPECT_EQ(batch.at("results").at(0).at("data").at("due"), "Fri 2026-12-04 17:00 Europe/Berlin");
    const object kept = done("get_task", R"({"task_id": 1})");
    EXPECT_EQ(kept.at("title"), "Call mom");
    EXPECT_EQ(kept.at("description"), "at home");
    EXPECT_EQ(kept.at("priority"), "high");
    EXPECT_EQ(kept.at("tags").at(0), "family");
    EXPECT_EQ(kept.at("due_date"), "2026-12-04T16:00:00.000Z");
    EXPECT_EQ(done("get_task", R"({"task_id": 2})").at("priority"), "medium");
}

TEST_F(BatchTools, with_one_argument_that_is_not_valid_do_nothing_and_name_it)
{
    for (const auto& [tasks, error] : std::vector<std::pair<std::string, std::string>>{
             {R"([{"title": "a"}, {"title": "b"}, {"title": " "}])",
              "tasks[2].title must have 1 to 200 characters."},
             {R"([{"title": "a"}, {"description": "b"}])", "tasks[1].title is required."},
             {R"([{"title": "a", "prioritty": "high"}])",
              "tasks[0].prioritty is not a known field; did you mean 'priority'?"},
             {R"([{"title": "a"}, "b"])", "tasks[1] must be an object."},
             {R"([])", "tasks must have at least 1 item."},
             {R"("a")", "tasks must be a list."}}) {
        EXPECT_EQ(failed("add_tasks", fmt::format(R"({{"tasks": {}}})", tasks)), error);
    }
    EXPECT_EQ(
        failed("add_tasks",
               R"({"tasks": [{"title": "a"}, {"title": "b", "due_date": "0001-01-01T00:00"}]})",
               {.caller = {}, .arguments = {}, .time_zone = "Europe/Berlin"}),
        "tasks[1].due_date must be within the years 0001 to 9999.");
    EXPECT_EQ(failed("add_tasks", many(26)), "tasks must have at most 25 items.");
    EXPECT_EQ(failed("add_tasks", "{}"), "tasks is required.");
    EXPECT_EQ(failed("add_tasks", R"({"task": []})"),
              "task is not a known field; did you mean 'tasks'?; tasks is required.");
    EXPECT_EQ(count_tasks(), 0);
}

TEST_F(BatchTools, with_a_key_add_each_task_once)
{
    const operation::ToolCall keyed{
        .caller = {}, .arguments = {}, .time_zone = {}, .idempotency_key = "k1"};
    const object first = done("add_tasks", R"({"tasks": [{"title": "a"}, {"title": "a"}]})", keyed);
    EXPECT_EQ(done("add_tasks", R"({"tasks": [{"title": "a"}, {"title": "a"}]})", keyed), first);
    EXPECT_EQ(count_tasks(), 2);
    // Another list is another request, also where a part of it is the same.
    for (const std::string_view other :
         {R"([{"title": "b"}, {"title": "a"}])", R"([{"title": "a"}, {"title": "b"}])",
          R"([{"title": "a"}])", R"([{"title": "a"}, {"title": "a"}, {"title": "a"}])"}) {
        EXPECT_EQ(failed("add_tasks", fmt::format(R"({{"tasks": {}}})", other), keyed),
                  "Idempotency-Key has been used for another request.")
            << other;
        EXPECT_EQ(count_tasks(), 2) << other;
    }
}

TEST_F(BatchTools, complete_those_that_there_are)
{
    done("add_tasks", many(3));
    const std::string id{done("get_task", R"({"task_id": 3})").at("id").as_string()};
    const object batch =
        done("complete_tasks", fmt::format(R"({{"task_ids": [1, "2", 9, "{}", "x", 1]}})", id));
    EXPECT_EQ(batch.at("succeeded"), 4);
    EXPECT_EQ(batch.at("failed"), 2);
    EXPECT_EQ(batch.at("message"), "I've marked 3 of 5 tasks as completed.");
    for (const std::size_t index : {2U, 4U}) {
        EXPECT_EQ(batch.at("results").at(index).at("success"), false);
        EXPECT_EQ(batch.at("results").at(index).at("error"), "Task not found.");
    }
    EXPECT_EQ(batch.at("results").at(3).at("data").at("task_id"), 3);
    EXPECT_EQ(done("list_tasks", R"({"status": "completed"})").at("total"), 3);
    const object back = done("complete_tasks", R"({"task_ids": [1, 2], "completed": false})");
    EXPECT_EQ(back.at("results").at(0).at("data").at("status"), "reopened");
    EXPECT_EQ(back.at("message"), "I've marked 2 tasks as not completed.");
    EXPECT_EQ(done("list_tasks", R"({"status": "completed"})").at("total"), 1);
}

TEST_F(BatchTools, complete_nothing_of_what_is_no_list_of_tasks)
{
    done("add_tasks", many(1));
    for (const std::string ids : {"[]", "1", "[1, null]", "[1, {}]", "[1.5]"}) {
        EXPECT_NE(failed("complete_tasks", fmt::format(R"({{"task_ids": {}}})", ids)), "") << ids;
    }
    EXPECT_EQ(failed("complete_tasks", R"({"task_ids": [1, true]})"),
              "task_ids[1] must be a string.");
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("completed"), false);
}

TEST_F(BatchTools, complete_nobody_elses_tasks)
{
    done("add_tasks", many(2));
    const object batch =
        done("complete_tasks", R"({"task_ids": [1, 2]})", {.caller = {.user_id = "bob"}});
    EXPECT_EQ(batch.at("succeeded"), 0);
    EXPECT_EQ(done("list_tasks", R"({"status": "completed"})").at("total"), 0);
}

TEST_F(BatchTools, fail_as_a_whole_for_an_account_that_has_gone)
{
    EXPECT_THROW(use("add_tasks", many(2), {.caller = {.user_id = "nobody"}}), base::Error);
}

}  // namespace
}  // namespace todod::api
