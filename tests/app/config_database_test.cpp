#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using db::postgres::Settings;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* server = "postgresql://ada:hunter2@db/tasks";

/// With a PostgreSQL server, and `name` set to `value`.
Settings settings_with(const std::string& name, const std::string& value)
{
    return std::get<Settings>(read_config({{"DATABASE_URL", server}, {name, value}}).database);
}

TEST(Config, finds_the_file_however_its_url_is_spelt)
{
    const std::pair<const char*, const char*> table[] = {
        {"sqlite:///todo.db", "todo.db"},
        {"sqlite:///./data/todo.db", "./data/todo.db"},
        {"sqlite:////srv/todo.db", "/srv/todo.db"},
        {"sqlite+aiosqlite:///todo.db", "todo.db"},
        {"sqlite+pysqlite:////srv/a+b.db", "/srv/a+b.db"},
        {"sqlite:///todo.db?timeout=5", "todo.db"},
    };
    for (const auto& [url, path] : table) {
        const Config config = read_config({{"DATABASE_URL", url}});
        EXPECT_EQ(std::get<store::SqliteFile>(config.database).path, path) << url;
    }
}

TEST(Config, finds_the_server_however_its_url_is_spelt)
{
    using Parameters = std::map<std::string, std::string>;
    const std::pair<const char*, Parameters> table[] = {
        {"postgresql://user:password@localhost:5432/todo_db",
         {{"user", "user"}, {"password", "password"}, {"host", "localhost"}, {"port", "5432"}}},
        {"postgres://user@host/database", {{"host", "host"}, {"dbname", "database"}}},
        {"postgresql+asyncpg://user:password@ep-cool.us-east-2.aws.neon.tech/neondb?ssl=require",
         {{"host", "ep-cool.us-east-2.aws.neon.tech"}, {"sslmode", "require"}}},
    };
    for (const auto& [url, expected] : table) {
        const Config config = read_config({{"DATABASE_URL", url}});
        const auto& parameters = std::get<Settings>(config.database).parameters;
        EXPECT_THAT(parameters, IsSupersetOf(expected)) << url;
    }
}

TEST(Config, takes_the_pools_size_and_times)
{
    const Settings standard = settings_with("PORT", "8000");
    EXPECT_EQ(standard.pool_size, 10U);
    EXPECT_EQ(standard.pool_overflow, 20U);
    EXPECT_EQ(standard.pool_timeout, std::chrono::seconds{30});
    EXPECT_EQ(standard.pool_recycle, std::chrono::seconds{3600});

    EXPECT_EQ(settings_with("SQLALCHEMY_POOL_SIZE", "3").pool_size, 3U);
    EXPECT_EQ(settings_with("SQLALCHEMY_POOL_OVERFLOW", "0").pool_overflow, 0U);
    EXPECT_EQ(settings_with("SQLALCHEMY_MAX_OVERFLOW", "7").pool_overflow, 7U);
    EXPECT_EQ(settings_with("SQLALCHEMY_POOL_TIMEOUT", "5").pool_timeout, std::chrono::seconds{5});
    EXPECT_EQ(settings_with("SQLALCHEMY_POOL_RECYCLE", "60").pool_recycle,
              std::chrono::seconds{60});
}

TEST(Config, a_pool_that_never_recycles_can_still_be_reckoned_with)
{
    const auto never = settings_with("SQLALCHEMY_POOL_RECYCLE", "-1").pool_recycle;
    EXPECT_GE(never, std::chrono::years{50});
    EXPECT_GT(std::chrono::steady_clock::now() + never, std::chrono::steady_clock::now());
}

TEST(Config, a_file_has_no_pool_and_its_settings_must_make_sense_all_the_same)
{
    EXPECT_NO_THROW(read_config({{"SQLALCHEMY_POOL_SIZE", "5"}, {"SQLALCHEMY_ECHO", "true"}}));
    EXPECT_THROW(read_config({{"SQLALCHEMY_POOL_SIZE", "some"}}), base::Error);
    EXPECT_THROW(read_config({{"SQLALCHEMY_ECHO", "some"}}), base::Error);
}

TEST(Config, refuses_what_it_cannot_use_of_a_database_and_shows_nothing_of_it)
{
    const struct {
        const char* name;
        std::vector<const char*> values;
        const char* takes;
    } table[] = {
        {"DATABASE_URL",
         {"hunter2.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://host/x.db",
          "sqlite:///?x=y", "mysql://u:hunter2@h/d", "://", "+://", "postgresql:hunter2"},
         "sqlite:///FILE (relative), sqlite:////FILE (absolute) or postgresql://USER"},
        {"DATABASE_URL",
         {"postgresql://u:hunter2@h@h/d", "postgres://u:hunter2@h:x/d", "postgresx://u:hunter2@h",
          "postgresql+asyncpg://u:hunter2%@h/d"},
         "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"},
        {"DATABASE_URL", {"postgresql://u:hunter2@h/d?schema=hunter2"}, "'schema' is none"},
        {"SQLALCHEMY_POOL_SIZE", {"0", "-1", "1001", "ten", "1.5"}, "from 1 to 1000"},
        {"SQLALCHEMY_POOL_OVERFLOW", {"-1", "1001", "x"}, "from 0 to 1000"},
        {"SQLALCHEMY_MAX_OVERFLOW", {"-1"}, "from 0 to 1000"},
        {"SQLALCHEMY_POOL_TIMEOUT", {"0", "-1", "x"}, "from 1 to"},
        {"SQLALCHEMY_POOL_RECYCLE", {"0", "-2", "x"}, "-1"},
        {"SQLALCHEMY_ECHO", {"debug"}, "true or false"},
    };
    for (const auto& [name, values, takes] : table) {
        for (const char* value : values) {
            SCOPED_TRACE(fmt::format("{}={}", name, value));
            const auto error = error_of([&] { read_config({{name, value}}); });
            EXPECT_EQ(error.code(), base::ErrorCode::invalid);
            EXPECT_THAT(error.message(), StartsWith(fmt::format("{} must be ", name)));
            EXPECT_THAT(error.message(), HasSubstr(takes));
            EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
            EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
        }
    }
}

TEST(Settings, show_where_the_database_is_and_no_password_of_it)
{
    const std::pair<std::string, std::string> table[] = {
        {"postgresql+asyncpg://ada:hunter2@db:5433/tasks?ssl=require&sslpassword=hunter2",
         "postgresql+asyncpg://ada:***@db:5433/tasks?ssl=require&sslpassword=***"},
        {"postgres://db/tasks?user=ada&password=hunter2",
         "postgres://db/tasks?user=ada&password=***"},
        {"sqlite:///todo.db", "sqlite:///todo.db"},
    };
    for (const auto& [url, shown] : table) {
        const auto settings = list_settings({{"DATABASE_URL", url}});
        const auto found = std::ranges::find(settings, "DATABASE_URL", &Setting::name);
        EXPECT_EQ(found->value, shown);
        EXPECT_TRUE(found->given);
    }
}

}  // namespace
}  // namespace todod
