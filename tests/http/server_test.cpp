#include "http/server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "http/test_server.hpp"
#include "support/errors.hpp"

namespace todod::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HttpClient;
using testing::request;
using testing::TestServer;

const std::string health = request("GET", "/health");

ServerSettings with(const Limits& limits)
{
    ServerSettings settings;
    settings.limits = limits;
    return settings;
}

/// Whether nobody is let in any more, soon.
bool comes_to_let_nobody_in(std::uint16_t port)
{
    const auto deadline = steady_clock::now() + seconds{10};
    while (steady_clock::now() < deadline) {
        try {
            const HttpClient client{port};
        } catch (const std::runtime_error&) {
            return true;
        }
        std::this_thread::sleep_for(milliseconds{1});
    }
    return false;
}

}  // namespace

TEST(Server, keeps_a_connection_for_many_requests)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(health);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, R"({"status":"healthy"})");
        EXPECT_FALSE(answer.has("Connection"));
    }
    EXPECT_EQ(client.ask(request("GET", "/health", "Connection: close\r\n")).header("Connection"),
              "close");
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, keeps_an_http_1_0_connection_only_when_asked)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto kept = client.ask("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.header("Connection"), "keep-alive");
    EXPECT_EQ(client.ask("GET /health HTTP/1.0\r\n\r\n").header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, answers_pipelined_requests_in_order)
{
    TestServer server;
    HttpClient client{server.port()};
    client.send(health + request("GET", "/slow") + request("GET", "/yield") +
                request("GET", "/nothing") + request("POST", "/echo", "", "[1]") + health);
    EXPECT_EQ(client.receive().status, 200);
    server.gate().await_arrival();
    server.gate().open();
    EXPECT_EQ(client.receive().body, "/slow");
    EXPECT_EQ(client.receive().body, "{}");
    EXPECT_EQ(client.receive().status, 404);
    EXPECT_EQ(client.receive().body, "[1]");
    EXPECT_EQ(client.receive().status, 200);
}

TEST(Server, answers_what_was_sent_before_the_client_ended_its_side)
{
    const TestServer server;
    HttpClient client{server.port()};
    client.send(health + health);
    client.end_sending();
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, reads_requests_that_come_byte_by_byte)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (const auto& text : {request("POST", "/echo", "", R"({"a": [1, 2]})"),
                             request("POST", "/echo", "Transfer-Encoding: chunked\r\n") +
                                 "3\r\n{\"a\r\n9;x=y\r\n\": [1, 2]\r\n1\r\n}\r\n0\r\n\r\n"}) {
        for (const char byte : text)
            client.send({&byte, 1});
        EXPECT_EQ(client.receive().body, R"({"a":[1,2]})");
    }
}

TEST(Server, reads_large_bodies)
{
    const TestServer server;
    HttpClient client{server.port()};
    const std::string body = '"' + std::string(1'000'000, 'a') + '"';
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(client.ask(request("POST", "/echo", "", body)).body == body);
    }
}

TEST(Server, tells_a_waiting_client_to_go_on)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto text = request("POST", "/echo", "Expect: 100-continue\r\n", "[1]");
    EXPECT_EQ(client.ask(text.substr(0, text.size() - 3)).status, 100);
    EXPECT_EQ(client.ask("[1]").body, "[1]");
    EXPECT_EQ(client.ask(text).status, 201) << "nobody waits when the body is there already";
    const auto large =
        request("POST", "/echo", "Expect: 100-continue\r\nContent-Length: 9999999\r\n");
    EXPECT_EQ(client.ask(large).status, 413);
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, refuses_and_closes)
{
    const std::vector<std::pair<std::string, int>> cases{
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {request("GET", "/", "A : b\r\n"), 400},
        {"GET / HTTP/3.0\r\n\r\n", 505},
        {request("GET", "/", "Expect: wonders\r\n"), 417},
        {request("GET", "/", "A: " + std::string(20'000, 'a') + "\r\n"), 431},
        {request("GET", '/' + std::string(9'000, 'a')), 414},
        {request("POST", "/echo", "Content-Length: 1048577\r\n"), 413},
        {request("POST", "/echo", "Transfer-Encoding: gzip\r\n"), 501},
        {"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501},
    };
    const TestServer server;
    for (const auto& [text, status] : cases) {
        HttpClient client{server.port()};
        const auto answer = client.ask(text);
        EXPECT_EQ(answer.status, status) << text.substr(0, 80);
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
        EXPECT_NE(answer.body.find(answer.header("X-Request-ID")), std::string::npos);
        EXPECT_TRUE(client.is_closed());
    }
}

TEST(Server, lets_the_client_see_why_a_body_on_its_way_is_refused)
{
    const TestServer server;
    HttpClient client{server.port()};
    client.send(request("POST", "/echo", "Content-Length: 3000000\r\n"));
    client.send(std::string(3'000'000, 'a'));
    EXPECT_EQ(client.receive().status, 413);
    client.end_sending();
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, does_not_answer_what_follows_a_request_to_close)
{
    const TestServer server;
    HttpClient client{server.port()};
    client.send("GET /health HTTP/1.0\r\n\r\n" + health);
    EXPECT_EQ(client.receive().status, 200);
    client.end_sending();
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, times_out_requests_and_idle_connections)
{
    Limits limits;
    limits.request = seconds{1};
    limits.idle = seconds{2};
    const TestServer server{with(limits)};
    HttpClient slow_head{server.port()};
    HttpClient slow_body{server.port()};
    HttpClient idle{server.port()};
    slow_head.send("GET / HTTP/1.1\r\n");
    slow_body.send(request("POST", "/echo", "Content-Length: 5\r\n"));
    EXPECT_EQ(idle.ask(health).status, 200);
    EXPECT_EQ(slow_head.receive().status, 408);
    EXPECT_EQ(slow_body.receive().status, 408);
    slow_head.end_sending();
    EXPECT_TRUE(slow_head.is_closed());
    EXPECT_TRUE(idle.is_closed());
}

TEST(Server, stops_reading_from_who_does_not_take_the_answers)
{
    Limits limits;
    limits.output_bytes = 64 * 1024;
    const TestServer server{with(limits)};
    HttpClient client{server.port(), 4096};
    constexpr int count = 400;
    std::string requests;
    for (int i = 0; i < count; ++i)
        requests += request("GET", "/big/100000");
    client.send(requests);
    EXPECT_EQ(client.receive().status, 200);
    std::this_thread::sleep_for(milliseconds{200});
    EXPECT_LT(server.big_calls(), count) << "40 MB do not fit into the sockets' buffers";
    for (int i = 1; i < count; ++i)
        ASSERT_EQ(client.receive().body.size(), 100'000U);
}

TEST(Server, gives_up_on_who_takes_nothing)
{
    Limits limits;
    limits.write = seconds{1};
    limits.output_bytes = 1;
    const TestServer server{with(limits)};
    HttpClient client{server.port(), 4096};
    EXPECT_EQ(client.ask(health).status, 200);
    std::string requests;
    for (int i = 0; i < 200; ++i)
        requests += request("GET", "/big/100000");
    client.send(requests);
    const auto deadline = steady_clock::now() + seconds{20};
    while (server.server().traffic().connections > 0) {
        ASSERT_LT(steady_clock::now(), deadline);
        std::this_thread::sleep_for(milliseconds{10});
    }
    int answers = 0;
    while (client.receive().body.size() == 100'000)
        ++answers;
    EXPECT_LT(answers, 200);
}

TEST(Server, refuses_connections_past_the_limit)
{
    Limits limits;
    limits.connections = 2;
    const TestServer server{with(limits)};
    HttpClient first{server.port()};
    EXPECT_EQ(first.ask(health).status, 200);
    {
        HttpClient second{server.port()};
        EXPECT_EQ(second.ask(health).status, 200);
        HttpClient third{server.port()};
        const auto answer = third.ask(health);
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.header("Retry-After"), "1");
        third.end_sending();
        EXPECT_TRUE(third.is_closed());
    }
    const auto deadline = steady_clock::now() + seconds{10};
    while (server.ask(health).status != 200)
        ASSERT_LT(steady_clock::now(), deadline);
}

TEST(Server, ends_at_once_when_nothing_is_in_flight)
{
    // The quickest of some: the machine may be busy.
    auto took = steady_clock::duration::max();
    for (int i = 0; i < 5; ++i) {
        TestServer server;
        HttpClient client{server.port()};
        EXPECT_EQ(client.ask(health).status, 200);
        EXPECT_FALSE(server.server().stopping());
        const auto begin = steady_clock::now();
        server.stop();
        took = std::min(took, steady_clock::now() - begin);
        EXPECT_TRUE(server.server().stopping());
        EXPECT_TRUE(client.is_closed());
    }
    EXPECT_LT(took, milliseconds{500}) << "it waits for no tick";
}

TEST(Server, finishes_what_is_in_flight_before_it_ends)
{
    TestServer server;
    HttpClient client{server.port()};
    HttpClient half{server.port()};
    half.send("GET /health HTTP/1.1\r\n");
    client.send(request("GET", "/slow"));
    server.gate().await_arrival();
    server.begin_stop();
    EXPECT_TRUE(comes_to_let_nobody_in(server.port()));
    EXPECT_EQ(half.ask("Host: a\r\n\r\n").header("Connection"), "close");
    server.gate().open();
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    client.end_sending();
    half.end_sending();
    server.stop();
}

TEST(Server, cuts_off_what_does_not_end)
{
    Limits limits;
    limits.stop = seconds{0};
    testing::Gate* gate = nullptr;
    {
        // The operation's gate must outlive the server, as whatever an operation waits for may.
        TestServer server{with(limits)};
        gate = &server.gate();
        HttpClient client{server.port()};
        client.send(request("GET", "/slow"));
        gate->await_arrival();
        server.stop();
        EXPECT_TRUE(client.is_closed());
        gate->open_here();
    }
}

TEST(Server, serves_on_several_threads)
{
    ServerSettings settings;
    settings.threads = 2;
    const TestServer server{settings};
    std::vector<std::jthread> clients;
    std::atomic<int> answers = 0;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&server, &answers] {
            for (int connection = 0; connection < 5; ++connection) {
                HttpClient client{server.port()};
                for (int n = 0; n < 20; ++n) {
                    answers += client.ask(request("GET", "/yield")).status == 200 ? 1 : 0;
                }
            }
        });
    }
    clients.clear();
    EXPECT_EQ(answers, 400);
}

TEST(Server, cannot_listen_where_somebody_else_does)
{
    const TestServer server;
    base::Log log{TestServer::quiet()};
    const base::SystemClock clock;
    for (const unsigned threads : {1U, 2U}) {
        ServerSettings settings;
        settings.port = server.port();
        settings.threads = threads;
        const auto error = testing::error_of([&] { Server{settings, log, clock, {}}; });
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_THAT(error.message(), ::testing::HasSubstr(std::to_string(server.port())));
    }
    ServerSettings nowhere;
    nowhere.host = "not.a.host.invalid";
    EXPECT_THROW((Server{nowhere, log, clock, {}}), base::Error);
}

TEST(Server, fails_when_a_site_cannot_be_made)
{
    base::Log log{TestServer::quiet()};
    const base::SystemClock clock;
    ServerSettings settings;
    settings.port = 0;
    settings.threads = 2;
    Server server{settings, log, clock, [](base::Loop&) -> Site {
                      throw base::Error{base::ErrorCode::unavailable, "no database"};
                  }};
    EXPECT_EQ(testing::error_of([&] { server.run(); }).message(), "no database");
}

TEST(Server, may_be_stopped_before_it_runs)
{
    base::Log log{TestServer::quiet()};
    const base::SystemClock clock;
    ServerSettings settings;
    settings.port = 0;
    Server server{settings, log, clock, [](base::Loop&) { return Site{}; }};
    server.leave();
    server.stop();
    server.run();
    EXPECT_TRUE(server.stopping());
}

}  // namespace todod::http
