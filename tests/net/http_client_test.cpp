#include "net/http_client.hpp"

#include <gmock/gmock.h>

#include <future>

#include "base/error.hpp"
#include "net/http_client_fixture.hpp"
#include "net/lookup.hpp"
#include "support/together.hpp"

namespace todod::net {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::error_of;
using testing::TestServer;

TEST_F(HttpClientTest, gives_the_answer)
{
    const TestServer server{
        always("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n"
               "X-Some: one\r\nX-Some: two\r\n\r\nnone")};
    const HttpResponse response = get(server.url());
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, "none");
    EXPECT_EQ(response.header("x-some"), "one");
    EXPECT_EQ(response.header("x-other"), "");
    EXPECT_EQ(response.headers.size(), 3U);
}

TEST_F(HttpClientTest, sends_what_it_is_told_to)
{
    std::promise<std::string> request;
    const TestServer server{[&](const std::string& text) {
        request.set_value(text);
        return std::vector{std::string{ok}};
    }};
    send({.method = "POST",
          .url = server.url("/a/b?c=d#e"),
          .headers = {{"Content-Type", "application/json"}, {"X-Key", "k"}},
          .body = "{}"});
    EXPECT_EQ(request.get_future().get(),
              fmt::format("POST /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                          "User-Agent: todod\r\nContent-Type: application/json\r\nX-Key: k\r\n"
                          "Content-Length: 2\r\n\r\n{{}}",
                          server.port()));
}

TEST_F(HttpClientTest, finds_a_server_by_its_name)
{
    const TestServer server{always(ok)};
    EXPECT_EQ(get(server.url("/", "localhost")).body, "ok");
}

TEST_F(HttpClientTest, takes_each_way_in_which_a_body_ends)
{
    struct Case {
        const char* what;
        const char* method;
        std::string bytes;
        int status;
        std::string body;
    };
    for (const Case& each : {
             Case{"a length", "GET", std::string{ok}, 200, "ok"},
             Case{"chunks", "GET",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
                  200, "abcde"},
             Case{"the end", "GET", "HTTP/1.0 200 OK\r\n\r\nall of it", 200, "all of it"},
             Case{"no content", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
             Case{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 200, ""},
             Case{"interim answers", "GET",
                  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                      std::string{ok},
                  200, "ok"},
             Case{"a redirect, which is not followed", "GET",
                  "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: "
                  "0\r\n\r\n",
                  302, ""},
         }) {
        SCOPED_TRACE(each.what);
        const TestServer server{always(each.bytes)};
        const HttpResponse response = send({.method = each.method, .url = server.url()});
        EXPECT_EQ(response.status, each.status);
        EXPECT_EQ(response.body, each.body);
        EXPECT_EQ(server.connections(), 1);
    }
}

TEST_F(HttpClientTest, fails_when_what_comes_is_no_whole_answer)
{
    struct Case {
        const char* what;
        std::string bytes;
    };
    for (const Case& each : {
             Case{"nothing", ""},
             Case{"half a header", "HTTP/1.1 200 OK\r\nContent-Le"},
             Case{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"},
             Case{"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"},
             Case{"something else", "SSH-2.0-OpenSSH_9.2\r\n"},
             Case{"two lengths",
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"},
             Case{"interim answers alone",
                  [] {
                      std::string text;
                      for (int i = 0; i < 20; ++i)
                          text += "HTTP/1.1 100 Continue\r\n\r\n";
                      return text;
                  }()},
         }) {
        SCOPED_TRACE(each.what);
        const TestServer server{always(each.bytes)};
        expect_no_answer({.url = server.url()}, "receive: ");
    }
}

TEST_F(HttpClientTest, takes_no_status_below_100)
{
    for (const char* const bytes : {"HTTP/1.1 099 So\r\n\r\n", "HTTP/1.1 000 So\r\n\r\nok",
                                    "HTTP/1.1 001 So\r\nContent-Length: 2\r\n\r\nok"}) {
        const TestServer server{always(bytes)};
        expect_no_answer({.url = server.url()}, "receive: the status is none");
    }
}

TEST_F(HttpClientTest, fails_when_too_much_comes)
{
    const std::string much(HttpClient::max_header_bytes, 'x');
    struct Case {
        const char* what;
        std::string bytes;
    };
    for (const Case& each : {
             Case{"a length", "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"},
             Case{"a chunk",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc"},
             Case{"no length", "HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x')},
             Case{"a header", "HTTP/1.1 200 OK\r\nX-Much: " + much + "\r\n\r\n"},
             Case{"a chunk's extension",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=" + much + much + much +
                      much + "\r\n"},
         }) {
        SCOPED_TRACE(each.what);
        // The connection stays open: it is the client that ends it.
        const TestServer server{[&](const std::string&) {
            return std::vector{each.bytes, std::string{TestServer::hang}};
        }};
        expect_no_answer({.url = server.url(), .timeout = 60s, .max_body_bytes = 100}, "receive: ");
    }
    const TestServer fits{always("HTTP/1.1 200 OK\r\n\r\n" + std::string(100, 'x'))};
    EXPECT_EQ(send({.url = fits.url(), .max_body_bytes = 100}).body.size(), 100U);
}

TEST_F(HttpClientTest, fails_when_nobody_listens)
{
    std::string url;
    {
        const TestServer gone{always(ok)};
        url = gone.url();
    }
    expect_no_answer({.url = url}, "connect: Connection refused");
    expect_no_answer({.url = "http://no-such-host.invalid/"}, "look up: ");
}

TEST_F(HttpClientTest, fails_when_its_time_is_over)
{
    const TestServer silent{never()};
    expect_no_answer({.url = silent.url(), .timeout = 1500ms}, "receive: timed out");
    const TestServer slow{[](const std::string&) {
        return std::vector<std::string>{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                                        std::string{TestServer::hang}};
    }};
    expect_no_answer({.url = slow.url(), .timeout = 1500ms}, "receive: timed out");
    // It never says hello.
    const TestServer plain{never()};
    expect_no_answer({.url = "https" + plain.url().substr(4), .timeout = 1500ms}, "TLS: timed out");
}

TEST_F(HttpClientTest, refuses_a_url_that_is_none)
{
    for (const char* url : {"", "localhost", "ftp://localhost/", "http://ann:sesame@localhost"})
        EXPECT_EQ(failure({.url = url}).code(), ErrorCode::bad_request) << url;
}

TEST_F(HttpClientTest, lets_nobody_write_headers_of_another_request)
{
    const TestServer server{always(ok)};
    const std::vector<Header> bad[] = {
        {{"X", "a\r\nY: b"}},
        {{"X", "a\nb"}},
        {{"X\r\nY", "a"}},
        {{"", "a"}},
        {{"X Y", "a"}},
        {{"X", std::string("a\0b", 3)}},
        {{"X:", "a"}},
        {{"host", "a"}},
        {{"Content-Length", "5"}},
        {{"Connection", ""}},
        {{"Expect", "whatever"}},
        {{"transfer-encoding", "chunked"}},
        {{"Proxy-Authorization", "Basic eA=="}},
    };
    for (const auto& headers : bad)
        EXPECT_EQ(failure({.url = server.url(), .headers = headers}).code(), ErrorCode::internal);
    EXPECT_EQ(failure({.method = "GET /x HTTP/1.1\r\nX:", .url = server.url()}).code(),
              ErrorCode::internal);
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, connects_to_no_address_that_is_not_public_where_it_must_be)
{
    const TestServer server{always(ok)};
    const auto port = fmt::format(":{}/", server.port());
    for (const char* host :
         {"127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::]",
          "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"}) {
        const base::Error error = failure({.url = "http://" + (host + port), .public_only = true});
        EXPECT_EQ(error.code(), ErrorCode::bad_request) << host << error.cause();
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, answers_many_at_once)
{
    const TestServer server{[](const std::string& request) {
        const std::string name = request.substr(5, request.find(' ', 5) - 5);
        return std::vector{
            fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", name.size(), name)};
    }};
    std::vector<base::Async<HttpResponse>> work;
    for (int i = 0; i < 50; ++i)
        work.push_back(client_.send({.url = server.url(fmt::format("/{}", i))}, loop_));
    const auto outcomes = testing::run_together(loop_, std::move(work));
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(outcomes[static_cast<std::size_t>(i)].value->body, std::to_string(i));
}

TEST_F(HttpClientTest, looks_a_name_up_once_for_all_who_ask_at_once)
{
    const TestServer server{always(ok)};
    std::vector<base::Async<HttpResponse>> work;
    for (std::size_t i = 0; i < 3 * Lookups::max_at_once; ++i)
        work.push_back(client_.send({.url = server.url("/", "localhost")}, loop_));
    for (const auto& outcome : testing::run_together(loop_, std::move(work)))
        EXPECT_TRUE(outcome.value);
}

TEST_F(HttpClientTest, ends_a_request_that_is_cancelled)
{
    const TestServer server{never()};
    std::stop_source source;
    const std::jthread canceller{[&] {
        while (server.requests() == 0)
            std::this_thread::sleep_for(1ms);
        source.request_stop();
    }};
    for (int i = 0; i < 2; ++i) {
        expect_no_answer({.url = server.url(), .timeout = 60s, .stopped = source.get_token()},
                         "cancelled");
    }
    EXPECT_EQ(server.requests(), 1);
}

TEST_F(HttpClientTest, has_a_bound_on_what_waits)
{
    const TestServer server{never()};
    std::vector<base::Async<HttpResponse>> work;
    for (std::size_t i = 0; i < HttpClient::max_requests + 5; ++i)
        work.push_back(client_.send({.url = server.url(), .timeout = 2s}, loop_));
    int refused = 0;
    for (const auto& outcome : testing::run_together(loop_, std::move(work))) {
        const auto error = error_of([&] { std::rethrow_exception(outcome.failure); });
        if (error.cause() == "too many requests wait") ++refused;
    }
    EXPECT_EQ(refused, 5);
    const TestServer other{always(ok)};
    EXPECT_EQ(get(other.url()).body, "ok") << "there is room again";
}

TEST_F(HttpClientTest, lets_what_is_under_way_fail_when_it_is_stopped)
{
    const TestServer server{never()};
    testing::Together<HttpResponse> together{loop_};
    std::vector<base::Async<HttpResponse>> work;
    for (int i = 0; i < 5; ++i)
        work.push_back(client_.send({.url = server.url(), .timeout = 60s}, loop_));
    work.push_back(client_.send({.url = "http://a-name-to-look-up.invalid"}, loop_));
    together.start(std::move(work));
    while (server.requests() < 3)
        std::this_thread::sleep_for(1ms);
    client_.stop();
    for (const auto& outcome : together.finish())
        EXPECT_EQ(outcome.code(), ErrorCode::unavailable);
    expect_no_answer({.url = server.url()}, "stopped");
    client_.stop();
}

}  // namespace
}  // namespace todod::net
