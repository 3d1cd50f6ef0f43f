#include "net/proxy.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::net {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Proxy, is_read_from_its_url)
{
    struct Case {
        const char* url;
        const char* place;
        const char* authorization;
    };
    for (const Case& each : {
             Case{"http://proxy.example:3128", "proxy.example:3128", ""},
             Case{"http://proxy.example", "proxy.example:80", ""},
             Case{"HTTP://proxy.example:3128/", "proxy.example:3128", ""},
             Case{"proxy.example:3128", "proxy.example:3128", ""},
             Case{"http://[2001:db8::1]:3128", "[2001:db8::1]:3128", ""},
             // RFC 7617 §2
             Case{"http://Aladdin:open%20sesame@p", "p:80", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
             Case{"http://ann@p:1", "p:1", "Basic YW5uOg=="},
             Case{"http://a:%3F%3E%3f@p", "p:80", "Basic YTo/Pj8="},
             Case{"ann:p%40ss@p", "p:80", "Basic YW5uOnBAc3M="},
         }) {
        const Proxy proxy = parse_proxy(each.url);
        EXPECT_EQ(proxy.place(), each.place) << each.url;
        EXPECT_EQ(proxy.authorization, each.authorization) << each.url;
    }
}

TEST(Proxy, is_no_url_of_another_kind)
{
    for (const char* url : {"https://sesame@proxy.example", "socks5://sesame:x@proxy.example",
                            "http://", "", "http://sesame:%zz@p", "http://a%3Asesame:x@p",
                            "http://sesame@p:99999", "http://p/sesame", "http://p?sesame"}) {
        const auto error = error_of([&] { parse_proxy(url); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid) << url;
        EXPECT_THAT(error.message(), Not(HasSubstr("sesame")));
    }
}

/// Whether `url` goes through a proxy where NO_PROXY says `direct`.
bool is_proxied(const char* url, std::vector<std::string> direct)
{
    ProxySettings settings{parse_proxy("secure:1"), parse_proxy("plain:1"), std::move(direct)};
    const Proxy* const proxy = find_proxy(settings, *parse_url(url));
    if (proxy == nullptr) return false;
    EXPECT_EQ(proxy->host, std::string_view{url}.starts_with("https") ? "secure" : "plain");
    return true;
}

TEST(Proxy, carries_all_but_what_is_direct)
{
    struct Case {
        const char* url;
        const char* direct;
        bool is_proxied;
    };
    for (const Case& each : {
             Case{"https://a.example", "", true},
             Case{"http://a.example", "", true},
             Case{"https://a.example", "*", false},
             Case{"https://a.example", "a.example", false},
             Case{"https://A.EXAMPLE.", "a.Example", false},
             Case{"https://b.a.example", "a.example", false},
             Case{"https://b.a.example", ".a.example", false},
             Case{"https://a.example", ".a.example", false},
             Case{"https://b.a.example", "*.a.example", false},
             Case{"https://b.a.example:8443", "*.a.example:8443", false},
             Case{"https://ba.example", "*.a.example", true},
             Case{"https://a.example", "*.", true},
             Case{"https://ba.example", "a.example", true},
             Case{"https://a.example.org", "a.example", true},
             Case{"https://a.example", "a.example:443", false},
             Case{"https://a.example", "a.example:80", true},
             Case{"https://b.a.example:8443", ".a.example:8443", false},
             Case{"https://192.0.2.1", "192.0.2.1", false},
             Case{"https://192.0.2.1", "192.0.2.1:443", false},
             Case{"https://192.0.2.1", "192.0.2.0/24", false},
             Case{"https://192.0.3.1", "192.0.2.0/24", true},
             Case{"https://a.example", "192.0.2.0/24", true},
             Case{"https://[2001:db8::1]", "2001:DB8:0::1", false},
             Case{"https://[2001:db8::1]", "[2001:db8::1]:443", false},
             Case{"https://[2001:db8::1]", "[2001:db8::1]:80", true},
             Case{"https://[2001:db8::1]", "2001:db8::/32", false},
             Case{"https://[2001:db9::1]", "2001:db8::/32", true},
             Case{"https://a.example", "/", true},
             Case{"https://a.example", ":", true},
             Case{"https://a.example", ".", true},
             Case{"https://a.example", "[", true},
         }) {
        EXPECT_EQ(is_proxied(each.url, {"other.example", each.direct}), each.is_proxied)
            << each.url << " with " << each.direct;
    }
}

TEST(Proxy, is_never_asked_for_this_machine)
{
    for (const char* url : {"http://localhost:11434", "http://127.0.0.1", "http://127.1.2.3",
                            "http://[::1]:8080", "https://LOCALHOST.", "http://a.localhost"})
        EXPECT_FALSE(is_proxied(url, {})) << url;
}

TEST(Proxy, is_only_for_the_scheme_that_it_is_set_for)
{
    EXPECT_EQ(find_proxy({.https = parse_proxy("p")}, *parse_url("http://a.example")), nullptr);
    EXPECT_NE(find_proxy({.https = parse_proxy("p")}, *parse_url("https://a.example")), nullptr);
    EXPECT_EQ(find_proxy({.http = parse_proxy("p")}, *parse_url("https://a.example")), nullptr);
    EXPECT_EQ(find_proxy({}, *parse_url("https://a.example")), nullptr);
}

}  // namespace
}  // namespace todod::net
