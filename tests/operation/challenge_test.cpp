#include "operation/challenge.hpp"

#include <gtest/gtest.h>

namespace todod::operation {

TEST(Challenge, says_what_is_wrong_in_what_a_quoted_string_may_hold)
{
    EXPECT_EQ(sign_in_challenge({}, "It's \"old\"\r\n\\é."),
              R"(Bearer error="invalid_token", error_description="It's old.")");
}

TEST(Challenge, tells_where_tokens_of_which_scopes_are_to_be_had)
{
    const Challenge challenge{"https://todo.example/metadata", "read write"};
    EXPECT_EQ(sign_in_challenge(challenge, "No."),
              R"(Bearer error="invalid_token", error_description="No.", )"
              R"(resource_metadata="https://todo.example/metadata", scope="read write")");
}

TEST(Challenge, names_the_scope_that_is_missing)
{
    EXPECT_EQ(scope_challenge(types::Scope::remove),
              R"(Bearer error="insufficient_scope", scope="delete")");
}

}  // namespace todod::operation
