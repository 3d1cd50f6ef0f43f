#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace todod::base {
namespace {

using namespace std::chrono_literals;

TEST(Error, says_what_it_was_given)
{
    const Error error{ErrorCode::conflict, "this id is taken"};
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_EQ(error.message(), "this id is taken");
    EXPECT_STREQ(error.what(), "this id is taken");
    EXPECT_THAT(error.violations(), testing::IsEmpty());
    EXPECT_EQ(error.retry_after(), std::nullopt);
}

TEST(Error, invalid_keeps_every_violation_and_joins_their_messages)
{
    const std::vector<Violation> violations{
        {.loc = {"body", "title"}, .msg = "must not be empty", .type = "too_short"},
        {.loc = {"body", "tags", "3"}, .msg = "must be a string", .type = "wrong_type"},
    };
    const auto error = Error::invalid(violations);
    EXPECT_EQ(error.code(), ErrorCode::invalid);
    EXPECT_EQ(error.violations(), violations);
    EXPECT_EQ(error.message(), "must not be empty; must be a string");
}

TEST(Error, refused_is_of_any_code_and_says_what_is_refused)
{
    const std::vector<Violation> violations{
        {.loc = {"body", "operations", "3"}, .msg = "no such task", .type = "not_found"}};
    const auto error = Error::refused(ErrorCode::conflict, violations);
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_EQ(error.violations(), violations);
    EXPECT_EQ(error.message(), "no such task");
}

TEST(Error, says_more_to_programs)
{
    const auto error = Error{ErrorCode::gone, "read anew"}.with("last_seq", "7");
    EXPECT_EQ(error.code(), ErrorCode::gone);
    EXPECT_EQ(error.message(), "read anew");
    EXPECT_THAT(error.members(), testing::ElementsAre(ProblemMember{"last_seq", "7"}));
}

TEST(Error, unavailable_says_when_to_try_again)
{
    const auto error = Error::unavailable("the database does not answer", 5s);
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_EQ(error.message(), "the database does not answer");
    EXPECT_EQ(error.retry_after(), 5s);
}

TEST(Error, is_caught_as_a_standard_exception)
{
    const auto fail = [] { throw Error{ErrorCode::not_found, "no such task"}; };
    EXPECT_THAT(fail, testing::ThrowsMessage<std::exception>("no such task"));
}

}  // namespace
}  // namespace todod::base
