#include "db/postgres/schema_log.hpp"

#include <gmock/gmock.h>

#include "db/postgres/empty_database.hpp"
#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::milliseconds soon{200};

class PostgresSchemaLog : public ::testing::Test {
protected:
    testing::EmptyDatabase database_;
    SchemaLog log_{database_.settings()};
};

TEST_F(PostgresSchemaLog, waits_for_its_turn_and_says_when_it_does_not_come)
{
    SchemaLog other{database_.settings(), soon};
    bool ran = false;
    log_.in_turn([&] {
        const auto error = error_of([&] { other.in_turn([&] { ran = true; }); });
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), HasSubstr("another process has been migrating"));
    });
    EXPECT_FALSE(ran);
    other.in_turn([&] { ran = true; });
    EXPECT_TRUE(ran);
}

TEST_F(PostgresSchemaLog, does_not_wait_for_ever_for_a_lock_on_a_table)
{
    testing::PlainPostgres holder{database_.url()};
    holder.ask("CREATE TABLE busy (n integer)");
    holder.ask("BEGIN; LOCK TABLE busy");
    SchemaLog impatient{database_.settings(), soon};
    const auto error = error_of(
        [&] { impatient.in_turn([&] { impatient.script("ALTER TABLE busy ADD m integer"); }); });
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr("lock timeout"));
}

TEST_F(PostgresSchemaLog, leaves_no_turn_behind_when_its_process_goes)
{
    {
        testing::PlainPostgres gone{database_.url()};
        gone.ask(fmt::format("BEGIN; SELECT pg_advisory_xact_lock({})", SchemaLog::turn_key));
        SchemaLog other{database_.settings(), soon};
        EXPECT_THROW(other.in_turn([] {}), base::Error);
    }
    EXPECT_NO_THROW(log_.in_turn([] {}));
}

TEST_F(PostgresSchemaLog, needs_no_right_to_make_tables_where_there_is_nothing_to_make)
{
    log_.in_turn([&] { log_.make_table(); });
    const std::string role = fmt::format("todod_reader_{}", getpid());
    database_.ask(
        fmt::format("CREATE ROLE {} LOGIN; GRANT SELECT ON schema_migrations TO {}", role, role));
    Settings settings = database_.settings();
    for (auto& [keyword, value] : settings.parameters) {
        if (keyword == "user") value = role;
    }
    {
        SchemaLog reader{settings};
        EXPECT_NO_THROW(reader.in_turn([&] { reader.make_table(); }));
        EXPECT_EQ(reader.current(), 0);
        EXPECT_THAT(reader.applied(), IsEmpty());
    }
    database_.ask(fmt::format("DROP OWNED BY {}; DROP ROLE {}", role, role));
}

TEST_F(PostgresSchemaLog, says_whose_the_tables_are_that_are_in_the_way)
{
    database_.ask("CREATE TABLE users (id integer)");
    const auto error = error_of([&] {
        log_.in_turn([&] {
            log_.make_table();
            log_.script("CREATE TABLE users (user_id text)");
        });
    });
    EXPECT_EQ(error.code(), base::ErrorCode::conflict);
    EXPECT_THAT(error.message(), HasSubstr("another program's"));
    EXPECT_THAT(error.message(), HasSubstr("\"users\" already exists"));
    // Nothing is left of it that its owner could not use.
    EXPECT_EQ(log_.current(), 0);
    EXPECT_EQ(database_.ask("SELECT to_regclass('schema_migrations') IS NULL"), "t");

    database_.ask("CREATE TABLE schema_migrations (version text)");
    EXPECT_EQ(error_of([&] { log_.current(); }).code(), base::ErrorCode::conflict);
}

TEST_F(PostgresSchemaLog, makes_nothing_where_texts_cannot_be_kept)
{
    const std::string name = fmt::format("latin_{}", getpid());
    database_.ask(fmt::format(
        "CREATE DATABASE {} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
        name));
    Settings settings = database_.settings();
    for (auto& [keyword, value] : settings.parameters) {
        if (keyword == "dbname") value = name;
    }
    {
        SchemaLog log{settings};
        const auto error = error_of([&] { log.in_turn([&] { log.make_table(); }); });
        EXPECT_EQ(error.message(), "the database's encoding is LATIN1: make one with UTF8");
    }
    database_.ask(fmt::format("DROP DATABASE {}", name));
}

}  // namespace
}  // namespace todod::db::postgres
