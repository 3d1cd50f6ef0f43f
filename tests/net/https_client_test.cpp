#include <boost/asio/ssl/context.hpp>

#include "net/http_client_fixture.hpp"
#include "net/test_authority.hpp"
#include "net/tls.hpp"

namespace todod::net {
namespace {

using testing::Certificate;
using testing::make_certificate;
using testing::TestServer;

class HttpsClientTest : public HttpClientTest {
protected:
    const testing::TestAuthority trusted_;
    const Certificate& authority_ = trusted_.certificate;
    const Certificate good_ = make_certificate("DNS:localhost,IP:127.0.0.1", &authority_);
};

TEST_F(HttpsClientTest, takes_a_certificate_for_the_host)
{
    const TestServer server{always(ok), &good_};
    EXPECT_EQ(get(server.url("/", "localhost")).body, "ok");
    EXPECT_EQ(get(server.url("/", "127.0.0.1")).body, "ok");
}

TEST_F(HttpsClientTest, takes_no_other_certificate)
{
    const Certificate stranger = make_certificate("", nullptr);
    struct Case {
        const char* what;
        Certificate certificate;
        const char* cause;
    };
    const Case cases[] = {
        {"for another name", make_certificate("DNS:other.example", &authority_), "mismatch"},
        {"for another address", make_certificate("IP:127.0.0.2", &authority_), "mismatch"},
        {"for part of the name", make_certificate("DNS:local*", &authority_), "mismatch"},
        {"by its subject alone", make_certificate("email:a@b.example", &authority_), "mismatch"},
        {"of another authority", make_certificate("DNS:localhost", &stranger), "signature"},
        {"of itself", make_certificate("DNS:localhost", nullptr), "self-signed"},
        {"that has expired", make_certificate("DNS:localhost", &authority_, -60), "expired"},
    };
    for (const auto& [what, certificate, cause] : cases) {
        SCOPED_TRACE(what);
        const TestServer server{always(ok), &certificate};
        expect_no_answer({.url = server.url("/", "localhost")}, cause);
        EXPECT_EQ(server.requests(), 0) << "the server has seen a request";
    }
}

TEST_F(HttpsClientTest, names_the_host_to_the_server)
{
    const TestServer server{always(ok), &good_};
    get(server.url("/", "localhost"));
    get(server.url("/", "127.0.0.1"));
    EXPECT_THAT(server.asked_names(), ::testing::ElementsAre("localhost", ""));
}

TEST_F(HttpsClientTest, fails_when_an_answer_is_cut_off)
{
    const TestServer server{
        [](const std::string&) {
            return std::vector<std::string>{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"};
        },
        &good_};
    expect_no_answer({.url = server.url("/", "localhost")}, "receive: ");
}

TEST_F(HttpsClientTest, takes_no_tls_before_1_2)
{
    TestServer server{always(ok), &good_};
    server.speak_at_most(TLS1_1_VERSION);
    expect_no_answer({.url = server.url("/", "localhost")}, "TLS: ");
    // Whatever OpenSSL's own defaults are.
    Trust trust;
    EXPECT_EQ(SSL_CTX_get_min_proto_version(trust.context().native_handle()), TLS1_2_VERSION);
}

}  // namespace
}  // namespace todod::net
