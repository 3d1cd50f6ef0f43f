#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;

class TokenApi : public ::testing::Test {
protected:
    TokenApi()
    {
        api.add_user("ada");
        api.add_user("bob");
    }

    boost::json::object create()
    {
        const auto answer =
            api.send("ada", "POST /api/auth/tokens", R"({"name": "agent", "scopes": ["read"]})");
        EXPECT_EQ(answer.status, 201);
        return answer.body.as_object();
    }

    testing::TestApi api;
};

TEST_F(TokenApi, a_token_is_made_listed_without_it_and_revoked)
{
    auto made = create();
    EXPECT_TRUE(made.at("token").as_string().starts_with("tdd_"));
    made.erase("token");
    const auto list = api.send("ada", "GET /api/auth/tokens");
    ASSERT_EQ(list.body.as_array().size(), 1U);
    EXPECT_EQ(list.body.at(0), made);
    const std::string path =
        fmt::format("DELETE /api/auth/tokens/{}", std::string_view{made.at("id").as_string()});
    EXPECT_EQ(api.refuse("bob", path).code(), ErrorCode::not_found);
    EXPECT_EQ(api.send("ada", path).status, 204);
    EXPECT_EQ(api.send("ada", "GET /api/auth/tokens").body, boost::json::parse("[]"));
}

TEST_F(TokenApi, needs_a_scope_for_each_call)
{
    int calls = 0;
    for (const auto& operation : api.operations()) {
        if (operation.tag != "Tokens") continue;
        ++calls;
        const bool changes = operation.name != "list_tokens";
        EXPECT_EQ(operation.needs, changes ? operation::Needs::person : operation::Needs::user)
            << operation.name;
        const auto expected = operation.name == "list_tokens"    ? auth::Scope::read
                              : operation.name == "create_token" ? auth::Scope::write
                                                                 : auth::Scope::remove;
        EXPECT_EQ(operation.scope, expected) << operation.name;
    }
    EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace todod::api
