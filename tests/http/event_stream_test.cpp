#include "http/event_stream.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "http/response.hpp"
#include "http/test_streams.hpp"
#include "support/temp_folder.hpp"

namespace todod::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using ::testing::Pair;
using testing::request;
using testing::StreamServer;

constexpr std::string_view wants_events = "Accept: text/event-stream\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::string_view delta = "event: delta\ndata: {\"text\":\"a\"}\n\n";
constexpr std::string_view done = "event: done\ndata: {\"stopped\":false}\n\n";

const std::string health = request("GET", "/health");

std::string stream(std::string_view script, std::string_view more = wants_events)
{
    return request("GET", fmt::format("/stream/{}", script), more);
}

/// What the next chunk holds.
std::string next_chunk(HttpClient& client)
{
    const auto head = client.receive_until("\r\n");
    if (head.empty()) return {};
    auto chunk = client.receive_until("\n\n\r\n");
    chunk.resize(chunk.size() - std::min<std::size_t>(chunk.size(), 2));
    EXPECT_EQ(std::stoul(head, nullptr, 16), chunk.size());
    return chunk;
}

}  // namespace

TEST(EventStream, sends_events_while_the_operation_goes_on_and_keeps_the_connection)
{
    StreamServer server;
    HttpClient client{server.port()};
    for (int i = 0; i < 2; ++i) {
        const auto head = client.ask(stream("ewe"));
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(next_chunk(client), delta) << "the operation waits still";
        server.shared().gate.await_arrival();
        server.shared().gate.open();
        EXPECT_EQ(next_chunk(client), delta);
        EXPECT_EQ(next_chunk(client), done);
        EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
        EXPECT_EQ(client.ask(health).body, "{}");
    }
    EXPECT_THAT(server.statuses(), ElementsAre(Pair(200, 2)));
}

TEST(EventStream, has_the_head_of_an_answer_that_nobody_keeps_or_holds_back)
{
    const StreamServer server;
    HttpClient client{server.port()};
    const auto head = client.ask(
        stream("e",
               "Accept: application/json, text/event-stream;q=0.5\r\nX-Request-ID: id1\r\n"
               "Origin: http://localhost:3000\r\nAccept-Encoding: gzip\r\n"));
    EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.header("Cache-Control"), "no-store");
    EXPECT_EQ(head.header("X-Accel-Buffering"), "no");
    EXPECT_EQ(head.header("X-Request-ID"), "id1");
    EXPECT_EQ(head.header("Access-Control-Allow-Origin"), "http://localhost:3000");
    EXPECT_EQ(head.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(head.header("Transfer-Encoding"), "chunked");
    EXPECT_FALSE(head.has("Content-Length"));
    EXPECT_FALSE(head.has("Content-Encoding"));
    EXPECT_FALSE(head.has("Connection"));
}

TEST(EventStream, tells_of_the_limit_in_its_head)
{
    const testing::FakeClock clock;
    ResponseWriter writer{clock, false, false};
    const auth::Verdict verdict{
        .kind = auth::LimitKind::chat, .quota = 20, .count = {true, 19, 60}};
    std::string head;
    writer.begin_events(head, {.request_id = "id1", .keep_alive = true, .limit = &verdict});
    EXPECT_THAT(head, HasSubstr("\r\nRateLimit-Policy: \"chat\";q=20;w=60\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nX-RateLimit-Remaining: 19\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(EventStream, is_never_packed)
{
    const StreamServer server;
    HttpClient client{server.port()};
    const auto head =
        client.ask(stream("b", "Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n"));
    EXPECT_FALSE(head.has("Content-Encoding"));
    EXPECT_THAT(next_chunk(client), HasSubstr(std::string(32 * 1024, 'x')));
}

TEST(EventStream, is_one_answer_for_who_does_not_ask_for_events)
{
    const StreamServer server;
    HttpClient client{server.port()};
    for (const std::string_view accept :
         {"", "Accept: */*\r\n", "Accept: application/json\r\n", "Accept: text/*\r\n",
          "Accept: application/json, text/event-stream;q=0\r\n"}) {
        const auto answer = client.ask(stream("ee", accept));
        EXPECT_EQ(answer.header("Content-Type"), "application/json") << accept;
        EXPECT_EQ(answer.body, R"({"stopped":false})");
    }
    const auto head = client.ask(request("HEAD", "/stream/e", wants_events), true);
    EXPECT_EQ(head.header("Content-Type"), "application/json");
    EXPECT_EQ(client.ask(health).body, "{}");
}

TEST(EventStream, may_have_no_event_but_the_last)
{
    const StreamServer server;
    HttpClient client{server.port()};
    EXPECT_EQ(client.ask(stream("-")).header("Content-Type"), "text/event-stream");
    EXPECT_EQ(next_chunk(client), done);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.ask(stream("n")).status, 204) << "nothing is not an event";
    EXPECT_EQ(client.ask(stream("en")).status, 200);
    EXPECT_EQ(next_chunk(client), delta);
    EXPECT_EQ(next_chunk(client), "event: done\ndata: null\n\n");
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.ask(health).body, "{}");
}

TEST(EventStream, has_each_event_on_one_line)
{
    const StreamServer server;
    HttpClient client{server.port()};
    client.ask(stream("l"));
    EXPECT_EQ(next_chunk(client), "event: delta\ndata: { \"text\":  \"a\"}\n\n");
}

TEST(EventStream, ends_with_the_connection_for_an_http_1_0_client)
{
    const StreamServer server;
    HttpClient client{server.port()};
    const auto head = client.ask(
        "GET /stream/e HTTP/1.0\r\nConnection: keep-alive\r\nAccept: text/event-stream\r\n\r\n");
    EXPECT_EQ(head.header("Connection"), "close");
    EXPECT_FALSE(head.has("Transfer-Encoding"));
    EXPECT_EQ(client.receive_all(), fmt::format("{}{}", delta, done));
}

TEST(EventStream, is_followed_by_the_answers_to_what_was_sent_meanwhile)
{
    StreamServer server;
    HttpClient client{server.port()};
    client.send(health + stream("we") + health + stream("e"));
    EXPECT_EQ(client.receive().status, 200);
    server.shared().gate.await_arrival();
    client.send(health);
    server.shared().gate.open();
    EXPECT_EQ(client.receive().header("Content-Type"), "text/event-stream");
    EXPECT_EQ(next_chunk(client), delta);
    EXPECT_EQ(next_chunk(client), done);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.receive().body, "{}");
    EXPECT_EQ(client.receive().header("Content-Type"), "text/event-stream");
    EXPECT_EQ(next_chunk(client), delta);
    EXPECT_EQ(next_chunk(client), done);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.receive().body, "{}");
}

TEST(EventStream, is_a_problem_like_any_other_before_the_first_event)
{
    StreamServer server;
    HttpClient client{server.port()};
    client.send(stream("wc"));
    server.shared().gate.await_arrival();
    server.shared().gate.open();
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr("There is one already."));
    EXPECT_EQ(client.ask(health).body, "{}");
    EXPECT_THAT(server.statuses(), ElementsAre(Pair(409, 1)));
}

TEST(EventStream, ends_with_the_problem_after_the_first_event)
{
    const testing::TempFolder folder;
    base::LogSettings logs;
    logs.file = folder.file("app.log");
    {
        const StreamServer server{{}, logs};
        HttpClient client{server.port()};
        for (const auto& [script, status] : {std::pair{"ec", 409}, std::pair{"ex", 500}}) {
            EXPECT_EQ(client.ask(stream(script)).status, 200);
            EXPECT_EQ(next_chunk(client), delta);
            const auto last = next_chunk(client);
            constexpr std::string_view begin = "event: error\ndata: ";
            ASSERT_TRUE(last.starts_with(begin)) << last;
            const auto problem = boost::json::parse(
                std::string_view{last}.substr(begin.size(), last.size() - begin.size() - 2));
            EXPECT_EQ(problem.at("status"), status);
            EXPECT_TRUE(problem.as_object().contains("request_id"));
            EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
        }
        EXPECT_EQ(client.ask(health).body, "{}");
        EXPECT_THAT(server.statuses(), ElementsAre(Pair(200, 2)));
    }
    std::stringstream text;
    text << std::ifstream{logs.file}.rdbuf();
    EXPECT_THAT(text.str(), HasSubstr("GET /stream/ex failed: the disk is on fire"));
    EXPECT_THAT(text.str(), HasSubstr("Request completed: GET /stream/ex 200 "));
}

TEST(EventStream, says_that_it_is_still_there)
{
    Limits limits;
    limits.heartbeat = milliseconds{10};
    StreamServer server{limits};
    HttpClient client{server.port()};
    EXPECT_EQ(client.ask(stream("wec")).header("Content-Type"), "text/event-stream");
    EXPECT_EQ(next_chunk(client), ": \n\n");
    EXPECT_EQ(next_chunk(client), ": \n\n");
    server.shared().gate.await_arrival();
    server.shared().gate.open();
    std::string chunk = next_chunk(client);
    while (chunk == ": \n\n")
        chunk = next_chunk(client);
    EXPECT_EQ(chunk, delta);
    EXPECT_THAT(next_chunk(client), HasSubstr("event: error"));
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    EXPECT_EQ(client.ask(health).body, "{}");
    client.send(stream("w", ""));
    server.shared().gate.await_arrival();
    EXPECT_TRUE(client.is_silent(milliseconds{100})) << "who waits for one answer is told nothing";
    server.shared().gate.open();
    EXPECT_EQ(client.receive().status, 200);
}

TEST(EventStream, stops_the_operation_when_the_client_goes)
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

TEST(EventStream, sees_a_client_go_behind_what_it_has_sent_meanwhile)
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

TEST(EventStream, takes_a_client_that_will_send_no_more_for_gone)
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

TEST(EventStream, lets_no_event_be_sent_to_who_has_gone)
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

TEST(EventStream, waits_for_who_takes_the_events_slowly)
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

TEST(EventStream, stops_the_operation_that_waits_for_who_goes)
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

TEST(EventStream, gives_up_on_who_takes_nothing)
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

TEST(EventStream, outlives_clients_that_go_at_any_moment)
{
    StreamServer server;
    constexpr int threads = 4;
    constexpr int rounds = 30;
    const std::vector<std::string> scripts{"e", "s", "bbbb", "es", "B", "ex", "ese", "sB"};
    {
        std::vector<std::jthread> clients;
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

TEST(EventStream, comes_to_its_end_when_the_server_stops)
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

TEST(EventStream, is_cut_off_and_stopped_when_it_does_not_end_in_time)
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
