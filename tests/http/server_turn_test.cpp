#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>

#include "http/test_server.hpp"

namespace todod::http {

namespace {

using std::chrono::milliseconds;
using testing::TestServer;

ServerSettings with_threads(unsigned threads)
{
    ServerSettings settings;
    settings.port = 0;
    settings.threads = threads;
    return settings;
}

/// Returns once `server` has come round.
void await_turn(Server& server)
{
    std::latch turn{1};
    server.after_a_turn([&turn] { turn.count_down(); });
    turn.wait();
}

}  // namespace

TEST(ServerTurn, ends_once_each_thread_has_come_round)
{
    for (const unsigned threads : {1U, 2U, 4U}) {
        TestServer server{with_threads(threads)};
        await_turn(server.server());
        await_turn(server.server());
    }
}

TEST(ServerTurn, does_not_end_before_each_thread_serves)
{
    base::Log log{TestServer::quiet()};
    const base::SystemClock clock;
    std::atomic<int> sites = 0;
    Server server{with_threads(3), log, clock, [&](base::Loop&) {
                      ++sites;
                      return Site{};
                  }};
    int sites_at_end = 0;
    std::latch ended{1};
    server.after_a_turn([&] {
        sites_at_end = sites;
        ended.count_down();
    });
    EXPECT_FALSE(ended.try_wait());
    const std::jthread running{[&] { server.run(); }};
    ended.wait();
    EXPECT_EQ(sites_at_end, 3);
    server.stop();
}

TEST(ServerTurn, does_not_end_where_a_thread_does_not_go_on)
{
    TestServer server{with_threads(2)};
    std::latch stuck{1};
    std::latch released{1};
    server.server().after_a_turn([&] {
        stuck.count_down();
        released.wait();
    });
    stuck.wait();
    std::latch ended{1};
    server.server().after_a_turn([&] { ended.count_down(); });
    // The other one has the time to come round.
    std::this_thread::sleep_for(milliseconds{50});
    EXPECT_FALSE(ended.try_wait());
    released.count_down();
    ended.wait();
}

}  // namespace todod::http
