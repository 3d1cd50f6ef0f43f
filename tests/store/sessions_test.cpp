#include "store/sessions.hpp"

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::chosen_database;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestDatabase;

constexpr std::string_view noon = "2026-11-21T12:00:00.000Z";

class StoredSessions : public ::testing::Test, public TestDatabase {
protected:
    void sign_in(std::string_view token, std::string_view user_id) const
    {
        execute(
            fmt::format("INSERT INTO user_sessions (token, user_id, expires_at)"
                        " VALUES ('{}', '{}', '{}')",
                        token, user_id, noon));
    }
    std::optional<Session> find(std::vector<std::string> tokens)
    {
        return run(sessions().find(std::move(tokens)));
    }
};

TEST_F(StoredSessions, are_found_by_their_token_alone)
{
    sign_in("a", "ada");
    sign_in("b", "bob");
    const auto found = find({"b"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, "bob");
    EXPECT_EQ(base::to_string(found->expires_at), noon);
    EXPECT_FALSE(find({"A"}));
    EXPECT_FALSE(find({"bob"}));
    EXPECT_FALSE(find({"b "}));
    EXPECT_FALSE(find({"' OR 1=1 --"}));
    EXPECT_FALSE(find({""}));
    EXPECT_FALSE(find({}));
}

TEST_F(StoredSessions, are_found_by_any_of_several_tokens)
{
    sign_in("old", "ada");
    const auto found = find({"new", "old", "older"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, "ada");
    EXPECT_FALSE(find({"new", "newer"}));
}

TEST_F(StoredSessions, are_as_their_table_is_at_each_look)
{
    EXPECT_FALSE(find({"a"}));
    sign_in("a", "ada");
    EXPECT_TRUE(find({"a"}));
    execute("UPDATE user_sessions SET expires_at = '2026-11-22T12:00:00Z'");
    EXPECT_EQ(base::to_string(find({"a"})->expires_at), "2026-11-22T12:00:00.000Z");
    execute("DELETE FROM user_sessions");
    EXPECT_FALSE(find({"a"}));
}

TEST_F(StoredSessions, of_a_table_that_is_not_there_cannot_be_looked_up_until_it_is)
{
    execute("DROP TABLE user_sessions");
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto error = error_of([&] { find({"a"}); });
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), HasSubstr("SESSION_TABLE user_sessions"));
        EXPECT_THAT(error.message(), Not(HasSubstr("user_sessions")));
    }
    add_user("ada");
    EXPECT_TRUE(run(accounts().find_standing("ada"))) << "what else is asked is answered";
    execute("CREATE TABLE user_sessions (token text, user_id text, expires_at timestamp)");
    sign_in("a", "ada");
    // One I/O thread remembers for a moment that there was none.
    const auto sessions_of_another = database().sessions();
    EXPECT_TRUE(run(sessions_of_another->find({"a"})));
}

TEST_F(StoredSessions, of_a_table_without_the_columns_are_nobodys)
{
    for (const char* const columns :
         {"\"user_id\" text, expires_at timestamp", "token text, expires_at timestamp",
          "token text, user_id text"}) {
        execute(fmt::format("DROP TABLE user_sessions; CREATE TABLE user_sessions ({})", columns));
        const auto other = database().sessions();
        const auto error = error_of([&] { run(other->find({"token"})); });
        EXPECT_EQ(error.code(), ErrorCode::unavailable) << columns;
        EXPECT_THAT(error.cause(), HasSubstr("token,user_id,expires_at"));
    }
}

TEST_F(StoredSessions, without_a_user_or_an_expiry_are_none)
{
    execute(
        "DROP TABLE user_sessions;"
        "CREATE TABLE user_sessions (token text, user_id text, expires_at timestamp);"
        "INSERT INTO user_sessions VALUES ('a', NULL, '2026-11-21 12:00:00'), ('b', 'bob', NULL)");
    EXPECT_FALSE(find({"a"}));
    EXPECT_FALSE(find({"b"}));
}

/// As Better Auth makes it, in a schema that both databases have.
const SessionTable foreign{
    .schema = chosen_database() == testing::DatabaseKind::sqlite ? "main" : "public",
    .name = "Session-s",
    .token = "token",
    .user = "userId",
    .expiry = "expiresAt"};

class ForeignSessions : public ::testing::Test, public TestDatabase {
protected:
    ForeignSessions() : TestDatabase(chosen_database(), foreign) {}
};

TEST_F(ForeignSessions, are_read_by_the_names_of_their_own_table)
{
    execute(
        "CREATE TABLE \"Session-s\" (id integer, token varchar(255) UNIQUE, \"userId\" integer,"
        " \"expiresAt\" timestamp);"
        "INSERT INTO \"Session-s\" VALUES (1, 'a', 42, '2026-11-21 12:00:00.5')");
    const auto found = run(sessions().find({"a"}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, "42");
    EXPECT_EQ(base::to_string(found->expires_at), "2026-11-21T12:00:00.500Z");
}

TEST_F(ForeignSessions, are_not_taken_for_the_names_of_columns)
{
    execute(
        "CREATE TABLE \"Session-s\" (token text, \"expiresAt\" timestamp);"
        "INSERT INTO \"Session-s\" VALUES ('token', '2026-11-21 12:00:00')");
    const auto error = error_of([&] { run(sessions().find({"token"})); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr(foreign.schema + ".Session-s"));
}

TEST(SessionTable, is_named_by_what_can_be_quoted_as_it_is)
{
    for (const char* const good : {"session", "User_Sessions", "a-b", "x$1", "1"})
        EXPECT_TRUE(is_identifier(good)) << good;
    EXPECT_TRUE(is_identifier(std::string(63, 'x')));
    for (const char* const bad : {"", "a b", "a\"b", "a;b", "a.b", "a'b", "ä", "a\n", "(x)"})
        EXPECT_FALSE(is_identifier(bad)) << bad;
    EXPECT_FALSE(is_identifier(std::string(64, 'x')));
}

}  // namespace
}  // namespace todod::store
