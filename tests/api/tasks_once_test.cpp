#include <gmock/gmock.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;
using todod::testing::Answered;
using todod::testing::TaskApi;

/// Create with an Idempotency-Key.
class TasksOnce : public TaskApi {
protected:
    Answered post(std::string_view body, std::string_view key = "key", std::string user_id = "ada")
    {
        return send("POST", "", body, {{"Idempotency-Key", key}}, std::move(user_id));
    }
};

INSTANTIATE_TEST_SUITE_P(Api, TasksOnce, todod::testing::both_surfaces,
                         todod::testing::surface_name);

TEST_P(TasksOnce, a_retry_gets_the_first_answer_and_is_told_so)
{
    const auto first = post(R"({"title": "Tea", "tags": ["a"], "due_date": "2026-12-27"})");
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(first.header("Idempotency-Replayed"), "");
    const std::string id{first.body.at("id").as_string()};
    send("PATCH", '/' + id, R"({"title": "Coffee"})");
    send("DELETE", '/' + id);
    api.clock().advance(std::chrono::hours{23});
    const auto again = post(R"({  "dueDate":"2026-12-27","title":" Tea ","tags":["a","a"]  })");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(again.header("Location"), tasks() + '/' + id);
    EXPECT_EQ(again.header("ETag"), first.header("ETag"));
}

TEST_P(TasksOnce, a_retry_on_the_other_surface_is_answered_in_its_spelling)
{
    const auto first = post(R"({"title": "Tea", "priority": "high"})");
    const auto other =
        api.send("ada", own() ? "POST /api/ada/tasks" : "POST /api/tasks",
                 R"({"priority": "HIGH", "title": "Tea"})", {{"Idempotency-Key", R"("key")"}});
    EXPECT_EQ(other.status, 201);
    EXPECT_EQ(other.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(other.body.at("id"), first.body.at("id"));
    EXPECT_EQ(other.body.at("priority"), own() ? "High" : "HIGH");
    EXPECT_EQ(other.body.at(own() ? "created_at" : "createdAt"), first.body.at(key("created_at")));
}

TEST_P(TasksOnce, another_request_under_the_same_key_is_refused_by_name)
{
    post(R"({"title": "Tea"})");
    const auto error = refuse("POST", "", R"({"title": "Coffee"})", {{"Idempotency-Key", "key"}});
    EXPECT_EQ(error.code(), ErrorCode::invalid);
    EXPECT_EQ(error.message(), "Idempotency-Key has been used for another request.");
    EXPECT_EQ(send("GET").header("X-Total-Count"), "1");
}

TEST_P(TasksOnce, a_bad_key_is_a_bad_request_whatever_the_body)
{
    for (const auto* body : {R"({"title": "Tea"})", "{}"}) {
        const auto error = refuse("POST", "", body, {{"Idempotency-Key", "two words"}});
        EXPECT_EQ(error.code(), ErrorCode::bad_request);
        EXPECT_THAT(error.message(), ::testing::StartsWith("Idempotency-Key "));
    }
    EXPECT_EQ(refuse("POST", "", R"({"title": "Tea"})",
                     {{"Idempotency-Key", "a"}, {"Idempotency-Key", "a"}})
                  .code(),
              ErrorCode::bad_request);
    EXPECT_EQ(send("GET").header("X-Total-Count"), "0");
}

TEST_P(TasksOnce, another_user_may_use_the_same_key)
{
    post(R"({"title": "Tea"})");
    const auto his = post(R"({"title": "Coffee"})", "key", "bob");
    EXPECT_EQ(his.header("Idempotency-Replayed"), "");
    EXPECT_EQ(his.body.at("title"), "Coffee");
}

}  // namespace
}  // namespace todod::api
