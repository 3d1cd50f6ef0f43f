#include "store/sqlite/sessions.hpp"

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "support/errors.hpp"
#include "support/sqlite.hpp"

namespace todod::store::sqlite {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

TEST(SqliteExpiry, is_read_in_each_form_that_a_table_may_have_it_in)
{
    const struct {
        const char* text;
        const char* instant;
    } forms[] = {
        {"2026-11-21T12:00:00.000Z", "2026-11-21T12:00:00.000Z"},
        {"2026-11-21T12:00:00.123456+01:00", "2026-11-21T11:00:00.123Z"},
        {"2026-11-21 12:00:00", "2026-11-21T12:00:00.000Z"},
        {"2026-11-21 12:00:00.250000", "2026-11-21T12:00:00.250Z"},
        {"1795262400", "2026-11-21T12:00:00.000Z"},
        {"1795262400250", "2026-11-21T12:00:00.250Z"},
        {"1795262400.75", "2026-11-21T12:00:00.000Z"},
        {"99999999999", "5138-11-16T09:46:39.000Z"},
        {"-5", "1970-01-01T00:00:00.000Z"},
        {"0", "1970-01-01T00:00:00.000Z"},
    };
    for (const auto& [text, instant] : forms) {
        const auto read = read_expiry(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(base::to_string(*read), instant) << text;
    }
    for (const char* const text :
         {"", "tomorrow", "2026-11-21", "2026-13-01T00:00:00Z", "1795262400s", "1e9", "1.5.5",
          "1.-5", ".5", "99999999999999999999", "Sat, 21 Nov 2026 10:00:00 GMT"}) {
        EXPECT_FALSE(read_expiry(text)) << text;
    }
}

class SqliteSessions : public ::testing::Test, public testing::SqliteDatabase {};

TEST_F(SqliteSessions, may_be_kept_with_any_type)
{
    for (const char* const expiry :
         {"'2026-11-21T12:00:00.000Z'", "'2026-11-21 12:00:00'", "1795262400", "1795262400000",
          "1795262400.75", "1795262400000.5", "'1795262400'"}) {
        for (const char* const type : {"", "date", "text", "integer", "real", "datetime"}) {
            execute(
                fmt::format("DROP TABLE user_sessions; CREATE TABLE user_sessions"
                            " (token text, user_id text, expires_at {});"
                            "INSERT INTO user_sessions VALUES ('a', 'ada', {})",
                            type, expiry));
            const auto session = run(sessions().find({"a"}));
            ASSERT_TRUE(session) << expiry << type;
            EXPECT_EQ(
                base::to_string(std::chrono::floor<std::chrono::seconds>(session->expires_at)),
                "2026-11-21T12:00:00.000Z")
                << expiry << ' ' << type;
        }
    }
}

TEST_F(SqliteSessions, with_an_expiry_that_is_no_instant_say_so)
{
    execute("INSERT INTO user_sessions VALUES ('a', 'ada', 'tomorrow'), ('b', 'bob', 1795262400)");
    const auto error = error_of([&] { run(sessions().find({"a"})); });
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr("SESSION_TABLE user_sessions"));
    EXPECT_TRUE(run(sessions().find({"b"})));
}

TEST_F(SqliteSessions, may_be_in_a_view)
{
    execute(
        "CREATE TABLE kept (t text PRIMARY KEY, u text, e integer);"
        "INSERT INTO kept VALUES ('a', 'ada', 1795262400);"
        "DROP TABLE user_sessions;"
        "CREATE VIEW user_sessions AS SELECT t AS token, u AS user_id, e AS expires_at FROM kept");
    EXPECT_TRUE(run(sessions().find({"a"})));
    const auto migrator = storage().migrator(clock(), false);
    EXPECT_NO_THROW(migrator->migrate_to(0));
    EXPECT_NO_THROW(migrator->migrate_to(migrator->newest()));
    EXPECT_TRUE(run(sessions().find({"a"})));
}

}  // namespace
}  // namespace todod::store::sqlite
