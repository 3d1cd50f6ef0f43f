#include "types/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using namespace std::chrono_literals;
using boost::json::parse;
using schema::Dialect;
using std::chrono::sys_days;
using ::testing::ElementsAre;

const base::Instant start = sys_days{std::chrono::year{2026} / 11 / 21} + 10h;
constexpr const char* id_text = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";

Task make_task()
{
    Task task;
    task.id = *base::parse_uuid(id_text);
    task.number = 3;
    task.user_id = "ada";
    task.title = "Tea";
    task.created_at = start;
    task.updated_at = start;
    return task;
}

Task make_completed_task()
{
    Task task = make_task();
    task.status = Status::completed;
    task.completed_at = start;
    return task;
}

TEST(Apply, sets_only_what_is_named)
{
    Task task = make_task();
    task.description = "Green";
    task.tags = {"kitchen"};
    EXPECT_TRUE(apply({.title = "Milk"}, task, start + 1min));

    Task expected = make_task();
    expected.title = "Milk";
    expected.description = "Green";
    expected.tags = {"kitchen"};
    expected.updated_at = start + 1min;
    expected.version = 2;
    EXPECT_EQ(task, expected);
}

TEST(Apply, sets_every_field)
{
    Task task = make_task();
    const Due due{start + 24h, false};
    EXPECT_TRUE(apply({.title = "Milk",
                       .description = std::optional<std::string>{"Fresh"},
                       .status = Status::in_progress,
                       .priority = Priority::urgent,
                       .tags = std::vector<std::string>{"b", "a"},
                       .due_date = std::optional{due}},
                      task, start));
    EXPECT_EQ(task.title, "Milk");
    EXPECT_EQ(task.description, "Fresh");
    EXPECT_EQ(task.status, Status::in_progress);
    EXPECT_EQ(task.priority, Priority::urgent);
    EXPECT_THAT(task.tags, ElementsAre("b", "a"));
    EXPECT_EQ(task.due_date, due);
    EXPECT_EQ(task.version, 2);
}

TEST(Apply, clears_description_and_due_date)
{
    Task task = make_task();
    task.description = "Green";
    task.due_date = Due{start, true};
    EXPECT_TRUE(
        apply({.description = std::optional<std::string>{}, .due_date = std::optional<Due>{}}, task,
              start));
    EXPECT_FALSE(task.description);
    EXPECT_FALSE(task.due_date);
}

TEST(Apply, leaves_a_task_alone_that_is_already_so)
{
    struct Case {
        const char* what;
        TaskChange change;
    };
    const std::vector<Case> cases{
        {"nothing", {}},
        {"the same title", {.title = "Tea"}},
        {"the same status", {.status = Status::pending}},
        {"not completed", {.completed = false}},
        {"no tags", {.tags = std::vector<std::string>{}}},
        {"no due date", {.due_date = std::optional<Due>{}}},
    };
    for (const auto& [what, change] : cases) {
        Task task = make_task();
        EXPECT_FALSE(apply(change, task, start + 1h)) << what;
        EXPECT_EQ(task, make_task()) << what;
    }
    Task task = make_completed_task();
    EXPECT_FALSE(apply({.completed = true}, task, start + 1h));
    EXPECT_EQ(task, make_completed_task());
}

TEST(Apply, tells_a_whole_day_from_its_midnight)
{
    Task task = make_task();
    task.due_date = Due{sys_days{std::chrono::year{2026} / 11 / 22}, true};
    EXPECT_TRUE(apply({.due_date = std::optional<Due>{{task.due_date->at, false}}}, task, start));
    EXPECT_FALSE(task.due_date->whole_day);
}

TEST(Apply, sets_and_clears_completed_at)
{
    Task task = make_task();
    EXPECT_TRUE(apply({.completed = true}, task, start + 1h));
    EXPECT_EQ(task.status, Status::completed);
    EXPECT_EQ(task.completed_at, start + 1h);

    // What has been completed stays completed when it was, whatever else changes.
    EXPECT_TRUE(apply({.title = "Milk"}, task, start + 2h));
    EXPECT_EQ(task.completed_at, start + 1h);

    EXPECT_TRUE(apply({.status = Status::in_progress}, task, start + 3h));
    EXPECT_EQ(task.status, Status::in_progress);
    EXPECT_FALSE(task.completed_at);

    EXPECT_TRUE(apply({.status = Status::completed}, task, start + 4h));
    EXPECT_EQ(task.completed_at, start + 4h);
    EXPECT_EQ(task.updated_at, start + 4h);
    EXPECT_EQ(task.version, 5);
}

TEST(Apply, keeps_what_is_in_progress_when_it_is_not_to_be_completed)
{
    Task task = make_task();
    task.status = Status::in_progress;
    EXPECT_FALSE(apply({.completed = false}, task, start));
    EXPECT_EQ(task.status, Status::in_progress);

    Task completed = make_completed_task();
    EXPECT_TRUE(apply({.completed = false}, completed, start));
    EXPECT_EQ(completed.status, Status::pending);

    Task both = make_completed_task();
    EXPECT_TRUE(apply({.status = Status::in_progress, .completed = false}, both, start));
    EXPECT_EQ(both.status, Status::in_progress);
}

TEST(Apply, turns_completion_round)
{
    Task task = make_task();
    EXPECT_TRUE(apply({.toggle = true}, task, start + 1h));
    EXPECT_EQ(task.status, Status::completed);
    EXPECT_EQ(task.completed_at, start + 1h);
    EXPECT_TRUE(apply({.toggle = true}, task, start + 2h));
    EXPECT_EQ(task.status, Status::pending);
    EXPECT_FALSE(task.completed_at);

    task.status = Status::in_progress;
    EXPECT_TRUE(apply({.toggle = true}, task, start + 3h));
    EXPECT_EQ(task.status, Status::completed);
}

TEST(Apply, never_puts_updated_at_back)
{
    Task task = make_task();
    EXPECT_TRUE(apply({.title = "Milk"}, task, start - 1h));
    EXPECT_EQ(task.updated_at, start);
    EXPECT_EQ(task.version, 2);
}

TEST(Task, is_written_in_each_dialect)
{
    Task task = make_completed_task();
    task.description = "a \"b\"\n";
    task.status = Status::in_progress;
    task.priority = Priority::high;
    task.tags = {"b", "ä"};
    task.due_date = Due{sys_days{std::chrono::year{2026} / 12 / 27}, true};

    EXPECT_EQ(write_value(task, Dialect::scoped),
              R"({"id":"01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e","number":3,"user_id":"ada",)"
              R"("title":"Tea","description":"a \"b\"\n","status":"in_progress",)"
              R"("completed":false,"priority":"High","tags":["b","ä"],"due_date":"2026-12-27",)"
              R"("created_at":"2026-11-21T10:00:00.000Z","updated_at":"2026-11-21T10:00:00.000Z",)"
              R"("completed_at":"2026-11-21T10:00:00.000Z","version":1})");
    EXPECT_EQ(write_value(task, Dialect::own),
              R"({"id":"01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e","number":3,"userId":"ada",)"
              R"("title":"Tea","description":"a \"b\"\n","status":"IN_PROGRESS",)"
              R"("completed":false,"priority":"HIGH","tags":["b","ä"],"dueDate":"2026-12-27",)"
              R"("createdAt":"2026-11-21T10:00:00.000Z","updatedAt":"2026-11-21T10:00:00.000Z",)"
              R"("completedAt":"2026-11-21T10:00:00.000Z","version":1})");
    const auto tool = parse(write_value(task, Dialect::tool));
    EXPECT_EQ(tool.at("priority"), "high");
    EXPECT_EQ(tool.at("status"), "in_progress");
    EXPECT_EQ(tool.at("user_id"), "ada");
}

TEST(Task, is_written_with_null_for_what_it_does_not_have)
{
    const auto json = parse(write_value(make_task(), Dialect::scoped));
    for (const auto* key : {"description", "due_date", "completed_at"}) {
        EXPECT_TRUE(json.at(key).is_null()) << key;
    }
    EXPECT_EQ(json.at("tags"), parse("[]"));
    EXPECT_EQ(json.at("status"), "pending");
    EXPECT_EQ(json.at("priority"), "Medium");
}

TEST(Task, says_completed_for_its_status)
{
    EXPECT_TRUE(is_completed(make_completed_task()));
    EXPECT_FALSE(is_completed(make_task()));
    EXPECT_EQ(parse(write_value(make_completed_task(), Dialect::own)).at("completed"), true);
}

TEST(Task, describes_what_it_writes)
{
    for (const Dialect dialect : {Dialect::tool, Dialect::scoped, Dialect::own}) {
        const auto schema =
            schema::object_schema(schema::type_of<Task>(), dialect, schema::Place::body, false);
        const auto json = parse(write_value(make_task(), dialect)).as_object();
        const auto& properties = schema.at("properties").as_object();
        EXPECT_EQ(properties.size(), json.size());
        EXPECT_EQ(schema.at("required").as_array().size(), json.size());
        for (const auto& member : json)
            EXPECT_TRUE(properties.contains(member.key()));
    }
    const auto own =
        schema::object_schema(schema::type_of<Task>(), Dialect::own, schema::Place::body, false);
    EXPECT_EQ(own.at("properties").at("status").at("enum"),
              parse(R"(["TODO", "IN_PROGRESS", "COMPLETED"])"));
    EXPECT_EQ(own.at("properties").at("description").at("type"), parse(R"(["string", "null"])"));
}

TEST(Etag, names_the_number_and_the_version)
{
    Task task = make_task();
    EXPECT_EQ(to_etag(task), R"("3-1")");
    apply({.title = "Milk"}, task, start);
    EXPECT_EQ(to_etag(task), R"("3-2")");
}

}  // namespace
}  // namespace todod::types
