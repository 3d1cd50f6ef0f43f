#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using boost::json::parse;
using todod::testing::TestApi;

TEST(Health, says_that_the_process_is_alive)
{
    TestApi api;
    for (const auto* request : {"GET /health", "GET /health/live"}) {
        const auto answer = api.send("", request);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, parse(R"({"status": "healthy", "service": "todod",
                                         "version": "1.2.3",
                                         "timestamp": "2026-11-21T10:00:00.000Z"})"));
    }
}

TEST(Health, says_alive_even_when_not_ready)
{
    TestApi api;
    api.readiness = {"not ready", "disconnected"};
    EXPECT_EQ(api.send("", "GET /health").status, 200);
}

TEST(Readiness, follows_what_it_is_told)
{
    TestApi api;
    const std::vector<std::tuple<std::string, std::string, int>> cases{
        {"ready", "connected", 200},       {"not ready", "disconnected", 503},
        {"not ready", "outdated", 503},    {"stopping", "connected", 503},
        {"stopping", "disconnected", 503},
    };
    for (const auto* request : {"GET /ready", "GET /health/ready"}) {
        for (const auto& [status, database, code] : cases) {
            api.readiness = {status, database};
            const auto answer = api.send("", request);
            EXPECT_EQ(answer.status, code) << status << ", " << database;
            EXPECT_EQ(answer.body,
                      (boost::json::value{{"status", status}, {"database", database}}));
        }
    }
}

TEST(Greeting, is_what_front_ends_look_for)
{
    TestApi api;
    const auto answer = api.send("", "GET /");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, parse(R"({"status": "ok", "message": "Todo API is running"})"));
}

TEST(Health, asks_nobody_to_sign_in)
{
    for (const auto& operation : health_operations({}, nullptr, {})) {
        EXPECT_EQ(operation.needs, operation::Needs::nobody) << operation.name;
    }
}

}  // namespace
}  // namespace todod::api
