#include <gmock/gmock.h>

#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/test_authority.hpp"
#include "net/test_proxy.hpp"
#include "net/test_server.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::net {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestProxy;
using testing::TestServer;

TestServer::Answer answer()
{
    return [](const std::string&) {
        return std::vector<std::string>{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                                        std::string{TestServer::keep}};
    };
}

/// No name of a test's leads anywhere but through the proxy.
class HttpProxyTest : public ::testing::Test {
protected:
    static ProxySettings through(std::uint16_t port)
    {
        const Proxy proxy = parse_proxy(fmt::format("http://ann:sesame@127.0.0.1:{}", port));
        return {.https = proxy, .http = proxy, .direct = {"direct.invalid"}};
    }

    HttpResponse send(HttpClient& client, HttpRequest request)
    {
        return loop_.run(client.send(std::move(request), loop_));
    }
    base::Error failure(HttpClient& client, HttpRequest request)
    {
        const auto error = error_of([&] { send(client, std::move(request)); });
        EXPECT_THAT(error.message() + error.cause(), Not(HasSubstr("sesame")));
        EXPECT_THAT(error.message() + error.cause(), Not(HasSubstr("YW5uOnNlc2FtZQ")));
        return error;
    }

    testing::TestLoop loop_;
    const testing::TestAuthority authority_;
    const testing::Certificate certificate_ =
        testing::make_certificate("DNS:model.invalid", &authority_.certificate);
};

TEST_F(HttpProxyTest, carries_tls_to_the_server)
{
    TestServer server{answer(), &certificate_};
    const TestProxy proxy;
    HttpClient client{through(proxy.port())};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(send(client, {.url = server.url("/", "model.invalid"),
                                .headers = {{"Authorization", "Bearer key"}}})
                      .body,
                  "ok");
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_THAT(proxy.heads(),
                ElementsAre(fmt::format("CONNECT model.invalid:{0} HTTP/1.1\r\n"
                                        "Host: model.invalid:{0}\r\n"
                                        "Proxy-Authorization: Basic YW5uOnNlc2FtZQ==\r\n\r\n",
                                        server.port())));
}

TEST_F(HttpProxyTest, may_not_stand_for_the_server)
{
    const auto other = testing::make_certificate("DNS:other.invalid", &authority_.certificate);
    const TestServer server{answer(), &other};
    const TestProxy proxy;
    HttpClient client{through(proxy.port())};
    EXPECT_THAT(failure(client, {.url = server.url("/", "model.invalid")}).cause(),
                HasSubstr("TLS: "));
    EXPECT_EQ(server.requests(), 0);
}

TEST_F(HttpProxyTest, is_asked_for_what_is_plain)
{
    const TestProxy proxy;
    HttpClient client{through(proxy.port())};
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(send(client, {.url = "http://model.invalid/v1?a=b"}).body, "by proxy");
    const std::string head =
        "GET http://model.invalid/v1?a=b HTTP/1.1\r\nHost: model.invalid\r\n"
        "Proxy-Authorization: Basic YW5uOnNlc2FtZQ==\r\nUser-Agent: todod\r\n\r\n";
    EXPECT_THAT(proxy.heads(), ElementsAre(head, head));
}

TEST_F(HttpProxyTest, is_not_asked_for_what_is_direct)
{
    const TestServer server{answer()};
    const TestProxy proxy;
    HttpClient client{through(proxy.port())};
    EXPECT_EQ(send(client, {.url = server.url()}).body, "ok");
    EXPECT_THAT(failure(client, {.url = "http://direct.invalid"}).cause(), HasSubstr("look up: "));
    EXPECT_TRUE(proxy.heads().empty());
}

TEST_F(HttpProxyTest, that_refuses_is_told_in_the_cause)
{
    for (const int status : {407, 403, 502}) {
        const TestProxy proxy{status};
        HttpClient client{through(proxy.port())};
        const auto error = failure(client, {.url = "https://model.invalid"});
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_THAT(error.cause(),
                    HasSubstr(fmt::format("127.0.0.1:{} answered {}", proxy.port(), status)));
    }
}

TEST_F(HttpProxyTest, that_is_away_or_silent_fails)
{
    std::uint16_t port = 0;
    {
        const TestProxy gone;
        port = gone.port();
    }
    HttpClient client{through(port)};
    EXPECT_THAT(failure(client, {.url = "https://model.invalid"}).cause(), HasSubstr("refused"));
    const TestServer silent{
        [](const std::string&) { return std::vector{std::string{TestServer::hang}}; }};
    HttpClient waiting{through(silent.port())};
    EXPECT_THAT(
        failure(waiting, {.url = "https://model.invalid", .idle_timeout = std::chrono::seconds{2}})
            .cause(),
        HasSubstr("proxy: nothing came"));
}

TEST_F(HttpProxyTest, is_not_asked_for_private_hosts_where_they_must_be_public)
{
    const TestProxy proxy;
    HttpClient client{through(proxy.port())};
    for (const char* host :
         {"10.0.0.1", "169.254.169.254", "2130706433", "0x7f.1", "127.1", "[fd00::1]",
          "[::ffff:10.0.0.1]", "localhost", "intranet", "db.", "metadata.google.internal",
          "nas.LOCAL", "router.lan.", "a.home.arpa", "a.localdomain", "internal"}) {
        for (const char* scheme : {"http", "https"}) {
            const auto error = failure(
                client, {.url = fmt::format("{}://{}/", scheme, host), .public_only = true});
            EXPECT_EQ(error.code(), ErrorCode::bad_request) << host << error.cause();
        }
    }
    EXPECT_TRUE(proxy.heads().empty());
    EXPECT_EQ(send(client, {.url = "http://model.invalid", .public_only = true}).body, "by proxy");
}

}  // namespace
}  // namespace todod::net
