#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;
using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using todod::testing::kinds_of;
using todod::testing::TaskApi;

constexpr std::string_view id_text = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";
constexpr std::string_view nobodys_id = "01934f3c-9a2b-7c51-8f0e-000000000000";

class Tasks : public TaskApi {
protected:
    std::string total(std::string user_id = "ada")
    {
        return send("GET", "", {}, {}, std::move(user_id)).header("X-Total-Count");
    }
};

INSTANTIATE_TEST_SUITE_P(Api, Tasks, todod::testing::both_surfaces, todod::testing::surface_name);

TEST_P(Tasks, create_answers_with_the_task_and_where_it_is)
{
    const auto created = send("POST", "", R"({"title": " Tea "})");
    EXPECT_EQ(created.status, 201);
    const std::string id{created.body.at("id").as_string()};
    EXPECT_EQ(created.header("Location"), tasks() + '/' + id);
    EXPECT_EQ(created.header("ETag"), R"("1-1")");
    EXPECT_EQ(id[14], '7') << "a UUID of version 7";
    EXPECT_EQ(created.body.at("title"), "Tea");
    EXPECT_EQ(created.body.at(key("user_id")), "ada");
    EXPECT_EQ(created.body.at("number"), 1);
    EXPECT_EQ(created.body.at("version"), 1);
    EXPECT_EQ(created.body.at("status"), own() ? "TODO" : "pending");
    EXPECT_EQ(created.body.at("completed"), false);
    EXPECT_EQ(created.body.at("priority"), own() ? "MEDIUM" : "Medium");
    EXPECT_EQ(created.body.at("tags"), parse("[]"));
    EXPECT_TRUE(created.body.at("description").is_null());
    EXPECT_TRUE(created.body.at(key("due_date")).is_null());
    EXPECT_TRUE(created.body.at(key("completed_at")).is_null());
    EXPECT_EQ(created.body.at(key("created_at")), "2026-11-21T10:00:00.000Z");
    EXPECT_EQ(created.body.at(key("updated_at")), "2026-11-21T10:00:00.000Z");
    EXPECT_EQ(get(id), created.body);
}

TEST_P(Tasks, create_keeps_every_field_in_any_spelling)
{
    for (const auto* body : {
             R"({"title": "Tea", "description": "Green", "status": "In_Progress",
                 "priority": "URGENT", "tags": ["b", "a", "b"], "due_date": "2026-12-27"})",
             R"({"title": "Tea", "description": "Green", "status": "IN_PROGRESS",
                 "priority": "urgent", "tags": ["b", "a"], "dueDate": "2026-12-27"})",
         }) {
        const auto task = create(body);
        EXPECT_EQ(task.at("description"), "Green");
        EXPECT_EQ(task.at("status"), own() ? "IN_PROGRESS" : "in_progress");
        EXPECT_EQ(task.at("priority"), own() ? "URGENT" : "Urgent");
        EXPECT_EQ(task.at("tags"), parse(R"(["b", "a"])"));
        EXPECT_EQ(task.at(key("due_date")), "2026-12-27");
        EXPECT_EQ(get(std::to_string(task.at("number").as_int64())), task);
    }
}

TEST_P(Tasks, create_makes_a_completed_task_if_it_is_to)
{
    for (const auto* body :
         {R"({"title": "Tea", "completed": true})", R"({"title": "Tea", "status": "COMPLETED"})",
          R"({"title": "Tea", "status": "completed", "completed": true})"}) {
        const auto task = create(body);
        EXPECT_EQ(task.at("completed"), true) << body;
        EXPECT_EQ(task.at(key("completed_at")), "2026-11-21T10:00:00.000Z") << body;
        EXPECT_EQ(task.at("version"), 1) << body;
    }
}

TEST_P(Tasks, create_with_a_chosen_id_conflicts_only_with_the_users_own)
{
    const auto body = fmt::format(R"({{"id": "{}", "title": "Tea"}})", id_text);
    EXPECT_EQ(std::string_view{create(body).at("id").as_string()}, id_text);
    EXPECT_EQ(refuse("POST", "", body).code(), ErrorCode::conflict);
    const auto* upper = R"({"id": "01934F3C-9A2B-7C51-8F0E-2D1B3A4C5D6E", "title": "Milk"})";
    EXPECT_EQ(refuse("POST", "", upper).code(), ErrorCode::conflict);
    EXPECT_EQ(get(id_text).at("title"), "Tea");
    EXPECT_EQ(total(), "1");

    EXPECT_EQ(create(body, "bob").at(key("user_id")), "bob");
}

TEST_P(Tasks, numbers_count_within_a_user_and_are_never_used_again)
{
    EXPECT_EQ(create(R"({"title": "a"})").at("number"), 1);
    EXPECT_EQ(create(R"({"title": "b"})").at("number"), 2);
    EXPECT_EQ(create(R"({"title": "c"})", "bob").at("number"), 1);
    send("DELETE", "/2");
    EXPECT_EQ(create(R"({"title": "d"})").at("number"), 3);
    EXPECT_EQ(refuse("GET", "/2").code(), ErrorCode::not_found);
}

TEST_P(Tasks, create_refuses_bad_input_and_makes_nothing)
{
    struct Case {
        const char* body;
        const char* kind;
    };
    for (const auto& [body, kind] : std::initializer_list<Case>{
             {R"({})", "body.title missing"},
             {R"([])", "body object_type"},
             {R"({"title": "  "})", "body.title too_short"},
             {R"({"title": null})", "body.title string_type"},
             {R"({"title": "a\u0000b"})", "body.title nul_character"},
             {R"({"title": "Tea", "colour": 1})", "body.colour unknown_field"},
             {R"({"title": "Tea", "due_date": "2026-02-29"})", "body.due_date due_date"},
             {R"({"title": "Tea", "due_date": "2026-12-27T10:00:00"})", "body.due_date due_date"},
             {R"({"title": "Tea", "dueDate": null, "due_date": null})", "body.due_date repeated"},
             {R"({"title": "Tea", "priority": "none"})", "body.priority enum"},
             {R"({"title": "Tea", "tags": "a"})", "body.tags array_type"},
             {R"({"title": "Tea", "id": "1"})", "body.id uuid"},
             {R"({"title": "Tea", "status": "completed", "completed": false})",
              "body.completed contradiction"},
             {R"({"title": "Tea", "status": "pending", "completed": true})",
              "body.completed contradiction"},
             {R"({"title": "Tea", "number": 1})", "body.number read_only"},
             {R"({"title": "Tea", "user_id": "bob"})", "body.user_id read_only"},
             {R"({"title": "Tea", "version": 2})", "body.version read_only"},
         }) {
        const auto error = refuse("POST", "", body);
        EXPECT_EQ(error.code(), ErrorCode::invalid) << body;
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre(kind)) << body;
    }
    EXPECT_EQ(kinds_of(refuse("POST").violations()).front(), "body missing");
    EXPECT_EQ(total(), "0");
    EXPECT_EQ(create(R"({"title": "Tea"})").at("number"), 1);
}

TEST_P(Tasks, unknown_fields_can_be_passed_over)
{
    api.ignore_unknown_fields = true;
    EXPECT_EQ(create(R"({"title": "Tea", "colour": 1})").at("title"), "Tea");
    EXPECT_EQ(send("PATCH", "/1", R"({"colour": 1})").body.at("version"), 1);
    EXPECT_EQ(send("GET", "?colour=1").status, 200);
    EXPECT_EQ(refuse("POST", "", R"({"colour": 1})").code(), ErrorCode::invalid);
}

TEST_P(Tasks, get_finds_a_task_by_its_id_or_its_number)
{
    const auto body = fmt::format(R"({{"id": "{}", "title": "Tea"}})", id_text);
    const auto created = create(body);
    for (const auto task : {id_text, std::string_view{"01934F3C-9A2B-7C51-8F0E-2D1B3A4C5D6E"},
                            std::string_view{"1"}}) {
        const auto found = send("GET", fmt::format("/{}", task));
        EXPECT_EQ(found.status, 200);
        EXPECT_EQ(found.body, created);
        EXPECT_EQ(found.header("ETag"), R"("1-1")");
    }
}

TEST_P(Tasks, get_says_304_while_the_task_is_the_same)
{
    create(R"({"title": "Tea"})");
    for (const auto* tag : {R"("1-1")", R"(W/"1-1")", R"("x", "1-1")", "*"}) {
        const auto same = send("GET", "/1", {}, {{"if-none-match", tag}});
        EXPECT_EQ(same.status, 304) << tag;
        EXPECT_TRUE(same.body.is_null()) << tag;
        EXPECT_EQ(same.header("ETag"), R"("1-1")") << tag;
    }
    send("PATCH", "/1", R"({"title": "Milk"})");
    const auto changed = send("GET", "/1", {}, {{"If-None-Match", R"("1-1")"}});
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.body.at("title"), "Milk");
    EXPECT_EQ(changed.header("ETag"), R"("1-2")");
}

TEST_P(Tasks, what_does_not_exist_is_not_found)
{
    create(R"({"title": "Tea"})");
    for (const auto task :
         {std::string_view{"2"}, std::string_view{"0"}, std::string_view{"-1"},
          std::string_view{"tea"}, std::string_view{"99999999999999999999"}, nobodys_id}) {
        const auto path = fmt::format("/{}", task);
        EXPECT_EQ(refuse("GET", path).code(), ErrorCode::not_found);
        EXPECT_EQ(refuse("PUT", path, R"({"title": "Milk"})").code(), ErrorCode::not_found);
        EXPECT_EQ(refuse("PATCH", path, R"({"title": "Milk"})").code(), ErrorCode::not_found);
        EXPECT_EQ(refuse("PATCH", path + "/complete").code(), ErrorCode::not_found);
        EXPECT_EQ(refuse("DELETE", path).code(), ErrorCode::not_found);
    }
    EXPECT_EQ(total(), "1");
}

TEST_P(Tasks, another_users_task_is_not_there)
{
    const auto created = create(R"({"title": "Tea"})");
    for (const auto& task : {std::string{"1"}, std::string{created.at("id").as_string()}}) {
        const auto path = '/' + task;
        const auto holds = std::vector<schema::NamedText>{{"If-Match", "*"}};
        const auto not_found = ErrorCode::not_found;
        EXPECT_EQ(refuse("GET", path, {}, {}, "bob").code(), not_found);
        EXPECT_EQ(refuse("PUT", path, R"({"title": "Mine"})", holds, "bob").code(), not_found);
        EXPECT_EQ(refuse("PATCH", path, R"({"title": "Mine"})", {}, "bob").code(), not_found);
        EXPECT_EQ(refuse("PATCH", path + "/complete", {}, {}, "bob").code(), not_found);
        EXPECT_EQ(refuse("DELETE", path, {}, holds, "bob").code(), not_found);
    }
    EXPECT_EQ(get("1"), created);
    EXPECT_EQ(total("bob"), "0");
}

TEST_P(Tasks, delete_leaves_nothing_and_says_nothing)
{
    create(R"({"title": "Tea"})");
    create(R"({"title": "Milk"})");
    const auto deleted = send("DELETE", "/1");
    EXPECT_EQ(deleted.status, 204);
    EXPECT_TRUE(deleted.body.is_null());
    EXPECT_EQ(refuse("GET", "/1").code(), ErrorCode::not_found);
    EXPECT_EQ(refuse("DELETE", "/1").code(), ErrorCode::not_found);
    EXPECT_THAT(titles(""), ElementsAre("Milk"));
    EXPECT_THAT(titles("?q=tea"), IsEmpty());
}

TEST_P(Tasks, unknown_query_parameters_are_refused_everywhere)
{
    create(R"({"title": "Tea"})");
    EXPECT_EQ(refuse("GET", "?stauts=all").code(), ErrorCode::invalid);
    EXPECT_EQ(refuse("POST", "?x=1", R"({"title": "Milk"})").code(), ErrorCode::invalid);
    EXPECT_EQ(refuse("GET", "/1?x=1").code(), ErrorCode::invalid);
    EXPECT_EQ(refuse("PATCH", "/1?x=1", R"({"title": "Milk"})").code(), ErrorCode::invalid);
    EXPECT_EQ(refuse("PATCH", "/1/complete?x=1").code(), ErrorCode::invalid);
    EXPECT_EQ(refuse("DELETE", "/1?x=1").code(), ErrorCode::invalid);
    EXPECT_THAT(titles("?_=1764000000&_rsc"), ElementsAre("Tea"));
}

}  // namespace
}  // namespace todod::api
