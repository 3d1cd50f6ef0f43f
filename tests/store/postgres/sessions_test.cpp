#include "store/postgres/sessions.hpp"

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/together.hpp"

namespace todod::store::postgres {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

class PostgresSessions : public ::testing::Test, public testing::TestDatabase {
protected:
    /// A table whose columns have these types, with one session.
    void keep(std::string_view types, std::string_view values) const
    {
        execute(
            fmt::format("DROP TABLE user_sessions; CREATE TABLE user_sessions ({});"
                        "INSERT INTO user_sessions VALUES ({})",
                        types, values));
    }
    std::string expiry_of(std::string_view type, std::string_view value)
    {
        keep(fmt::format("token text, user_id text, expires_at {}", type),
             fmt::format("'a', 'ada', '{}'", value));
        const auto session = run(database().sessions()->find({"a"}));
        return session ? base::to_string(session->expires_at) : "none";
    }
};

TEST_F(PostgresSessions, end_at_an_instant_or_at_one_of_utc)
{
    execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''',"
        " current_database()); END $$");
    EXPECT_EQ(expiry_of("timestamptz", "2026-11-21T12:00:00.25+01:00"), "2026-11-21T11:00:00.250Z");
    EXPECT_EQ(expiry_of("timestamp", "2026-11-21T12:00:00.25"), "2026-11-21T12:00:00.250Z");
    EXPECT_EQ(expiry_of("timestamp(0)", "2026-11-21T12:00:00"), "2026-11-21T12:00:00.000Z");
    EXPECT_EQ(expiry_of("date", "2026-11-21"), "2026-11-21T00:00:00.000Z");
    EXPECT_EQ(expiry_of("timestamptz", "infinity"), "5138-11-16T09:46:40.000Z");
    EXPECT_EQ(expiry_of("timestamp", "-infinity"), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(expiry_of("timestamp", "294276-01-01"), "5138-11-16T09:46:40.000Z");
    EXPECT_EQ(expiry_of("timestamptz", "4713-01-01 BC"), "1970-01-01T00:00:00.000Z");
}

TEST_F(PostgresSessions, may_have_tokens_and_users_of_any_text_and_number)
{
    for (const char* const token : {"text", "varchar(64)", "char(64)", "text COLLATE \"C\""}) {
        for (const char* const user : {"text", "bigint", "varchar(255)"}) {
            keep(fmt::format("token {} PRIMARY KEY, user_id {}, expires_at timestamptz", token,
                             user),
                 "'a', '42', '2026-11-21T12:00:00Z'");
            const auto session = run(database().sessions()->find({"a"}));
            ASSERT_TRUE(session) << token << ' ' << user;
            EXPECT_EQ(session->user_id, "42");
        }
    }
}

TEST_F(PostgresSessions, of_other_types_are_told_with_the_table)
{
    for (const char* const types : {"token text, user_id text, expires_at bigint",
                                    "token bytea, user_id text, expires_at timestamptz"}) {
        keep(types, "NULL, NULL, NULL");
        const auto error = error_of([&] { run(database().sessions()->find({"a"})); });
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable) << types;
        EXPECT_THAT(error.cause(), HasSubstr("SESSION_TABLE user_sessions"));
    }
}

TEST_F(PostgresSessions, that_wait_together_are_told_apart)
{
    execute(
        "INSERT INTO user_sessions SELECT 'token ' || i, 'user ' || i, '2026-11-21T12:00:00Z'"
        " FROM generate_series(1, 300) i");
    std::vector<base::Async<std::optional<Session>>> asked;
    for (int i = 1; i <= 310; ++i)
        asked.push_back(sessions().find({"no token", fmt::format("token {}", i)}));
    const auto outcomes = testing::run_together(loop(), std::move(asked));
    ASSERT_EQ(outcomes.size(), 310U);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        ASSERT_TRUE(outcomes[i].value) << i;
        const std::optional<Session>& found = *outcomes[i].value;
        ASSERT_EQ(found.has_value(), i < 300) << i;
        if (found) EXPECT_EQ(found->user_id, fmt::format("user {}", i + 1));
    }
}

}  // namespace
}  // namespace todod::store::postgres
