#include <gmock/gmock.h>

#include <atomic>

#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/http_stream.hpp"
#include "net/pool.hpp"
#include "net/test_authority.hpp"
#include "net/test_server.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::net {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using testing::error_of;
using testing::TestServer;
using Parts = std::vector<std::string>;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const std::string keep{TestServer::keep};

TestServer::Answer always(Parts parts)
{
    return [parts = std::move(parts)](const std::string&) { return parts; };
}

/// What the first request gets, the second, and all that follow.
class InTurn {
public:
    explicit InTurn(std::vector<Parts> answers) : answers_(std::move(answers)) {}

    TestServer::Answer answer()
    {
        return [this](const std::string&) {
            return answers_[std::min(asked_++, answers_.size() - 1)];
        };
    }

private:
    const std::vector<Parts> answers_;
    std::atomic<std::size_t> asked_ = 0;
};

class HttpReuseTest : public ::testing::Test {
protected:
    HttpResponse send(HttpRequest request)
    {
        return loop_.run(client_.send(std::move(request), loop_));
    }

    testing::TestLoop loop_;
    HttpClient client_;
};

TEST_F(HttpReuseTest, sends_one_request_after_the_other_over_one_connection)
{
    const testing::TestAuthority authority;
    const auto certificate = testing::make_certificate("IP:127.0.0.1", &authority.certificate);
    const TestServer plain{always({ok, keep})};
    const TestServer secure{always({ok, keep}), &certificate};
    for (const TestServer* const server : {&plain, &secure}) {
        for (const char* const method : {"GET", "POST", "GET"})
            EXPECT_EQ(send({.method = method, .url = server->url()}).body, "ok");
        EXPECT_EQ(server->connections(), 1);
        EXPECT_EQ(server->requests(), 3);
    }
}

TEST_F(HttpReuseTest, uses_the_connection_of_a_stream_that_was_read_to_its_end)
{
    const TestServer server{always(
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", keep})};
    for (int i = 0; i < 3; ++i) {
        const auto stream = loop_.run(client_.open({.url = server.url()}, loop_));
        EXPECT_EQ(loop_.run(stream->read()), "ok");
        EXPECT_EQ(loop_.run(stream->read()), std::nullopt);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpReuseTest, keeps_those_of_different_hosts_apart)
{
    const TestServer server{always({ok, keep})};
    for (const char* const host : {"localhost", "127.0.0.1", "localhost", "127.0.0.1"})
        send({.url = server.url("/", host)});
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpReuseTest, uses_none_of_who_may_ask_private_hosts_for_who_may_not)
{
    const TestServer server{always({ok, keep})};
    EXPECT_EQ(send({.url = server.url()}).body, "ok");
    EXPECT_EQ(error_of([&] { send({.url = server.url(), .public_only = true}); }).code(),
              ErrorCode::bad_request);
    EXPECT_EQ(server.requests(), 1);
    EXPECT_EQ(send({.url = server.url()}).body, "ok");
    EXPECT_EQ(server.connections(), 1) << "it was there to be used";
}

TEST_F(HttpReuseTest, uses_none_that_may_not_be_used_again)
{
    const Parts answers[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
        {ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"},
    };
    for (Parts parts : answers) {
        SCOPED_TRACE(parts.front());
        parts.push_back(keep);
        const TestServer server{always(parts)};
        for (int i = 0; i < 2; ++i)
            EXPECT_EQ(send({.url = server.url()}).body, "ok");
        EXPECT_EQ(server.connections(), 2);
    }
    const TestServer half{always({"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok", keep})};
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(loop_.run(client_.open({.url = half.url()}, loop_))->head().status, 200);
    EXPECT_EQ(half.connections(), 2);
}

TEST_F(HttpReuseTest, uses_none_on_which_more_has_come_over_tls)
{
    const testing::TestAuthority authority;
    const auto certificate = testing::make_certificate("IP:127.0.0.1", &authority.certificate);
    // In a record of its own, which comes with the answer's but is not read with it.
    const std::string more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    const TestServer server{always({std::string{TestServer::together}, ok, more, keep}),
                            &certificate};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(send({.url = server.url()}).body, "ok");
    EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpReuseTest, goes_on_when_the_server_closes_what_is_idle)
{
    const TestServer server{always({ok})};
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(send({.method = "POST", .url = server.url(), .body = "x"}).body, "ok");
    EXPECT_GE(server.requests(), 20);
}

TEST_F(HttpReuseTest, tries_once_more_when_a_kept_connection_turns_out_to_be_closed)
{
    InTurn turns{{{ok, keep}, {}, {ok, keep}}};
    const TestServer server{turns.answer()};
    EXPECT_EQ(send({.url = server.url()}).body, "ok");
    EXPECT_EQ(send({.method = "POST", .url = server.url(), .body = "x"}).body, "ok");
    EXPECT_EQ(server.requests(), 3);
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpReuseTest, tries_only_once_what_the_server_may_have_worked_on)
{
    struct Case {
        const char* method;
        bool is_repeated;
    };
    // It takes its time, and then closes without a word.
    const Parts late(60, std::string{TestServer::nap});
    for (const auto& [method, is_repeated] : {Case{"POST", false}, Case{"GET", true}}) {
        InTurn turns{{{ok, keep}, late, {ok, keep}}};
        const TestServer server{turns.answer()};
        send({.url = server.url()});
        const auto again = [&] { send({.method = method, .url = server.url()}); };
        if (is_repeated) {
            EXPECT_NO_THROW(again());
        } else {
            EXPECT_EQ(error_of(again).code(), ErrorCode::unavailable);
        }
        EXPECT_EQ(server.requests(), is_repeated ? 3 : 2) << method;
    }
}

TEST_F(HttpReuseTest, tries_no_more_than_once)
{
    InTurn turns{{{ok, keep}, {}}};
    const TestServer server{turns.answer()};
    send({.url = server.url()});
    EXPECT_EQ(error_of([&] { send({.url = server.url()}); }).code(), ErrorCode::unavailable);
    EXPECT_EQ(server.requests(), 3);
}

TEST_F(HttpReuseTest, never_tries_again_what_may_have_been_done)
{
    const Parts last[] = {
        {"H"}, {"HTTP/1.1 100 Continue\r\n\r\n"}, {std::string{TestServer::hang}}};
    for (const Parts& parts : last) {
        InTurn turns{{{ok, keep}, parts}};
        const TestServer server{turns.answer()};
        send({.url = server.url()});
        EXPECT_EQ(error_of([&] {
                      send({.url = server.url(), .timeout = std::chrono::seconds{1}});
                  }).code(),
                  ErrorCode::unavailable);
        EXPECT_EQ(server.requests(), 2);
    }
    // Over a new connection nothing is tried again.
    const TestServer closes{always({})};
    EXPECT_EQ(error_of([&] { send({.url = closes.url()}); }).code(), ErrorCode::unavailable);
    EXPECT_EQ(closes.requests(), 1);
}

TEST_F(HttpReuseTest, keeps_only_so_many)
{
    constexpr int at_once = static_cast<int>(Pool::max_idle_per_place) + 4;
    std::atomic<int> asked = 0;
    const TestServer server{[&](const std::string&) {
        const int round = asked++ / at_once;
        while (asked < (round + 1) * at_once)
            std::this_thread::sleep_for(1ms);
        return Parts{ok, keep};
    }};
    for (int round = 0; round < 2; ++round) {
        std::vector<base::Async<HttpResponse>> work;
        work.reserve(at_once);
        for (int i = 0; i < at_once; ++i)
            work.push_back(client_.send({.url = server.url()}, loop_));
        for (const auto& outcome : testing::run_together(loop_, std::move(work)))
            EXPECT_TRUE(outcome.value);
    }
    EXPECT_EQ(server.connections(), at_once + 4);
}

}  // namespace
}  // namespace todod::net
