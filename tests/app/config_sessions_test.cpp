#include <gmock/gmock.h>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using auth::KeptToken;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ConfigOfSessions, says_where_they_are)
{
    for (const char* const name : {"session", "User_Sessions", "auth.session", "x-1.$y"})
        EXPECT_EQ(store::describe(read_config({{"SESSION_TABLE", name}}).session_table), name);
    const auto table =
        read_config({{"SESSION_COLUMNS", " token , userId,expiresAt"}}).session_table;
    EXPECT_EQ(table.token, "token");
    EXPECT_EQ(table.user, "userId");
    EXPECT_EQ(table.expiry, "expiresAt");
}

TEST(ConfigOfSessions, says_how_tokens_are_kept)
{
    EXPECT_EQ(read_config({{"SESSION_TOKEN", "hmac-hex"}}).session_token, KeptToken::hmac_hex);
    EXPECT_EQ(read_config({{"SESSION_TOKEN", "hmac-base64"}}).session_token,
              KeptToken::hmac_base64);
    EXPECT_EQ(read_config({{"SESSION_TOKEN", "plain"}}).session_token, KeptToken::plain);
    EXPECT_THAT(read_config({{"SESSION_HASH_SECRET", "a, b"}}).session_secrets,
                ElementsAre("a", "b"));
}

TEST(ConfigOfSessions, names_a_variable_that_cannot_be_used_and_not_its_value)
{
    const std::pair<const char*, std::string> table[] = {
        {"SESSION_TABLE", "a b"},
        {"SESSION_TABLE", "a;DROP TABLE users"},
        {"SESSION_TABLE", "\"session\""},
        {"SESSION_TABLE", "a.b.c"},
        {"SESSION_TABLE", ".session"},
        {"SESSION_TABLE", "auth."},
        {"SESSION_TABLE", std::string(64, 'x')},
        {"SESSION_COLUMNS", "token"},
        {"SESSION_COLUMNS", "token,user_id"},
        {"SESSION_COLUMNS", "token,user_id,expires_at,id"},
        {"SESSION_COLUMNS", "token,user_id,expires at"},
        {"SESSION_TOKEN", "sha256"},
        {"SESSION_TOKEN", "Plain"},
        {"SESSION_HASH_SECRET", "one1,two2,three3,four4,five5"},
    };
    for (const auto& [name, value] : table) {
        const auto error = error_of([&] { read_config({{name, value}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid) << value;
        EXPECT_THAT(error.message(), StartsWith(fmt::format("{} must be ", name)));
        EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
        if (value.size() > 5) EXPECT_THAT(error.message(), Not(HasSubstr(value)));
    }
}

TEST(ConfigOfSessions, wants_long_secrets_in_production)
{
    const std::string good(32, 's');
    for (const std::string& value : {std::string{"short"}, good + ",short"}) {
        const auto error = error_of(
            [&] { read_config({{"ENVIRONMENT", "production"}, {"SESSION_HASH_SECRET", value}}); });
        EXPECT_THAT(error.message(), StartsWith("SESSION_HASH_SECRET must be at least 32"));
    }
    EXPECT_NO_THROW(read_config({{"ENVIRONMENT", "production"}, {"SESSION_HASH_SECRET", good}}));
}

}  // namespace
}  // namespace todod
