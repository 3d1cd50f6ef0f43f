// Streams whose client goes or is slow, or whose server stops.
#include <gmock/gmock.h>

#include "http/test_streams.hpp"

namespace todod::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::delta;
using testing::done;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::health;
using testing::HttpClient;
using testing::last_chunk;
using testing::next_chunk;
using ::testing::Not;
using ::testing::Pair;
using testing::stream;
using testing::StreamServer;
using testing::wants_events;

}  // namespace

TEST(EventStreamEnd, stops_the_operation_when_the_client_goes)
{
    StreamServer server;
    int count = 0;
    for (const std::string& text :
         {stream("es"), stream("s"), stream("s", ""), stream("es") + health, stream("sc")}) {
        {
            HttpClient client{server.port()};
            client.send(text);
            if (text.starts_with("GET /stream/e")) EXPECT_EQ(client.receive().status, 200);
        }
        EXPECT_TRUE(server.have_ended(++count)) << text;
    }
    EXPECT_EQ(HttpClient{server.port()}.ask(health).status, 200);
    EXPECT_THAT(server.statuses(), ElementsAre(Pair(200, 2), Pair(499, 3)));
}

TEST(EventStreamEnd, sees_a_client_go_behind_what_it_has_sent_meanwhile)
{
    StreamServer server;
    {
        HttpClient client{server.port()};
        EXPECT_EQ(client.ask(stream("es")).status, 200);
        EXPECT_EQ(next_chunk(client), delta);
        client.send(health);
        std::this_thread::sleep_for(milliseconds{50});
    }
    EXPECT_TRUE(server.have_ended(1));
}

TEST(EventStreamEnd, takes_a_client_that_will_send_no_more_for_gone)
{
    StreamServer server;
    for (const std::string_view accept : {wants_events, std::string_view{}}) {
        HttpClient client{server.port()};
        client.send(stream("s", accept));
        client.end_sending();
        EXPECT_TRUE(client.is_closed());
    }
    EXPECT_TRUE(server.have_ended(2));
}

TEST(EventStreamEnd, lets_no_event_be_sent_to_who_has_gone)
{
    StreamServer server;
    {
        HttpClient client{server.port()};
        client.send(stream("ese"));
        EXPECT_EQ(client.receive().status, 200);
    }
    EXPECT_TRUE(server.have_ended(1));
    EXPECT_EQ(server.shared().sent, 1);
    EXPECT_EQ(server.shared().refused, 1);
}

TEST(EventStreamEnd, waits_for_who_takes_the_events_slowly)
{
    StreamServer server;
    HttpClient client{server.port(), 4096};
    client.send(stream("B"));
    EXPECT_EQ(client.receive().status, 200);
    std::this_thread::sleep_for(milliseconds{200});
    EXPECT_LT(server.shared().sent, 9'000) << "80 MB do not fit into the sockets' buffers";
    EXPECT_EQ(server.shared().ended, 0);
    for (int i = 0; i < 10'000; ++i)
        ASSERT_EQ(next_chunk(client).size(), 8 * 1024 + 23U) << i;
    EXPECT_EQ(next_chunk(client), done);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.ask(health).body, "{}");
}

TEST(EventStreamEnd, stops_the_operation_that_waits_for_who_goes)
{
    StreamServer server;
    {
        HttpClient client{server.port(), 4096};
        client.send(stream("B"));
        EXPECT_EQ(client.receive().status, 200);
        std::this_thread::sleep_for(milliseconds{100});
    }
    EXPECT_TRUE(server.have_ended(1));
    EXPECT_EQ(server.shared().refused, 1);
}

TEST(EventStreamEnd, gives_up_on_who_takes_nothing)
{
    Limits limits;
    limits.write = seconds{1};
    StreamServer server{limits};
    HttpClient client{server.port(), 4096};
    client.send(stream("B"));
    EXPECT_TRUE(server.have_ended(1));
    EXPECT_EQ(server.shared().refused, 1);
    EXPECT_THAT(client.receive_all(), Not(HasSubstr("event: done")));
}

TEST(EventStreamEnd, outlives_clients_that_go_at_any_moment)
{
    StreamServer server;
    constexpr int threads = 4;
    constexpr int rounds = 30;
    const std::vector<std::string> scripts{"e", "s", "bbbb", "es", "B", "ex", "ese", "sB"};
    {
        std::vector<std::jthread> clients;
        clients.reserve(threads);
        for (int thread = 0; thread < threads; ++thread) {
            clients.emplace_back([&server, &scripts, thread] {
                for (int round = 0; round < rounds; ++round) {
                    const int all = thread * rounds + round;
                    const auto& script = scripts[static_cast<std::size_t>(all) % scripts.size()];
                    HttpClient client{server.port()};
                    client.send(stream(script) + (all % 3 == 0 ? stream("e") : ""));
                    if (all % 2 == 0) continue;
                    client.send(all % 5 == 0 ? health : "");
                    if (!script.starts_with('s')) client.receive();
                }
            });
        }
    }
    EXPECT_EQ(HttpClient{server.port()}.ask(health).status, 200);
    const auto deadline = std::chrono::steady_clock::now() + seconds{20};
    while (server.open() > 0) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        std::this_thread::sleep_for(milliseconds{1});
    }
}

TEST(EventStreamEnd, comes_to_its_end_when_the_server_stops)
{
    StreamServer server;
    HttpClient client{server.port()};
    EXPECT_EQ(client.ask(stream("ewe")).status, 200);
    EXPECT_EQ(next_chunk(client), delta);
    server.shared().gate.await_arrival();
    server.begin_stop();
    server.shared().gate.open();
    EXPECT_EQ(next_chunk(client), delta);
    EXPECT_EQ(next_chunk(client), done);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    client.end_sending();
    EXPECT_TRUE(client.is_closed());
    server.stop();
}

TEST(EventStreamEnd, is_whole_for_who_has_sent_more_than_is_read)
{
    StreamServer server;
    HttpClient client{server.port(), 4096};
    client.send(stream("wbb", fmt::format("{}Connection: close\r\n", wants_events)));
    server.shared().gate.await_arrival();
    client.send(health);
    server.shared().gate.open();
    // Were the connection closed with that unread, what is still on its way would be lost.
    EXPECT_TRUE(server.have_ended(1));
    std::this_thread::sleep_for(milliseconds{50});
    EXPECT_THAT(client.receive_all(), HasSubstr(done));
}

TEST(EventStreamEnd, is_cut_off_and_stopped_when_it_does_not_end_in_time)
{
    Limits limits;
    limits.stop = seconds{0};
    StreamServer server{limits};
    HttpClient events{server.port()};
    HttpClient one_answer{server.port()};
    HttpClient slow{server.port(), 4096};
    EXPECT_EQ(events.ask(stream("es")).status, 200);
    EXPECT_EQ(next_chunk(events), delta);
    one_answer.send(stream("s", ""));
    slow.send(stream("B"));
    EXPECT_EQ(slow.receive().status, 200);
    EXPECT_EQ(events.is_silent(milliseconds{50}), true);
    server.stop();
    EXPECT_TRUE(events.is_closed());
    EXPECT_TRUE(one_answer.is_closed());
    EXPECT_EQ(server.shared().ended, 3);
    EXPECT_EQ(server.shared().refused, 1);
}

}  // namespace todod::http
