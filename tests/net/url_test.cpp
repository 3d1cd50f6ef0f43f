#include "net/url.hpp"

#include <gtest/gtest.h>

namespace todod::net {
namespace {

TEST(Url, is_read_into_what_a_request_needs)
{
    struct Case {
        const char* text;
        bool is_secure;
        const char* host;
        int port;
        const char* target;
        const char* authority;
    };
    for (const Case& each : {
             Case{"http://a.example", false, "a.example", 80, "/", "a.example"},
             Case{"https://a.example", true, "a.example", 443, "/", "a.example"},
             Case{"HTTPS://A.example:443/x", true, "A.example", 443, "/x", "A.example"},
             Case{"http://a.example:8080/b/c?d=e/f", false, "a.example", 8080, "/b/c?d=e/f",
                  "a.example:8080"},
             Case{"http://a_b:443?q", false, "a_b", 443, "/?q", "a_b:443"},
             Case{"http://127.0.0.1:1/#part", false, "127.0.0.1", 1, "/", "127.0.0.1:1"},
             Case{"https://[::1]", true, "::1", 443, "/", "[::1]"},
             Case{"http://[2001:db8::1]:65535/%20", false, "2001:db8::1", 65535, "/%20",
                  "[2001:db8::1]:65535"},
         }) {
        SCOPED_TRACE(each.text);
        const auto url = parse_url(each.text);
        ASSERT_TRUE(url);
        EXPECT_EQ(url->is_secure, each.is_secure);
        EXPECT_EQ(url->host, each.host);
        EXPECT_EQ(url->port, each.port);
        EXPECT_EQ(url->target, each.target);
        EXPECT_EQ(url->authority(), each.authority);
    }
}

TEST(Url, is_refused_when_it_is_none_or_names_a_user)
{
    for (const std::string& text : {
             std::string{""},
             std::string{"http://"},
             std::string{"https:///x"},
             std::string{"a.example"},
             std::string{"//a.example"},
             std::string{"/x"},
             std::string{"ftp://a.example"},
             std::string{"file:///etc/passwd"},
             std::string{"http:/a"},
             std::string{"http://user@a.example"},
             std::string{"http://user:password@a.example"},
             std::string{"http://a.example:"},
             std::string{"http://a.example:0"},
             std::string{"http://a.example:65536"},
             std::string{"http://a.example:-1"},
             std::string{"http://a.example:8x"},
             std::string{"http://[::1"},
             std::string{"http://[]"},
             std::string{"http://[::1]x"},
             std::string{"http://[fe80::1%25eth0]"},
             std::string{"http://a b"},
             std::string{"http://a.example/ x"},
             std::string{"http://a.example/\r\nX: y"},
             std::string{"http://a.example/\x01"},
             std::string{"http://\xc3\xa4.example"},
             std::string{"http://a.example/\xc3\xa4"},
             std::string{"http://a\\b"},
             std::string{"http://a.example\\@b"},
             std::string("http://a\0b", 10),
             "http://" + std::string(254, 'a'),
             "http://a/" + std::string(2048, 'a'),
         }) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
}

TEST(Url, shows_its_origin_alone)
{
    EXPECT_EQ(parse_url("https://a.example/secret?key=secret")->origin(), "https://a.example:443");
    EXPECT_EQ(parse_url("http://[::1]:8/secret")->origin(), "http://[::1]:8");
}

}  // namespace
}  // namespace todod::net
