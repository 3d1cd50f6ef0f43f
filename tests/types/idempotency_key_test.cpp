#include "types/idempotency_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/schema.hpp"
#include "types/task_input.hpp"

namespace todod::types {
namespace {

using schema::NamedText;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::StartsWith;

CreateTask read(std::vector<NamedText> headers)
{
    const auto body = boost::json::parse(R"({"title": "Tea"})");
    return testing::read_request<CreateTask>(
               {.path = {}, .query = {}, .headers = headers, .body = &body})
        .value;
}

TEST(IdempotencyKey, is_nothing_where_none_is_given)
{
    EXPECT_EQ(read({}).idempotency_key, std::nullopt);
    EXPECT_EQ(read({{"Idempotency", "x"}}).idempotency_key, std::nullopt);
}

TEST(IdempotencyKey, is_visible_ascii_plain_or_quoted)
{
    const std::string longest(255, 'k');
    const std::string longest_quoted = '"' + longest + '"';
    const std::pair<std::string_view, std::string_view> table[] = {
        {"8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"},
        {R"("8e03978e-40d5-43dd-bc93-6894a57f9324")", "8e03978e-40d5-43dd-bc93-6894a57f9324"},
        {"!", "!"},
        {"a,b;c=~", "a,b;c=~"},
        {R"("a\"b\\c")", R"(a"b\c)"},
        {R"(a"b\c)", R"(a"b\c)"},
        {longest, longest},
        {longest_quoted, longest},
    };
    for (const auto& [sent, key] : table)
        EXPECT_EQ(read({{"idempotency-key", sent}}).idempotency_key->text, key) << sent;
}

TEST(IdempotencyKey, that_is_none_is_a_bad_request_that_names_it)
{
    const std::string too_long(256, 'k');
    const std::string too_long_quoted = '"' + too_long + '"';
    const std::string_view table[] = {"",           R"("")",      "two words", "tab\tbed",
                                      "k\xC3\xA9y", "del\x7F",    R"("open)",  R"("a"b)",
                                      R"("a" "b")", R"("a\b")",   R"("a\)",    R"(")",
                                      R"("a b")",   R"("a";x=1)", too_long,    too_long_quoted};
    for (const auto& sent : table) {
        const auto error = error_of([&] { read({{"Idempotency-Key", sent}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::bad_request) << sent;
        EXPECT_THAT(error.message(), StartsWith("Idempotency-Key ")) << sent;
    }
}

TEST(IdempotencyKey, may_be_given_only_once)
{
    const auto error =
        error_of([] { read({{"Idempotency-Key", "one"}, {"idempotency-key", "one"}}); });
    EXPECT_EQ(error.code(), base::ErrorCode::bad_request);
    EXPECT_THAT(error.message(), HasSubstr("only once"));
}

}  // namespace
}  // namespace todod::types
