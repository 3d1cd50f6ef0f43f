#include "http/traffic.hpp"

#include <gmock/gmock.h>

#include <map>
#include <numeric>

#include "http/assets.hpp"
#include "http/test_server.hpp"
#include "support/threads.hpp"

namespace todod::http {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::HttpClient;
using ::testing::Pair;
using testing::request;
using testing::TestServer;

constexpr std::string_view ann = "Authorization: Bearer ann\r\n";

/// "GET /health 200" and how often.
std::map<std::string, std::uint64_t> answers_of(const TrafficTotals& totals)
{
    std::map<std::string, std::uint64_t> answers;
    for (const auto& [route, method, statuses, durations, total] : totals.routes) {
        for (const auto& [status, count] : statuses)
            answers[fmt::format("{} {} {}", method, route, status)] += count;
    }
    return answers;
}

std::uint64_t sum_of(const RouteTraffic& traffic)
{
    return std::accumulate(traffic.durations.begin(), traffic.durations.end(), std::uint64_t{0});
}

TEST(Traffic, counts_answers_by_route_method_and_status)
{
    const TestServer server;
    for (const auto& [method, path, fields] :
         std::vector<std::array<std::string_view, 3>>{{"GET", "/health?x=1", ""},
                                                      {"GET", "/health", ""},
                                                      {"HEAD", "/health", ""},
                                                      {"GET", "/api/ann/things/1", ann},
                                                      {"GET", "/api/ann/things/2", ann},
                                                      {"GET", "/api/bob/things/2", ann},
                                                      {"GET", "/api/bob/things/2", ""},
                                                      {"PUT", "/api/ann/things/1", ann},
                                                      {"DELETE", "/api/ann/things/1", ann},
                                                      {"OPTIONS", "/api/ann/things/1", ""},
                                                      {"POST", "/echo", ""},
                                                      {"GET", "/fail/standard", ""},
                                                      {"GET", "/openapi.json", ""},
                                                      {"POST", "/openapi.json", ""},
                                                      {"GET", "/page", ""},
                                                      {"GET", "/broken-page", ""},
                                                      {"GET", "/", "Accept: text/html\r\n"},
                                                      {"GET", "/", ""}}) {
        server.ask(request(method, path, fields), method == "HEAD");
    }
    using ::testing::UnorderedElementsAre;
    EXPECT_THAT(answers_of(server.server().traffic()),
                UnorderedElementsAre(Pair("GET /health 200", 2), Pair("HEAD /health 200", 1),
                                     Pair("GET /api/{user_id}/things/{thing_id} 200", 2),
                                     Pair("GET /api/{user_id}/things/{thing_id} 403", 1),
                                     Pair("GET /api/{user_id}/things/{thing_id} 401", 1),
                                     Pair("PUT /api/{user_id}/things/{thing_id} 405", 1),
                                     Pair("DELETE /api/{user_id}/things/{thing_id} 204", 1),
                                     Pair("OPTIONS /api/{user_id}/things/{thing_id} 204", 1),
                                     Pair("POST /echo 422", 1), Pair("GET /fail/{how} 500", 1),
                                     Pair("GET /openapi.json 200", 1),
                                     Pair("POST /openapi.json 405", 1), Pair("GET /page 200", 1),
                                     Pair("GET /broken-page 500", 1), Pair("GET / 200", 2)));
}

TEST(Traffic, counts_files_that_each_release_names_anew_together)
{
    const TestServer server;
    std::uint64_t count = 0;
    for (const auto& file : app_assets()) {
        if (!file.is_immutable) continue;
        server.ask(request("GET", file.path));
        ++count;
    }
    server.ask(request("GET", "/sw.js"));
    EXPECT_THAT(answers_of(server.server().traffic()),
                ElementsAre(Pair("GET /assets/* 200", count), Pair("GET /sw.js 200", 1)));
}

TEST(Traffic, gives_what_it_does_not_know_no_name_of_its_own)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (int i = 0; i < 100; ++i) {
        client.ask(request("GET", fmt::format("/nothing/{}", i)));
        client.ask(request(fmt::format("MAKE{}", i), "/health"));
    }
    client.ask(request("OPTIONS", "*"));
    EXPECT_THAT(answers_of(server.server().traffic()),
                ElementsAre(Pair("GET unmatched 404", 100), Pair("OPTIONS unmatched 204", 1),
                            Pair("other unmatched 501", 100)));
}

TEST(Traffic, measures_each_answer)
{
    const TestServer server;
    for (int i = 0; i < 10; ++i)
        server.ask(request("GET", "/health"));
    const auto totals = server.server().traffic();
    ASSERT_EQ(totals.routes.size(), 1U);
    EXPECT_EQ(sum_of(totals.routes[0]), 10U);
    EXPECT_GT(totals.routes[0].total_duration, 0ns);
}

TEST(Traffic, puts_a_duration_where_it_belongs)
{
    ThreadTraffic thread{{"/a"}};
    for (const auto took : std::vector<std::chrono::nanoseconds>{0ns, 500us, 500us + 1ns, 1ms, 3ms,
                                                                 10s, 10s + 1ns, 24h})
        thread.answered(0, Verb::get, 200, took);
    TrafficTotals totals;
    thread.add_to(totals);
    ASSERT_EQ(totals.routes.size(), 1U);
    EXPECT_THAT(totals.routes[0].durations,
                ElementsAre(2, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2));
    EXPECT_EQ(totals.routes[0].total_duration, 24h + 20s + 5ms + 2ns);
}

TEST(Traffic, has_a_place_for_any_status)
{
    ThreadTraffic thread{{}};
    for (const int status : {200, 204, 431, 503, 100, 199, 451, 499, 600, 0, -1})
        thread.answered(thread.unmatched(), Verb::post, status, 1ms);
    TrafficTotals totals;
    thread.add_to(totals);
    ASSERT_EQ(totals.routes.size(), 1U);
    EXPECT_THAT(totals.routes[0].statuses, ElementsAre(Pair(0, 6), Pair(200, 1), Pair(204, 1),
                                                       Pair(431, 1), Pair(499, 1), Pair(503, 1)));
}

TEST(Traffic, counts_what_never_became_a_request)
{
    const TestServer server;
    for (const auto* bytes : {"GET /health HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n",
                              "GET / HTTP/3.0\r\nHost: a\r\n\r\n"}) {
        server.ask(bytes);
    }
    const auto totals = server.server().traffic();
    EXPECT_THAT(totals.refused, ElementsAre(Pair(400, 2), Pair(505, 1)));
    EXPECT_TRUE(totals.routes.empty());
}

TEST(Traffic, knows_what_is_in_flight_and_who_is_connected)
{
    TestServer server;
    HttpClient idle{server.port()};
    idle.ask(request("GET", "/health"));
    HttpClient waiting{server.port()};
    waiting.send(request("GET", "/slow"));
    server.gate().await_arrival();
    auto totals = server.server().traffic();
    EXPECT_EQ(totals.in_flight, 1U);
    EXPECT_EQ(totals.connections, 2U);
    EXPECT_THAT(answers_of(totals), ElementsAre(Pair("GET /health 200", 1)));
    server.gate().open();
    EXPECT_EQ(waiting.receive().status, 200);
    EXPECT_THAT(answers_of(server.server().traffic()),
                ElementsAre(Pair("GET /health 200", 1), Pair("GET /slow 200", 1)));
}

TEST(Traffic, can_be_read_while_all_threads_count)
{
    constexpr int clients = 4;
    constexpr int each = 200;
    ServerSettings settings;
    settings.threads = 3;
    const TestServer server{settings};
    std::uint64_t last = 0;
    testing::on_threads(clients + 1, [&](int index) {
        if (index == clients) {
            for (int i = 0; i < 100; ++i) {
                std::uint64_t sum = 0;
                for (const auto& [what, count] : answers_of(server.server().traffic()))
                    sum += count;
                EXPECT_GE(sum, last);
                last = sum;
            }
            return;
        }
        HttpClient client{server.port()};
        for (int i = 0; i < each; ++i)
            EXPECT_EQ(client.ask(request("GET", "/health")).status, 200);
    });
    EXPECT_THAT(answers_of(server.server().traffic()),
                ElementsAre(Pair("GET /health 200", clients * each)));
}

TEST(Traffic, is_still_known_when_the_threads_have_ended)
{
    TestServer server;
    server.ask(request("GET", "/health"));
    server.stop();
    EXPECT_THAT(answers_of(server.server().traffic()), ElementsAre(Pair("GET /health 200", 1)));
}

TEST(Page, is_written_anew_and_never_kept)
{
    const TestServer server;
    const auto answer = server.ask(request("GET", "/page?anything=1"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=7");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.body, std::string(1'000, 'p'));
    const auto head = server.ask(request("HEAD", "/page"), true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "1000");
    EXPECT_EQ(server.ask(request("POST", "/page")).status, 405);
    EXPECT_EQ(server.ask(request("OPTIONS", "/page")).header("Allow"), "GET, HEAD, OPTIONS");
    const auto packed = server.ask(request("GET", "/page", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
}

TEST(Page, that_cannot_be_written_is_a_500_that_says_nothing)
{
    const TestServer server;
    const auto answer = server.ask(request("GET", "/broken-page"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("no page today"), std::string::npos);
}

}  // namespace
}  // namespace todod::http
