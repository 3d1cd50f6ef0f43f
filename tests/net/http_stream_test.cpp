#include "net/http_stream.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "net/test_authority.hpp"
#include "net/test_server.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::net {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::error_of;
using ::testing::HasSubstr;
using testing::TestServer;
using Parts = std::vector<std::string>;

const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string hang{TestServer::hang};
const std::string nap{TestServer::nap};
const std::string long_nap{TestServer::long_nap};

TestServer::Answer always(Parts parts)
{
    return [parts = std::move(parts)](const std::string&) { return parts; };
}

/// Long enough for a busy machine to answer in, short enough to be waited for.
constexpr std::chrono::milliseconds idle{2000};

/// Waits until a client has closed its connection.
bool is_closed(const TestServer& server)
{
    constexpr int tries_max = 10'000;
    for (int i = 0; i < tries_max && server.closed() == 0; ++i)
        std::this_thread::sleep_for(1ms);
    return server.closed() != 0;
}

/// So many pieces of a byte, each after a nap.
Parts trickle(int count)
{
    Parts parts{chunked};
    for (int i = 0; i < count; ++i) {
        parts.push_back(nap);
        parts.emplace_back("1\r\nx\r\n");
    }
    parts.emplace_back("0\r\n\r\n");
    return parts;
}

class HttpStreamTest : public ::testing::Test {
protected:
    std::unique_ptr<HttpStream> open(HttpRequest request)
    {
        return loop_.run(client_->open(std::move(request), loop_));
    }
    std::optional<std::string> read(HttpStream& stream) { return loop_.run(stream.read()); }

    std::string read_all(HttpStream& stream)
    {
        std::string body;
        while (const auto piece = read(stream)) {
            EXPECT_FALSE(piece->empty());
            body += *piece;
        }
        return body;
    }

    template <class Work>
    void expect_failure(std::string_view cause, Work work)
    {
        const auto error = error_of(work);
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), HasSubstr(cause));
    }

    testing::TestLoop loop_;
    std::optional<HttpClient> client_{std::in_place};
};

TEST_F(HttpStreamTest, gives_what_has_come_before_the_rest_is_there)
{
    const TestServer server{always(
        {"HTTP/1.1 202 Accepted\r\nX-Some: one\r\nContent-Length: 9\r\n\r\n", nap, "half", hang})};
    const auto stream = open({.url = server.url()});
    EXPECT_EQ(stream->head().status, 202);
    EXPECT_EQ(stream->head().header("x-some"), "one");
    EXPECT_EQ(read(*stream), "half");
}

TEST_F(HttpStreamTest, ends_with_the_body)
{
    const Parts bodies[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", nap, "ab", nap, "cde"},
        {chunked, "3\r\nab", nap, "c\r", "\n2\r\nde\r\n0\r\n\r\n"},
        {"HTTP/1.0 200 OK\r\n\r\nab", nap, "cde"},
        {"HTTP/1.1 100 Continue\r\n\r\n", nap, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"},
    };
    for (const Parts& parts : bodies) {
        SCOPED_TRACE(parts.front());
        const TestServer server{always(parts)};
        const auto stream = open({.url = server.url()});
        EXPECT_EQ(read_all(*stream), "abcde");
        EXPECT_EQ(read(*stream), std::nullopt) << "the end stays the end";
    }
    const TestServer none{always({"HTTP/1.1 204 No Content\r\n\r\n"})};
    EXPECT_EQ(read_all(*open({.url = none.url()})), "");
}

TEST_F(HttpStreamTest, fails_after_what_has_come_when_the_rest_is_cut)
{
    const Parts cut[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "half"},
        {chunked, "9\r\nhalf"},
        {chunked, "4\r\nhalf\r\n"},
        {chunked, "4\r\nhalf\r\n", long_nap, "none\r\n"},
    };
    for (const Parts& parts : cut) {
        const TestServer server{always(parts)};
        const auto stream = open({.url = server.url()});
        EXPECT_EQ(read(*stream), "half");
        expect_failure("receive: ", [&] { read(*stream); });
        expect_failure("receive: ", [&] { read(*stream); });
    }
}

TEST_F(HttpStreamTest, fails_when_nothing_comes_for_too_long)
{
    const TestServer silent{always({hang})};
    expect_failure("receive: nothing came",
                   [&] { open({.url = silent.url(), .timeout = 60s, .idle_timeout = idle}); });
    const TestServer stalled{always({chunked, "4\r\nhalf\r\n", hang})};
    const auto stream = open({.url = stalled.url(), .timeout = 60s, .idle_timeout = idle});
    EXPECT_EQ(read(*stream), "half");
    expect_failure("receive: nothing came", [&] { read(*stream); });
    expect_failure("TLS: nothing came", [&] {
        open({.url = "https" + silent.url().substr(4), .timeout = 60s, .idle_timeout = idle});
    });
}

TEST_F(HttpStreamTest, takes_what_comes_slowly_within_the_time_of_all)
{
    const TestServer server{always(trickle(10))};
    EXPECT_EQ(read_all(*open({.url = server.url(), .idle_timeout = 10s})), std::string(10, 'x'));
    const TestServer endless{always(trickle(1000))};
    const auto stream = open({.url = endless.url(), .timeout = 1s, .idle_timeout = 10s});
    expect_failure("receive: timed out", [&] { read_all(*stream); });
}

TEST_F(HttpStreamTest, fails_when_too_much_comes_in_all)
{
    const TestServer server{
        always({chunked, "6\r\nabcdef\r\n", long_nap, "6\r\nabcdef\r\n", hang})};
    const auto stream = open({.url = server.url(), .max_body_bytes = 10});
    EXPECT_EQ(read(*stream), "abcdef");
    expect_failure("receive: ", [&] { read(*stream); });
}

TEST_F(HttpStreamTest, receives_no_more_than_there_is_room_for)
{
    constexpr std::size_t size = std::size_t{8} << 20U;
    const TestServer server{always({"HTTP/1.0 200 OK\r\n\r\n", std::string(size, 'x')})};
    const auto stream =
        open({.url = server.url(), .idle_timeout = idle, .max_body_bytes = 2 * size});
    // That it is not read is nothing that the server is blamed for.
    std::this_thread::sleep_for(idle + 200ms);
    std::size_t total = 0;
    while (const auto piece = read(*stream)) {
        EXPECT_LE(piece->size(), HttpStream::max_waiting_bytes + std::size_t{64} * 1024);
        total += piece->size();
        std::this_thread::sleep_for(2ms);
    }
    EXPECT_EQ(total, size);
}

TEST_F(HttpStreamTest, ends_the_exchange_when_it_goes)
{
    const TestServer server{
        always({chunked, "4\r\nhalf\r\n", std::string{TestServer::until_closed}})};
    open({.url = server.url(), .timeout = 600s});
    EXPECT_TRUE(is_closed(server));
    // And one that nobody has room for.
    const TestServer much{always({chunked, "200000\r\n", std::string(0x200000, 'x'), "\r\n",
                                  std::string{TestServer::until_closed}})};
    open({.url = much.url(), .timeout = 600s, .max_body_bytes = std::size_t{1} << 30U});
    EXPECT_TRUE(is_closed(much));
}

TEST_F(HttpStreamTest, fails_at_once_when_it_is_cancelled)
{
    const TestServer server{always({chunked, "4\r\nhalf\r\n", hang})};
    std::stop_source source;
    const auto stream = open({.url = server.url(), .timeout = 600s, .stopped = source.get_token()});
    EXPECT_EQ(read(*stream), "half");
    const std::jthread canceller{[&] {
        std::this_thread::sleep_for(20ms);
        source.request_stop();
    }};
    expect_failure("cancelled", [&] { read(*stream); });
    expect_failure("cancelled", [&] {
        open({.url = server.url(), .timeout = 600s, .stopped = source.get_token()});
    });
}

TEST_F(HttpStreamTest, fails_when_the_client_is_stopped_and_may_outlive_it)
{
    const TestServer server{always({chunked, "4\r\nhalf\r\n", hang})};
    const auto stream = open({.url = server.url(), .timeout = 600s});
    EXPECT_EQ(read(*stream), "half");
    std::jthread stopper{[&] {
        std::this_thread::sleep_for(20ms);
        client_->stop();
    }};
    expect_failure("stopped", [&] { read(*stream); });
    stopper.join();
    expect_failure("stopped", [&] { open({.url = server.url()}); });
    client_.reset();
    expect_failure("stopped", [&] { read(*stream); });
}

TEST_F(HttpStreamTest, throws_as_send_before_there_is_a_head)
{
    EXPECT_EQ(error_of([&] { open({.url = "ftp://localhost"}); }).code(), ErrorCode::bad_request);
    EXPECT_EQ(error_of([&] { open({.url = "http://127.0.0.1:1", .public_only = true}); }).code(),
              ErrorCode::bad_request);
    const TestServer nothing{always({})};
    expect_failure("receive: end of stream", [&] { open({.url = nothing.url()}); });
}

TEST_F(HttpStreamTest, asks_no_server_with_another_certificate)
{
    const testing::TestAuthority authority;
    const auto good = testing::make_certificate("DNS:localhost", &authority.certificate);
    const auto other = testing::make_certificate("DNS:other.example", &authority.certificate);
    const TestServer server{always({chunked, "4\r\nhalf\r\n"}), &good};
    const auto stream = open({.url = server.url("/", "localhost")});
    EXPECT_EQ(read(*stream), "half");
    expect_failure("receive: ", [&] { read(*stream); });
    const TestServer stranger{always({chunked}), &other};
    expect_failure("TLS: ", [&] { open({.url = stranger.url("/", "localhost")}); });
    EXPECT_EQ(stranger.requests(), 0);
}

}  // namespace
}  // namespace todod::net
