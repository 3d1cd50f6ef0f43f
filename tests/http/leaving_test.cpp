// Server::leave(): the time between being told to stop and stopping.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "http/test_server.hpp"

namespace todod::http {
namespace {

using testing::HttpClient;
using testing::request;
using testing::TestServer;

const std::string health = request("GET", "/health");

TEST(Server, serves_all_who_come_while_it_leaves_and_ends_each_connection_with_an_answer)
{
    TestServer server;
    HttpClient kept{server.port()};
    HttpClient idle{server.port()};
    HttpClient in_flight{server.port()};
    EXPECT_FALSE(kept.ask(health).has("Connection"));
    EXPECT_FALSE(idle.ask(health).has("Connection"));
    in_flight.send(request("GET", "/slow"));
    server.gate().await_arrival();
    EXPECT_FALSE(server.server().leaving());

    server.leave();
    EXPECT_TRUE(server.server().leaving());
    EXPECT_FALSE(server.server().stopping());
    const auto last = kept.ask(health);
    EXPECT_EQ(last.status, 200);
    EXPECT_EQ(last.header("Connection"), "close");
    kept.end_sending();
    EXPECT_TRUE(kept.is_closed());
    for (const auto& text : {health, request("POST", "/echo", "", "[1]"), request("GET", "/none"),
                             request("GET", "/health", "A : b\r\n")}) {
        HttpClient late{server.port()};
        EXPECT_EQ(late.ask(text).header("Connection"), "close") << text;
        late.end_sending();
        EXPECT_TRUE(late.is_closed());
    }
    server.gate().open();
    EXPECT_EQ(in_flight.receive().header("Connection"), "close");
    EXPECT_EQ(idle.ask(health).header("Connection"), "close") << "it was kept until it asked";
    in_flight.end_sending();
    idle.end_sending();

    HttpClient at_the_end{server.port()};
    server.stop();
    EXPECT_TRUE(server.server().leaving());
    EXPECT_TRUE(at_the_end.is_closed());
}

TEST(Server, leaves_on_all_threads_while_they_serve)
{
    ServerSettings settings;
    settings.threads = 2;
    TestServer server{settings};
    std::atomic<int> answers = 0;
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&server, &answers] {
            for (bool is_leaving = false; !is_leaving;) {
                HttpClient client{server.port()};
                std::string connection;
                while (connection.empty()) {
                    const auto answer = client.ask(request("GET", "/yield"));
                    answers += answer.status == 200 ? 1 : 1'000'000;
                    if (answer.has("Connection")) connection = answer.header("Connection");
                }
                client.end_sending();
                is_leaving = connection == "close";
            }
        });
    }
    while (answers < 100)
        std::this_thread::yield();
    server.leave();
    clients.clear();
    EXPECT_LT(answers, 1'000'000);
    server.stop();
}

}  // namespace
}  // namespace todod::http
