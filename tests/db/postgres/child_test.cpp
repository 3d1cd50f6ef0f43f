#include "db/postgres/child.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include "db/postgres/tools.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::Contains;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ChildTest : public ::testing::Test {
protected:
    ChildTest() { ::signal(SIGPIPE, SIG_IGN); }
    ~ChildTest() override { ::signal(SIGPIPE, SIG_DFL); }

    static std::string read_all(Child& child)
    {
        std::string all;
        for (auto piece = child.read(); !piece.empty(); piece = child.read())
            all += piece;
        return all;
    }

    static std::vector<std::string> shell(const std::string& script)
    {
        return {"/bin/sh", "-c", script};
    }

    static void nothing() {}
};

TEST_F(ChildTest, is_read_to_its_end)
{
    Child child{shell("head -c 3000000 /dev/zero"), {}, Child::Use::read, nothing};
    EXPECT_EQ(read_all(child).size(), 3'000'000U);
    EXPECT_TRUE(child.finish());
}

TEST_F(ChildTest, is_fed_and_tells_by_its_exit_how_it_went)
{
    const std::string script = "test \"$(cat | wc -c)\" = 3000000";
    Child child{shell(script), {"PATH=/usr/bin:/bin"}, Child::Use::feed, nothing};
    EXPECT_TRUE(child.feed(std::string(3'000'000, 'x')));
    EXPECT_TRUE(child.finish());
    Child other{shell(script), {"PATH=/usr/bin:/bin"}, Child::Use::feed, nothing};
    EXPECT_TRUE(other.feed("x"));
    EXPECT_FALSE(other.finish());
}

TEST_F(ChildTest, need_not_take_all_that_it_is_fed)
{
    Child child{shell("exit 0"), {}, Child::Use::feed, nothing};
    EXPECT_FALSE(child.feed(std::string(3'000'000, 'x')));
    EXPECT_TRUE(child.finish());
}

TEST_F(ChildTest, has_its_first_complaints_kept)
{
    Child child{shell("echo why >&2; head -c 1000000 /dev/zero >&2; exit 3"),
                {"PATH=/usr/bin:/bin"},
                Child::Use::read,
                nothing};
    EXPECT_EQ(read_all(child), "");
    EXPECT_FALSE(child.finish());
    EXPECT_THAT(child.complaint(), StartsWith("why\n"));
    EXPECT_LE(child.complaint().size(), Child::max_complaint_bytes);
}

TEST_F(ChildTest, gets_the_environment_that_it_is_given_and_no_other)
{
    ::setenv("TODOD_TEST_SECRET", "hunter2", 1);
    Child child{{"/usr/bin/env"}, {"ONE=1"}, Child::Use::read, nothing};
    EXPECT_EQ(read_all(child), "ONE=1\n");
    EXPECT_TRUE(child.finish());
}

TEST_F(ChildTest, ends_with_whoever_waits_for_it)
{
    const auto stop = [] { throw base::Error{base::ErrorCode::unavailable, "stopped"}; };
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] {
                  Child child{
                      shell("exec sleep 60"), {"PATH=/usr/bin:/bin"}, Child::Use::read, stop};
                  child.read();
              }).message(),
              "stopped");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{30});
}

TEST_F(ChildTest, says_what_cannot_be_started)
{
    const auto error = error_of([] { Child{{"/nowhere/pg_dump"}, {}, Child::Use::read, nothing}; });
    EXPECT_THAT(error.message(), HasSubstr("/nowhere/pg_dump"));
}

TEST_F(ChildTest, is_found_by_its_version)
{
    const Tool tool = find_tool("pg_dump", 1, 15, nothing);
    EXPECT_GE(tool.version, 15);
    const auto error = error_of([] { find_tool("pg_dump", 99, 99, nothing); });
    EXPECT_THAT(error.message(), HasSubstr("older than what is needed (99)"));
    EXPECT_THAT(error.message(), HasSubstr("postgresql-client-99"));
    EXPECT_LT(find_tool("pg_dump", 1, 16, nothing).version, 17);
    EXPECT_THAT(error_of([] { find_tool("pg_dump", 17, 16, nothing); }).message(),
                HasSubstr("what is needed (17)"));
    EXPECT_THAT(error_of([] { find_tool("pg_nothing", 15, 15, nothing); }).message(),
                HasSubstr("there is no pg_nothing"));
}

TEST_F(ChildTest, is_told_the_server_and_its_password_by_the_environment)
{
    const auto settings = parse_url(
        "postgresql://ada:p%40ss%20word@db.example:5433/"
        "tasks?sslmode=verify-full&connect_timeout=7");
    const auto variables = tool_environment(settings);
    for (const char* const expected :
         {"PGHOST=db.example", "PGPORT=5433", "PGUSER=ada", "PGPASSWORD=p@ss word",
          "PGDATABASE=tasks", "PGSSLMODE=verify-full", "PGCONNECT_TIMEOUT=7"}) {
        EXPECT_THAT(variables, Contains(expected));
    }
    ::setenv("AUTH_SECRET", "hunter2", 1);
    EXPECT_THAT(tool_environment(settings), Not(Contains(StartsWith("AUTH_SECRET"))));
    ::unsetenv("AUTH_SECRET");
}

TEST_F(ChildTest, is_not_told_what_only_arguments_could_say)
{
    const auto settings = parse_url("postgresql://ada@db.example/tasks?sslpassword=hunter2-4");
    const auto error = error_of([&] { tool_environment(settings); });
    EXPECT_THAT(error.message(), HasSubstr("sslpassword"));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

TEST_F(ChildTest, is_told_a_databases_name_as_a_name)
{
    EXPECT_EQ(name_database("to'do=\\ host=x"), R"(dbname='to\'do=\\ host=x')");
}

}  // namespace
}  // namespace todod::db::postgres
