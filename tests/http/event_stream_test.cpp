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
using testing::request;
using testing::stream;
using testing::StreamServer;
using testing::wants_events;

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

TEST(EventStream, says_where_a_client_is_and_when_it_is_to_come_back)
{
    const StreamServer server;
    HttpClient client{server.port()};
    client.ask(stream("i"));
    EXPECT_EQ(next_chunk(client), "event: delta\nid: 4 1\nretry: 2000\ndata: {}\n\n");
}

TEST(EventStream, is_all_that_some_have_to_say)
{
    const StreamServer server;
    HttpClient client{server.port()};
    for (const std::string_view accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"}) {
        const auto head = client.ask(request("GET", "/only/e", accept));
        EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
        EXPECT_EQ(next_chunk(client), delta);
        EXPECT_EQ(client.receive_until(last_chunk), last_chunk) << "nothing comes after it";
    }
    EXPECT_EQ(client.ask(request("GET", "/only/c")).status, 409);
    EXPECT_EQ(client.ask(request("HEAD", "/only/e")).status, 200);
    EXPECT_EQ(client.ask(health).body, "{}");
}

TEST(EventStream, has_a_pace_of_its_own)
{
    constexpr milliseconds longest{16'000};
    std::vector<int> beats(5);
    for (std::uint64_t number = 0; number < 1000; ++number) {
        const auto pace = pace_of(number, longest);
        ASSERT_LE(pace, longest);
        ASSERT_GE(pace, longest * 3 / 4);
        ++beats.at(static_cast<std::size_t>((pace - longest * 3 / 4) / milliseconds{801}));
    }
    EXPECT_THAT(beats, ::testing::Each(::testing::AllOf(::testing::Ge(190), ::testing::Le(210))));
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

TEST(EventStream, has_the_headers_of_the_answer_while_its_head_has_not_gone)
{
    const StreamServer server;
    HttpClient client{server.port()};
    for (const auto& [script, value] : {std::pair{"h", "true"}, std::pair{"eh", ""}}) {
        const auto head = client.ask(stream(script));
        EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
        EXPECT_EQ(head.header("Idempotency-Replayed"), value) << script;
        EXPECT_THAT(client.receive_until(last_chunk), HasSubstr("event: done\ndata: {}\n\n"));
    }
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

TEST(EventStream, tells_when_to_try_again_where_there_is_no_header_for_it)
{
    const StreamServer server;
    HttpClient client{server.port()};
    const auto answer = client.ask(stream("u"));
    EXPECT_EQ(answer.header("Retry-After"), "7");
    EXPECT_THAT(answer.body, Not(HasSubstr("retry_after")));
    client.ask(stream("eu"));
    EXPECT_THAT(client.receive_until(last_chunk), HasSubstr(R"("retry_after":7})"));
    client.ask(stream("ec"));
    EXPECT_THAT(client.receive_until(last_chunk), Not(HasSubstr("retry_after")));
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

}  // namespace todod::http
