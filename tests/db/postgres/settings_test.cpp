#include "db/postgres/settings.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <map>

#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::Contains;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

using Parameters = std::map<std::string, std::string>;

Parameters parameters_of(std::string_view url)
{
    const Settings settings = parse_url(url);
    Parameters parameters{settings.parameters.begin(), settings.parameters.end()};
    EXPECT_EQ(parameters.size(), settings.parameters.size()) << "a keyword stands twice";
    return parameters;
}

TEST(Settings, are_found_in_a_url_however_it_is_spelt)
{
    const std::pair<const char*, Parameters> table[] = {
        {"postgresql://ada:pw@db:5433/tasks",
         {{"user", "ada"},
          {"password", "pw"},
          {"host", "db"},
          {"port", "5433"},
          {"dbname", "tasks"}}},
        {"postgres://ada@db/tasks", {{"user", "ada"}, {"host", "db"}, {"dbname", "tasks"}}},
        {"postgresql+asyncpg://ada:pw@db/tasks",
         {{"user", "ada"}, {"password", "pw"}, {"host", "db"}, {"dbname", "tasks"}}},
        {"postgresql+psycopg2://db", {{"host", "db"}}},
        {"postgres+psycopg://db/x", {{"host", "db"}, {"dbname", "x"}}},
        {"postgresql:///tasks", {{"dbname", "tasks"}}},
        {"postgresql://ada%40home:p%40ss%2Fw%3Ard%3F%25@db/my%20tasks",
         {{"user", "ada@home"}, {"password", "p@ss/w:rd?%"}, {"dbname", "my tasks"}}},
        {"postgresql://ada:a?b&c=d@db/tasks", {{"password", "a?b&c=d"}, {"host", "db"}}},
        {"postgresql://ada:a:b@db/tasks", {{"password", "a:b"}}},
        {"postgresql://ada:a+b@db/tasks", {{"password", "a+b"}}},
        {"postgresql://a:5432,b:5433,c/tasks?target_session_attrs=read-write",
         {{"host", "a,b,c"},
          {"port", "5432,5433,"},
          {"dbname", "tasks"},
          {"target_session_attrs", "read-write"}}},
        {"postgresql://ada@[2001:db8::1]:5432/tasks", {{"host", "2001:db8::1"}, {"port", "5432"}}},
        {"postgresql://ada@/tasks?host=%2Fvar%2Frun%2Fpostgresql",
         {{"host", "/var/run/postgresql"}, {"dbname", "tasks"}}},
        {"postgresql://%2Fvar%2Frun%2Fpostgresql/tasks", {{"host", "/var/run/postgresql"}}},
        {"postgresql://db/tasks?user=ada&password=p%40w", {{"user", "ada"}, {"password", "p@w"}}},
        {"postgresql://db/tasks?sslmode=verify-full&sslrootcert=/etc/ca.pem",
         {{"sslmode", "verify-full"}, {"sslrootcert", "/etc/ca.pem"}}},
        {"postgresql://db/neondb?sslmode=require&channel_binding=require",
         {{"sslmode", "require"}, {"channel_binding", "require"}}},
        {"postgresql+asyncpg://db/tasks?ssl=require", {{"sslmode", "require"}}},
        {"postgresql+asyncpg://db/tasks?ssl=verify-full", {{"sslmode", "verify-full"}}},
        {"postgresql://db/tasks?ssl=true", {{"sslmode", "require"}}},
        {"postgresql://db/tasks?ssl=false", {{"sslmode", "disable"}}},
        {"postgresql://db/tasks?connect_timeout=17", {{"connect_timeout", "17"}}},
        {"postgresql://db/tasks?application_name=mine", {{"application_name", "mine"}}},
        {"postgresql://db/tasks?options=-c%20search_path%3Dtodod",
         {{"options", "-c search_path=todod"}}},
        {"postgresql://db/tasks?client_encoding=LATIN1", {{"client_encoding", "UTF8"}}},
        {"postgresql://db/tasks?", {{"dbname", "tasks"}}},
        {"postgresql://db/tasks?ssl=require&", {{"sslmode", "require"}}},
    };
    for (const auto& [url, expected] : table)
        EXPECT_THAT(parameters_of(url), IsSupersetOf(expected)) << url;
}

TEST(Settings, have_a_word_for_what_the_url_leaves_open)
{
    const Parameters parameters = parameters_of("postgresql://ada@db/tasks");
    EXPECT_THAT(parameters, IsSupersetOf(Parameters{{"connect_timeout", "5"},
                                                    {"application_name", "todod"},
                                                    {"keepalives", "1"},
                                                    {"keepalives_idle", "30"},
                                                    {"client_encoding", "UTF8"}}));
    EXPECT_THAT(parameters, Contains(Key("tcp_user_timeout")));
    // Which libpq finds in the environment, in ~/.pgpass, or has of its own.
    for (const char* left : {"password", "port", "sslmode", "target_session_attrs", "passfile"})
        EXPECT_THAT(parameters, Not(Contains(Key(left))));
    EXPECT_THAT(parameters_of("postgresql://db"), Not(Contains(Key("dbname"))));
}

TEST(Settings, leave_to_libpq_what_its_environment_sets)
{
    ::setenv("PGCONNECT_TIMEOUT", "20", 1);
    ::setenv("PGAPPNAME", "mine", 1);
    const Parameters parameters = parameters_of("postgresql://db");
    ::unsetenv("PGCONNECT_TIMEOUT");
    ::unsetenv("PGAPPNAME");
    EXPECT_THAT(parameters, Not(Contains(Key("connect_timeout"))));
    EXPECT_THAT(parameters, Not(Contains(Key("application_name"))));
    EXPECT_THAT(parameters, Contains(Key("keepalives")));
}

TEST(Settings, know_by_several_names_that_pgbouncer_stands_between)
{
    for (const char* query : {"pgbouncer=true", "pgbouncer=1", "prepared_statement_cache_size=0",
                              "statement_cache_size=0", "ssl=require&pgbouncer=true"})
        EXPECT_TRUE(parse_url(fmt::format("postgresql://db/x?{}", query)).pgbouncer) << query;
    for (const char* query : {"", "pgbouncer=false", "statement_cache_size=100"})
        EXPECT_FALSE(parse_url(fmt::format("postgresql://db/x?{}", query)).pgbouncer) << query;
}

TEST(Settings, refuse_a_url_in_words_that_hold_nothing_of_it)
{
    const std::pair<const char*, const char*> table[] = {
        {"hunter2", "postgresql://USER"},
        {"mysql://ada:hunter2@db/tasks", "postgresql://USER"},
        {"postgresqlx://ada:hunter2@db/tasks", "postgresql://USER"},
        {"postgresql:ada:hunter2@db", "postgresql://USER"},
        // Passwords that divide the URL elsewhere than was meant.
        {"postgresql://ada:hunter2@hunter2@db/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2/hunter2@db/tasks", "postgresql://USER"},
        {"postgresql://ada:12/hunter2@db/tasks", "postgresql://USER"},
        {"postgresql://ada:12/3?hunter2@db/tasks", "postgresql://USER"},
        {"postgresql://ada:12/3?hunter2=x@db/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2%zz@db/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2%00@db/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@db:port/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@db:0/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@db:65536/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@a:5432,b:x/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@[::1/tasks", "postgresql://USER"},
        {"postgresql://ada:hunter2@db/tasks/more", "postgresql://USER"},
        {"postgresql://ada:hunter2@db/tasks?sslmode", "postgresql://USER"},
        {"postgresql://ada:hunter2@db/tasks?=x", "postgresql://USER"},
        {"postgresql://ada:hunter2@db/tasks?%zz=x", "postgresql://USER"},
        {"postgresql:///host=db password=hunter2", "postgresql://USER"},
        {"postgresql://ada:hunter2@db/tasks?schema=hunter2", "'schema' is none"},
        {"postgresql://ada:hunter2@db/tasks?SSLMODE=hunter2", "'SSLMODE' is none"},
        {"postgresql://ada:hunter2@db/tasks?sslmode=hunter2", "sslmode is disable"},
        {"postgresql://ada:hunter2@db/tasks?ssl=hunter2", "ssl is disable"},
        {"postgresql://ada:hunter2@db/tasks?pgbouncer=hunter2", "pgbouncer is true or false"},
        {"postgresql://ada:hunter2@db/tasks?connect_timeout=hunter2", "a whole number of seconds"},
        {"postgresql://ada:hunter2@db/tasks?connect_timeout=-1", "a whole number of seconds"},
        {"postgresql://ada:hunter2@db/tasks?connect_timeout=1s", "a whole number of seconds"},
    };
    for (const auto& [url, takes] : table) {
        SCOPED_TRACE(url);
        const auto error = error_of([&] { parse_url(url); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid);
        EXPECT_THAT(error.message(), HasSubstr(takes));
        EXPECT_THAT(error.message() + error.cause(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
    }
}

TEST(Settings, are_described_without_who_connects_and_by_what)
{
    ::unsetenv("PGHOST");
    const std::pair<const char*, const char*> table[] = {
        {"postgresql://ada:hunter2@db:5433/tasks", "postgresql://db:5433/tasks"},
        {"postgresql+asyncpg://ada:hunter2@db/tasks?ssl=require", "postgresql://db/tasks"},
        {"postgresql://ada:hunter2@db", "postgresql://db"},
        {"postgresql://ada:hunter2@a:1,b:2,c/tasks", "postgresql://a:1,b:2,c/tasks"},
        {"postgresql://ada:hunter2@[::1]:5433/tasks", "postgresql://[::1]:5433/tasks"},
        {"postgresql://ada@/tasks?host=/run/pg&port=5433&password=hunter2",
         "postgresql:///run/pg:5433/tasks"},
        {"postgresql://ada@/tasks?host=a,b&port=5433", "postgresql://a:5433,b:5433/tasks"},
        {"postgresql://ada@/tasks?hostaddr=10.0.0.1", "postgresql://10.0.0.1/tasks"},
        {"postgresql://ada@/tasks", "postgresql://(local socket)/tasks"},
    };
    for (const auto& [url, expected] : table)
        EXPECT_EQ(describe(parse_url(url)), expected) << url;
}

TEST(Settings, are_shown_without_any_password)
{
    const std::pair<const char*, const char*> table[] = {
        {"postgresql+asyncpg://ada:hunter2@db:5433/tasks?ssl=require",
         "postgresql+asyncpg://ada:***@db:5433/tasks?ssl=require"},
        {"postgres://ada@db/tasks", "postgres://ada@db/tasks"},
        {"postgresql://ada:@db/tasks", "postgresql://ada:***@db/tasks"},
        {"postgresql://ada:hunter2:hunter2?hunter2@db/x", "postgresql://ada:***@db/x"},
        {"postgresql://db/x?user=ada&password=hunter2&sslpassword=hunter2&sslmode=require",
         "postgresql://db/x?user=ada&password=***&sslpassword=***&sslmode=require"},
        {"postgresql://db/x?pass%77ord=hunter2", "postgresql://db/x?password=***"},
        {"postgresql:///x", "postgresql:///x"},
    };
    for (const auto& [url, expected] : table) {
        EXPECT_NO_THROW(parse_url(url)) << url;
        EXPECT_EQ(mask_url(url), expected);
    }
}

}  // namespace
}  // namespace todod::db::postgres
