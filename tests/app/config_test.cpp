#include "config.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod {
namespace {

using base::LogLevel;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string long_secret(32, 's');

TEST(Config, starts_with_nothing_set)
{
    const Config config = read_config({});
    EXPECT_EQ(std::get<store::SqliteFile>(config.database).path, "todod.db");
    EXPECT_EQ(config.auth_secret, "");
    EXPECT_THAT(config.previous_secrets, IsEmpty());
    EXPECT_EQ(config.jwt_lifetime_days, 7);
    EXPECT_EQ(config.jwt_issuer, "");
    EXPECT_EQ(config.jwt_audience, "");
    EXPECT_THAT(config.encryption_keys, IsEmpty());
    EXPECT_THAT(config.session_secrets, IsEmpty());
    EXPECT_EQ(config.session_token, auth::KeptToken::hmac_hex);
    EXPECT_EQ(store::describe(config.session_table), "user_sessions");
    EXPECT_EQ(config.nextauth_salt, "authjs.session-token");
    EXPECT_FALSE(config.production);
    EXPECT_EQ(config.app_name, "todod");
    EXPECT_FALSE(config.app_version.empty());
    EXPECT_EQ(config.host, "127.0.0.1");
    EXPECT_EQ(config.port, 8000);
    EXPECT_GE(config.workers, 1U);
    EXPECT_EQ(config.shutdown_delay_seconds, 0U);
    EXPECT_THAT(config.cors_origins, ElementsAre("http://localhost:3000"));
    EXPECT_EQ(config.log.level, LogLevel::info);
    EXPECT_EQ(config.log.format, base::LogFormat::text);
    EXPECT_EQ(config.log.file, "");
    EXPECT_TRUE(config.migrate_on_start);
    EXPECT_FALSE(config.ignore_unknown_fields);
    EXPECT_TRUE(config.limits_enabled);
    EXPECT_THAT(config.quotas, ElementsAre(100, 30, 20, 60, 10, 10));
    EXPECT_FALSE(config.redis);
    EXPECT_THAT(config.trusted_proxies, IsEmpty());
}

TEST(Config, takes_limits_and_who_asks)
{
    const Config config = read_config({
        {"RATE_LIMIT_ENABLED", "false"},
        {"RATE_LIMIT_READ", "1000"},
        {"RATE_LIMIT_WRITE", "300"},
        {"RATE_LIMIT_CHAT", "2"},
        {"REDIS_URL", "redis://:a-password@cache:6380/2"},
        {"TRUSTED_PROXIES", "192.0.2.1, 10.0.0.0/8,loopback"},
    });
    EXPECT_FALSE(config.limits_enabled);
    EXPECT_THAT(config.quotas, ElementsAre(1000, 300, 2, 60, 10, 10));
    EXPECT_EQ(config.redis.value().place(), "cache:6380");
    EXPECT_EQ(config.redis.value().password, "a-password");
    EXPECT_EQ(config.trusted_proxies.size(), 4U);
}

TEST(Config, takes_each_variable)
{
    const Config config = read_config({
        {"ENVIRONMENT", "production"},
        {"APP_NAME", "My Todos"},
        {"APP_VERSION", "9.9"},
        {"DATABASE_URL", "sqlite:////var/lib/todod/todod.db"},
        {"AUTH_SECRET", long_secret},
        {"AUTH_SECRET_PREVIOUS", std::string(32, 'a') + ", " + std::string(32, 'b')},
        {"JWT_ALGORITHM", "HS256"},
        {"JWT_EXPIRATION_DAYS", "30"},
        {"JWT_ISSUER", "https://issuer.example"},
        {"JWT_AUDIENCE", "todos"},
        {"SESSION_HASH_SECRET", long_secret},
        {"SESSION_TOKEN", "plain"},
        {"SESSION_TABLE", "auth.session"},
        {"SESSION_COLUMNS", "a,b,c"},
        {"NEXTAUTH_SALT", "cookie"},
        {"HOST", "::1"},
        {"PORT", "65535"},
        {"WORKERS", "3"},
        {"SHUTDOWN_DELAY", "5"},
        {"CORS_ORIGINS", "https://a.example,https://b.example"},
        {"LOG_LEVEL", "ERROR"},
        {"LOG_FORMAT", "json"},
        {"LOG_FILE", "logs/app.log"},
        {"MIGRATE_ON_START", "false"},
        {"UNKNOWN_FIELDS", "ignore"},
    });
    EXPECT_TRUE(config.production);
    EXPECT_EQ(config.app_name, "My Todos");
    EXPECT_EQ(config.app_version, "9.9");
    EXPECT_EQ(std::get<store::SqliteFile>(config.database).path, "/var/lib/todod/todod.db");
    EXPECT_EQ(config.auth_secret, long_secret);
    EXPECT_THAT(config.previous_secrets, ElementsAre(std::string(32, 'a'), std::string(32, 'b')));
    EXPECT_EQ(config.jwt_lifetime_days, 30);
    EXPECT_EQ(config.jwt_issuer, "https://issuer.example");
    EXPECT_EQ(config.jwt_audience, "todos");
    EXPECT_THAT(config.session_secrets, ElementsAre(long_secret));
    EXPECT_EQ(config.session_token, auth::KeptToken::plain);
    EXPECT_EQ(store::describe(config.session_table), "auth.session");
    EXPECT_EQ(config.session_table.expiry, "c");
    EXPECT_EQ(config.nextauth_salt, "cookie");
    EXPECT_EQ(config.host, "::1");
    EXPECT_EQ(config.port, 65535);
    EXPECT_EQ(config.workers, 3U);
    EXPECT_EQ(config.shutdown_delay_seconds, 5U);
    EXPECT_THAT(config.cors_origins, ElementsAre("https://a.example", "https://b.example"));
    EXPECT_EQ(config.log.level, LogLevel::error);
    EXPECT_EQ(config.log.format, base::LogFormat::json);
    EXPECT_EQ(config.log.file, "logs/app.log");
    EXPECT_FALSE(config.migrate_on_start);
    EXPECT_TRUE(config.ignore_unknown_fields);
}

TEST(Config, knows_the_other_names_of_a_variable)
{
    for (const char* name : {"AUTH_SECRET", "BETTER_AUTH_SECRET", "JWT_SECRET_KEY"})
        EXPECT_EQ(read_config({{name, "x"}}).auth_secret, "x") << name;
    for (const char* name : {"ENVIRONMENT", "ENV", "UV_ENVIRONMENT"})
        EXPECT_TRUE(read_config({{name, "production"}}).production) << name;
    for (const char* name : {"CORS_ORIGINS", "ALLOWED_ORIGINS"})
        EXPECT_THAT(read_config({{name, "http://x"}}).cors_origins, ElementsAre("http://x"));
    for (const char* name : {"JWT_EXPIRATION_DAYS", "ACCESS_TOKEN_EXPIRE_DAYS"})
        EXPECT_EQ(read_config({{name, "3"}}).jwt_lifetime_days, 3) << name;
}

TEST(Config, a_variables_own_name_goes_before_the_others_and_an_empty_one_is_not_set)
{
    EXPECT_EQ(read_config({{"JWT_SECRET_KEY", "b"}, {"AUTH_SECRET", "a"}}).auth_secret, "a");
    EXPECT_EQ(read_config({{"JWT_SECRET_KEY", "b"}, {"AUTH_SECRET", ""}}).auth_secret, "b");
    EXPECT_EQ(read_config({{"PORT", ""}, {"HOST", ""}, {"LOG_LEVEL", ""}}).port, 8000);
}

TEST(Config, takes_origins_with_commas_or_as_a_json_list)
{
    const std::pair<const char*, std::vector<std::string>> table[] = {
        {"http://a", {"http://a"}},
        {" http://a , http://b ,", {"http://a", "http://b"}},
        {R"(["http://a", "http://b"])", {"http://a", "http://b"}},
        {R"( ["http://a", ""] )", {"http://a"}},
        {"[]", {}},
        {",", {}},
        {"*", {"*"}},
        {"https://Todo.Example/", {"https://todo.example"}},
        {"chrome-extension://abc,http://[::1]:3000",
         {"chrome-extension://abc", "http://[::1]:3000"}},
    };
    for (const auto& [text, origins] : table)
        EXPECT_EQ(read_config({{"CORS_ORIGINS", text}}).cors_origins, origins) << text;
}

TEST(Config, takes_truth_in_several_spellings)
{
    for (const char* yes : {"true", "True", "TRUE", "1", "yes", "on"})
        EXPECT_TRUE(read_config({{"MIGRATE_ON_START", yes}}).migrate_on_start) << yes;
    for (const char* no : {"false", "False", "0", "no", "Off"})
        EXPECT_FALSE(read_config({{"MIGRATE_ON_START", no}}).migrate_on_start) << no;
}

TEST(Config, debug_lowers_the_level_that_no_log_level_sets)
{
    const struct {
        Environment environment;
        LogLevel level;
        std::string_view shown;
    } table[] = {
        {{{"DEBUG", "true"}}, LogLevel::debug, "DEBUG"},
        {{{"DEBUG", "false"}}, LogLevel::info, "INFO"},
        {{{"DEBUG", "true"}, {"LOG_LEVEL", "WARNING"}}, LogLevel::warning, "WARNING"},
        {{{"DEBUG", "true"}, {"LOG_LEVEL", ""}}, LogLevel::debug, "DEBUG"},
        {{{"DEBUG", "false"}, {"LOG_LEVEL", "DEBUG"}}, LogLevel::debug, "DEBUG"},
        {{{"LOG_LEVEL", "warn"}}, LogLevel::warning, "WARNING"},
        {{{"LOG_LEVEL", "critical"}}, LogLevel::critical, "CRITICAL"},
    };
    for (const auto& [environment, level, shown] : table) {
        EXPECT_EQ(read_config(environment).log.level, level) << shown;
        const auto settings = list_settings(environment);
        EXPECT_EQ(std::ranges::find(settings, "LOG_LEVEL", &Setting::name)->value, shown);
    }
}

TEST(Config, listens_to_everyone_in_production_only)
{
    EXPECT_EQ(read_config({{"ENVIRONMENT", "production"}}).host, "0.0.0.0");
    EXPECT_EQ(read_config({{"ENVIRONMENT", "Production"}}).host, "0.0.0.0");
    EXPECT_EQ(read_config({{"ENVIRONMENT", "production"}, {"HOST", "10.0.0.1"}}).host, "10.0.0.1");
    for (const char* name : {"development", "staging", "test"})
        EXPECT_EQ(read_config({{"ENVIRONMENT", name}}).host, "127.0.0.1") << name;
}

TEST(Config, asks_in_production_for_a_long_secret_and_origins_by_name)
{
    const auto message_of = [](Environment environment) {
        environment.emplace("ENVIRONMENT", "production");
        return error_of([&] { read_config(environment); }).message();
    };
    const std::string short_secret(31, 's');
    EXPECT_EQ(message_of({{"AUTH_SECRET", short_secret}}),
              "AUTH_SECRET must be at least 32 characters in production.");
    EXPECT_EQ(message_of({{"BETTER_AUTH_SECRET", short_secret}}),
              "BETTER_AUTH_SECRET must be at least 32 characters in production.");
    EXPECT_THAT(message_of({{"CORS_ORIGINS", "http://a,*"}}), StartsWith("CORS_ORIGINS must be"));
    EXPECT_EQ(read_config({{"AUTH_SECRET", "short"}}).auth_secret, "short");
    EXPECT_NO_THROW(read_config({{"ENVIRONMENT", "production"}}));
    EXPECT_NO_THROW(read_config({{"ENVIRONMENT", "production"}, {"AUTH_SECRET", long_secret}}));
}

TEST(Config, refuses_what_it_cannot_use_in_one_line_that_names_the_variable_and_what_it_takes)
{
    const struct {
        const char* name;
        std::vector<const char*> values;
        const char* takes;
    } table[] = {
        {"ENVIRONMENT", {"prod", "x"}, "development, staging, test or production"},
        {"UV_ENVIRONMENT", {"x"}, "development, staging, test or production"},
        {"DEBUG", {"maybe", "2", "tru"}, "true or false"},
        {"JWT_ALGORITHM", {"none", "RS256", "hs256"}, "HS256"},
        {"JWT_EXPIRATION_DAYS", {"0", "-1", "3651", "1.5", "x", "7d", " 7"}, "from 1 to 3650"},
        {"ACCESS_TOKEN_EXPIRE_DAYS", {"0"}, "from 1 to 3650"},
        {"PORT", {"-1", "65536", "99999999999999999999", "http", "80 ", "0x50"}, "from 0 to 65535"},
        {"WORKERS", {"0", "257", "two"}, "from 1 to 256"},
        {"SHUTDOWN_DELAY", {"-1", "301", "5s", "0.5"}, "from 0 to 300"},
        {"CORS_ORIGINS", {"[\"http://a\"", "[1]", "[[]]", "[null]"}, "JSON list"},
        {"CORS_ORIGINS",
         {"localhost", "todo.example:3000", "https://", "://a", "https://a/b", "https://*.a",
          "https://a b"},
         "origins such as https://todo.example, or *"},
        {"AUTH_SECRET_PREVIOUS", {"[\"hunter2\""}, "JSON list"},
        {"LOG_LEVEL", {"LOUD", "5"}, "DEBUG, INFO, WARNING, ERROR or CRITICAL"},
        {"LOG_FORMAT", {"xml"}, "text or json"},
        {"MIGRATE_ON_START", {"sometimes"}, "true or false"},
        {"UNKNOWN_FIELDS", {"drop"}, "reject or ignore"},
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

TEST(Config, leaves_variables_alone_that_it_does_not_know)
{
    EXPECT_NO_THROW(read_config({{"PATH", "/bin"}, {"PORTS", "x"}, {"port", "x"}}));
}

TEST(Settings, show_what_is_in_force_and_of_secrets_only_whether_they_are_set)
{
    const Environment environment{{"PORT", "9000"},
                                  {"JWT_SECRET_KEY", "hunter2"},
                                  {"ENVIRONMENT", "production"},
                                  {"AUTH_SECRET", long_secret}};
    const auto settings = list_settings(environment);
    const auto value_of = [&](std::string_view name) {
        const auto found = std::ranges::find(settings, name, &Setting::name);
        EXPECT_NE(found, settings.end()) << name;
        return std::pair{found->value, found->given};
    };
    EXPECT_EQ(value_of("PORT"), std::pair(std::string{"9000"}, true));
    EXPECT_EQ(value_of("HOST"), std::pair(std::string{"0.0.0.0"}, false));
    EXPECT_EQ(value_of("DATABASE_URL"), std::pair(std::string{"sqlite:///todod.db"}, false));
    EXPECT_EQ(value_of("AUTH_SECRET"), std::pair(std::string{"(set)"}, true));
    EXPECT_EQ(value_of("AUTH_SECRET_PREVIOUS"), std::pair(std::string{"(not set)"}, false));
    for (const Setting& setting : settings) {
        EXPECT_THAT(setting.value, Not(HasSubstr("hunter2"))) << setting.name;
        EXPECT_THAT(setting.value, Not(HasSubstr(long_secret))) << setting.name;
    }
    EXPECT_THROW(list_settings({{"PORT", "x"}}), base::Error);
}

/// A working directory of its own, and variables that go with the test.

}  // namespace
}  // namespace todod
