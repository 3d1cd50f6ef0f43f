#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using ::testing::ElementsAre;
using todod::testing::kinds_of;
using todod::testing::lines_of;
using todod::testing::TaskApi;

class TaskChanges : public TaskApi {};

INSTANTIATE_TEST_SUITE_P(Api, TaskChanges, todod::testing::both_surfaces,
                         todod::testing::surface_name);

TEST_P(TaskChanges, put_and_patch_change_only_what_is_named)
{
    for (const auto* method : {"PUT", "PATCH"}) {
        const auto created = create(R"({"title": "Tea", "description": "Green", "priority": "high",
                                        "tags": ["a"], "due_date": "2026-12-27"})");
        const auto path = fmt::format("/{}", created.at("number").as_int64());
        api.clock().advance(1min);
        const auto changed = send(method, path, R"({"title": "Milk"})");
        EXPECT_EQ(changed.status, 200);
        EXPECT_EQ(changed.header("ETag"),
                  fmt::format(R"("{}-2")", created.at("number").as_int64()));

        auto expected = created.as_object();
        expected["title"] = "Milk";
        expected["version"] = 2;
        expected[key("updated_at")] = changed.body.at(key("updated_at"));
        EXPECT_EQ(changed.body, expected);
        EXPECT_NE(changed.body.at(key("updated_at")), created.at(key("updated_at")));
        EXPECT_EQ(send("GET", path).body, changed.body);
    }
}

TEST_P(TaskChanges, null_clears_description_and_due_date)
{
    create(R"({"title": "Tea", "description": "Green", "due_date": "2026-12-27"})");
    const auto cleared = send("PUT", "/1", R"({"description": null, "dueDate": null})").body;
    EXPECT_TRUE(cleared.at("description").is_null());
    EXPECT_TRUE(cleared.at(key("due_date")).is_null());
    EXPECT_EQ(cleared.at("title"), "Tea");
}

TEST_P(TaskChanges, due_dates_come_back_as_they_were_given_in_utc)
{
    struct Case {
        const char* sent;
        const char* kept;
    };
    for (const auto& [sent, kept] : std::initializer_list<Case>{
             {"2024-02-29", "2024-02-29"},
             {"2026-12-27T00:30:00.25+02:00", "2026-12-26T22:30:00.250Z"},
             {"2026-12-27T00:00:00Z", "2026-12-27T00:00:00.000Z"},
         }) {
        const auto created = create(fmt::format(R"({{"title": "Tea", "due_date": "{}"}})", sent));
        EXPECT_EQ(created.at(key("due_date")), kept);
        EXPECT_EQ(get(created.at("id").as_string()).at(key("due_date")), kept);
    }
}

TEST_P(TaskChanges, an_update_that_changes_nothing_leaves_the_version)
{
    const auto created = create(R"({"title": "Tea", "tags": ["a"]})");
    api.clock().advance(1min);
    for (const auto* body : {"{}", R"({"title": " Tea "})", R"({"tags": ["a", "a"]})",
                             R"({"completed": false})", R"({"due_date": null})"}) {
        const auto same = send("PATCH", "/1", body);
        EXPECT_EQ(same.status, 200);
        EXPECT_EQ(same.body, created) << body;
    }
}

TEST_P(TaskChanges, an_update_refuses_bad_input_and_changes_nothing)
{
    const auto created = create(R"({"title": "Tea"})");
    for (const auto* method : {"PUT", "PATCH"}) {
        for (const auto* body :
             {R"({"title": ""})", R"({"title": null})", R"({"title": "Milk", "colour": 1})",
              R"({"title": "Milk", "priority": 3})", R"({"title": "Milk", "tags": null})",
              R"({"title": "Milk", "status": "pending", "completed": true})",
              R"({"title": "Milk", "number": 2})", R"({"title": "Milk", "user_id": "bob"})",
              R"({"title": "Milk", "id": "01934f3c-9a2b-7c51-8f0e-000000000000"})",
              R"({"title": "Milk", "version": 7})",
              R"({"title": "Milk", "created_at": "2020-01-01T00:00:00Z"})", "[]", "null"}) {
            EXPECT_EQ(refuse(method, "/1", body).code(), ErrorCode::invalid);
        }
        EXPECT_EQ(refuse(method, "/1").code(), ErrorCode::invalid);
    }
    EXPECT_EQ(get("1"), created);
}

TEST_P(TaskChanges, a_whole_task_may_be_sent_back)
{
    auto task = create(R"({"title": "Tea", "status": "completed", "due_date": "2026-12-27"})");
    EXPECT_EQ(send("PUT", "/1", boost::json::serialize(task)).body, task);

    task.as_object()["title"] = "Milk";
    const auto changed = send("PUT", "/1", boost::json::serialize(task)).body;
    EXPECT_EQ(changed.at("title"), "Milk");
    EXPECT_EQ(changed.at("version"), 2);

    // The task has moved on since: what it says of version and updated_at is not true any more.
    api.clock().advance(1min);
    send("PATCH", "/1", R"({"title": "Bread"})");
    EXPECT_THAT(
        kinds_of(refuse("PUT", "/1", boost::json::serialize(changed)).violations()),
        ElementsAre("body.version read_only", fmt::format("body.{} read_only", key("updated_at"))));
    EXPECT_EQ(get("1").at("title"), "Bread");
}

TEST_P(TaskChanges, a_read_only_field_is_named_as_it_was_sent)
{
    create(R"({"title": "Tea"})");
    for (const std::string name : {"user_id", "userId"}) {
        const auto body = fmt::format(R"({{"title": "Milk", "{}": "bob"}})", name);
        const auto line = fmt::format(
            "body.{0} read_only: {0} is set by the server and cannot be changed.", name);
        EXPECT_THAT(lines_of(refuse("POST", "", body).violations()), ElementsAre(line));
        EXPECT_THAT(lines_of(refuse("PATCH", "/1", body).violations()), ElementsAre(line));
    }
}

TEST_P(TaskChanges, if_match_must_hold)
{
    create(R"({"title": "Tea"})");
    EXPECT_EQ(send("PATCH", "/1", R"({"title": "Milk"})", {{"If-Match", R"("1-1")"}}).status, 200);
    for (const auto* tag : {R"("1-1")", R"(W/"1-2")", "1-2", R"("x")", ""}) {
        const std::vector<schema::NamedText> header{{"if-match", tag}};
        for (const auto* method : {"PUT", "PATCH"}) {
            EXPECT_EQ(refuse(method, "/1", R"({"title": "Bread"})", header).code(),
                      ErrorCode::precondition_failed);
        }
        EXPECT_EQ(refuse("PATCH", "/1/complete", {}, header).code(),
                  ErrorCode::precondition_failed);
        EXPECT_EQ(refuse("DELETE", "/1", {}, header).code(), ErrorCode::precondition_failed);
    }
    const auto task = get("1");
    EXPECT_EQ(task.at("title"), "Milk");
    EXPECT_EQ(task.at("completed"), false);
    EXPECT_EQ(send("PATCH", "/1/complete", {}, {{"If-Match", R"("9-9", "1-2")"}}).status, 200);
    EXPECT_EQ(send("DELETE", "/1", {}, {{"If-Match", "*"}}).status, 204);
}

TEST_P(TaskChanges, a_tag_of_a_deleted_task_does_not_hold_for_another_with_its_id)
{
    constexpr std::string_view id_text = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";
    const auto body = fmt::format(R"({{"id": "{}", "title": "Tea"}})", id_text);
    const auto tag = send("POST", "", body).header("ETag");
    const auto path = fmt::format("/{}", id_text);
    send("DELETE", path);
    send("POST", "", body);
    EXPECT_EQ(refuse("DELETE", path, {}, {{"If-Match", tag}}).code(),
              ErrorCode::precondition_failed);
    EXPECT_EQ(send("GET", path, {}, {{"If-None-Match", tag}}).status, 200);
}

TEST_P(TaskChanges, complete_sets_what_it_is_told_and_else_turns_it_round)
{
    struct Step {
        const char* body;
        bool completed;
        int version;
    };
    create(R"({"title": "Tea"})");
    for (const auto& [body, completed, version] : std::initializer_list<Step>{
             {R"({"completed": true})", true, 2},
             {R"({"completed": true})", true, 2},
             {R"({"completed": false})", false, 3},
             {R"({"completed": false})", false, 3},
             {"", true, 4},
             {"", false, 5},
             {"{}", true, 6},
         }) {
        const auto answer = send("PATCH", "/1/complete", body);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body.at("completed"), completed) << version;
        EXPECT_EQ(answer.body.at("version"), version) << version;
        EXPECT_EQ(answer.body.at(key("completed_at")).is_string(), completed) << version;
        EXPECT_EQ(answer.header("ETag"), fmt::format(R"("1-{}")", version));
    }
}

TEST_P(TaskChanges, complete_refuses_bad_input_and_changes_nothing)
{
    const auto created = create(R"({"title": "Tea"})");
    for (const auto* body : {R"({"completed": "yes"})", R"({"completed": null})",
                             R"({"done": true})", R"({"title": "Milk"})", "true", "null"}) {
        EXPECT_EQ(refuse("PATCH", "/1/complete", body).code(), ErrorCode::invalid);
    }
    EXPECT_EQ(get("1"), created);
}

TEST_P(TaskChanges, status_and_completed_follow_each_other)
{
    create(R"({"title": "Tea", "status": "in_progress"})");
    EXPECT_EQ(send("PATCH", "/1", R"({"completed": false})").body.at("status"),
              own() ? "IN_PROGRESS" : "in_progress");
    const auto done = send("PATCH", "/1", R"({"completed": true})").body;
    EXPECT_EQ(done.at("status"), own() ? "COMPLETED" : "completed");
    EXPECT_EQ(done.at(key("completed_at")), "2026-11-21T10:00:00.000Z");
    const auto again = send("PATCH", "/1", R"({"status": "todo"})").body;
    EXPECT_EQ(again.at("completed"), false);
    EXPECT_TRUE(again.at(key("completed_at")).is_null());
}

}  // namespace
}  // namespace todod::api
