#include "net/redis_settings.hpp"

#include <gmock/gmock.h>

#include "support/errors.hpp"

namespace todod::net {

namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

}  // namespace

TEST(RedisSettings, are_read_from_a_url)
{
    struct Case {
        std::string_view url;
        RedisSettings expected;
    };
    const Case cases[] = {
        {"redis://", {}},
        {"redis://localhost:6379/0", {}},
        {"redis://cache", {.host = "cache"}},
        {"redis://cache:6380/5", {.host = "cache", .port = 6380, .database = 5}},
        {"redis://cache/", {.host = "cache"}},
        {"redis://cache?db=3", {.host = "cache", .database = 3}},
        {"redis://[::1]:7/2", {.host = "::1", .port = 7, .database = 2}},
        {"redis://[fd00::1]", {.host = "fd00::1"}},
        {"redis://:secret@cache", {.host = "cache", .password = "secret"}},
        {"redis://ada:s%40c%3Aret@cache", {.host = "cache", .user = "ada", .password = "s@c:ret"}},
        {"redis://ada:a@b@cache", {.host = "cache", .user = "ada", .password = "a@b"}},
        {"unix:///run/redis.sock", {.socket = "/run/redis.sock"}},
        {"unix://:secret@/run/my%20redis.sock?db=4",
         {.socket = "/run/my redis.sock", .password = "secret", .database = 4}},
    };
    for (const auto& [url, expected] : cases) {
        const RedisSettings settings = parse_redis_url(url);
        EXPECT_EQ(settings.host, expected.host) << url;
        EXPECT_EQ(settings.port, expected.port) << url;
        EXPECT_EQ(settings.socket, expected.socket) << url;
        EXPECT_EQ(settings.user, expected.user) << url;
        EXPECT_EQ(settings.password, expected.password) << url;
        EXPECT_EQ(settings.database, expected.database) << url;
    }
}

TEST(RedisSettings, refuse_what_is_no_url)
{
    for (const std::string_view url : {"",
                                       "localhost:6379",
                                       "http://localhost",
                                       "redis://cache:0",
                                       "redis://cache:65536",
                                       "redis://cache:x",
                                       "redis://cache:-1",
                                       "redis://cache/x",
                                       "redis://cache/-1",
                                       "redis://cache/0/1",
                                       "redis://ada@cache",
                                       "redis://[::1",
                                       "redis://[]",
                                       "redis://[::1]x",
                                       "redis://:%zz@cache",
                                       "redis://:%00@cache",
                                       "redis://cache?db=x",
                                       "redis://cache?ssl=1",
                                       "unix://",
                                       "unix://run/redis.sock"}) {
        const auto error = error_of([url] { parse_redis_url(url); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid) << url;
    }
}

TEST(RedisSettings, say_that_there_is_no_tls)
{
    EXPECT_THAT(error_of([] { parse_redis_url("rediss://cache"); }).message(), HasSubstr("TLS"));
}

TEST(RedisSettings, name_the_place_without_the_password)
{
    EXPECT_EQ(parse_redis_url("redis://ada:secret@cache:1").place(), "cache:1");
    EXPECT_EQ(parse_redis_url("redis://[::1]:1").place(), "[::1]:1");
    EXPECT_EQ(parse_redis_url("unix://:secret@/run/redis.sock").place(), "/run/redis.sock");
}

}  // namespace todod::net
