#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using todod::testing::kinds_of;
using todod::testing::TestApi;

constexpr auto* key = R"({"apiKey": "sk-a-long-key-3fQ9"})";

class ApiKeys : public ::testing::Test {
protected:
    ApiKeys()
    {
        api.add_user("ada");
        api.add_user("bob");
    }

    TestApi api;
};

TEST_F(ApiKeys, are_set_listed_validated_and_deleted)
{
    const auto put = api.send("ada", "PUT /api/api-keys/openai", key);
    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(boost::json::serialize(put.body),
              R"({"provider":"openai","maskedKey":"****3fQ9","baseUrl":null,"model":null,)"
              R"("valid":null,"lastValidatedAt":null,"createdAt":"2026-11-21T10:00:00.000Z",)"
              R"("updatedAt":"2026-11-21T10:00:00.000Z"})");
    EXPECT_EQ(api.send("ada", "GET /api/api-keys").body, boost::json::array{put.body});

    api.clock().advance(std::chrono::seconds{1});
    const auto validated = api.send("ada", "POST /api/api-keys/openai/validate");
    EXPECT_EQ(validated.status, 200);
    EXPECT_EQ(validated.body.at("valid"), true);
    EXPECT_EQ(validated.body.at("lastValidatedAt"), "2026-11-21T10:00:01.000Z");

    EXPECT_EQ(api.send("ada", "DELETE /api/api-keys/openai").status, 204);
    EXPECT_EQ(api.send("ada", "GET /api/api-keys").body, boost::json::array{});
}

TEST_F(ApiKeys, are_seen_and_touched_by_their_user_alone)
{
    api.send("ada", "PUT /api/api-keys/openai", key);
    EXPECT_EQ(api.send("bob", "GET /api/api-keys").body, boost::json::array{});
    EXPECT_EQ(api.refuse("bob", "POST /api/api-keys/openai/validate").code(), ErrorCode::not_found);
    EXPECT_EQ(api.refuse("bob", "DELETE /api/api-keys/openai").code(), ErrorCode::not_found);
    EXPECT_EQ(api.send("ada", "GET /api/api-keys").body.as_array().size(), 1U);
}

TEST_F(ApiKeys, of_a_provider_that_is_not_known_are_refused_by_name)
{
    const std::pair<const char*, std::string_view> table[] = {
        {"PUT /api/api-keys/cohere", key},
        {"POST /api/api-keys/cohere/validate", {}},
        {"DELETE /api/api-keys/cohere", {}},
    };
    for (const auto& [request, body] : table) {
        EXPECT_THAT(kinds_of(api.refuse("ada", request, body).violations()),
                    ElementsAre("path.provider enum"));
    }
}

TEST_F(ApiKeys, are_refused_with_the_names_that_were_sent)
{
    const auto error = api.refuse("ada", "PUT /api/api-keys/custom",
                                  R"({"apiKey": "hunter 2", "baseUrl": "nowhere"})");
    EXPECT_THAT(kinds_of(error.violations()),
                ElementsAre("body.apiKey api_key", "body.baseUrl url"));
    for (const auto& violation : error.violations())
        EXPECT_THAT(violation.msg, Not(HasSubstr("hunter")));
    EXPECT_THAT(kinds_of(api.refuse("ada", "PUT /api/api-keys/openai",
                                    R"({"apiKey": "k", "provider": "openai"})")
                             .violations()),
                ElementsAre("body.provider unknown_field"));
}

}  // namespace
}  // namespace todod::api
