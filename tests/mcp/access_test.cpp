#include "mcp/access.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace todod::mcp {
namespace {

using ::testing::HasSubstr;
using Headers = std::vector<schema::NamedText>;

/// What is wrong with it; empty: nothing.
std::string fault(const Access& access, const Headers& headers)
{
    try {
        check(access, headers);
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::forbidden);
        EXPECT_FALSE(error.message().empty());
        return error.message();
    }
    return {};
}

Access local(std::vector<std::string> hosts = {}, std::vector<std::string> origins = {})
{
    return {std::move(hosts), std::move(origins), true};
}

Access everywhere(std::vector<std::string> hosts = {}, std::vector<std::string> origins = {})
{
    return {std::move(hosts), std::move(origins), false};
}

bool takes_host(const Access& access, std::string_view host)
{
    return fault(access, {{"Host", host}}).empty();
}

/// Of a page that asks by `host`.
bool takes_origin(const Access& access, std::string_view host, std::string_view origin)
{
    return fault(access, {{"host", host}, {"ORIGIN", origin}}).empty();
}

constexpr const char* own_names[] = {"localhost",      "127.0.0.1",       "[::1]",
                                     "localhost:8000", "127.0.0.1:1",     "[::1]:80",
                                     "LOCALHOST",      "LocalHost:65535", " localhost:8000"};
constexpr const char* other_names[] = {"evil.example",
                                       "evil.example:8000",
                                       "localhost.evil.example",
                                       "127.0.0.1.evil.example",
                                       "localhost.",
                                       "127.0.0.2",
                                       "0.0.0.0",
                                       "127.1",
                                       "2130706433",
                                       "0x7f000001",
                                       "[::ffff:127.0.0.1]",
                                       "[::]",
                                       "[0:0:0:0:0:0:0:1]"};
constexpr const char* malformed_names[] = {"",
                                           ":8000",
                                           "localhost:",
                                           "localhost:80000000",
                                           "localhost:8000:8000",
                                           "localhost:x",
                                           "::1",
                                           "[::1",
                                           "[]",
                                           "[::1]x",
                                           "[localhost]",
                                           "local host",
                                           "evil.example@localhost",
                                           "localhost/",
                                           "localhost#",
                                           "http://localhost",
                                           "localhost, evil.example",
                                           "lo\xc3\xa4lhost"};

TEST(Access, lets_a_local_server_be_asked_by_the_names_of_this_machine_alone)
{
    for (const char* name : own_names)
        EXPECT_TRUE(takes_host(local(), name)) << name;
    for (const char* name : other_names)
        EXPECT_FALSE(takes_host(local(), name)) << name;
}

TEST(Access, lets_any_other_be_asked_by_any_name)
{
    for (const char* name : own_names)
        EXPECT_TRUE(takes_host(everywhere(), name)) << name;
    for (const char* name : other_names)
        EXPECT_TRUE(takes_host(everywhere(), name)) << name;
}

TEST(Access, lets_where_hosts_are_listed_be_asked_by_these_and_those_of_this_machine)
{
    for (const Access& access : {local({"Todo.example", "[fd00::1]", "todo.lan:8443"}),
                                 everywhere({"Todo.example", "[fd00::1]", "todo.lan:8443"})}) {
        for (const char* name : own_names)
            EXPECT_TRUE(takes_host(access, name)) << name;
        for (const char* name :
             {"todo.example", "TODO.example:443", "[FD00::1]", "[fd00::1]:8000", "todo.lan:8443"})
            EXPECT_TRUE(takes_host(access, name)) << name;
        for (const char* name : other_names)
            EXPECT_FALSE(takes_host(access, name)) << name;
        for (const char* name : {"todo.lan", "todo.lan:443", "todo.example.evil.example",
                                 "a.todo.example", "[fd00::2]"})
            EXPECT_FALSE(takes_host(access, name)) << name;
    }
}

TEST(Access, needs_one_host_that_is_one)
{
    for (const Access& access : {local(), everywhere(), everywhere({"todo.example"})}) {
        EXPECT_THAT(fault(access, {}), HasSubstr("Host is missing"));
        EXPECT_THAT(fault(access, {{"Host", "localhost"}, {"HOST", "localhost"}}),
                    HasSubstr("Host is given twice"));
        for (const char* name : malformed_names)
            EXPECT_THAT(fault(access, {{"Host", name}}), HasSubstr("Host is not a name")) << name;
        EXPECT_THAT(fault(access, {{"Host", std::string(256, 'a')}}),
                    HasSubstr("Host is not a name"));
    }
}

TEST(Access, knows_what_may_stand_in_its_list)
{
    for (const char* name : other_names)
        EXPECT_TRUE(is_host(name)) << name;
    for (const char* name : malformed_names)
        EXPECT_FALSE(is_host(name)) << name;
    EXPECT_FALSE(is_host("*"));
}

TEST(Access, lets_pages_of_this_machine_ask_a_local_server)
{
    for (const char* origin :
         {"http://localhost:6274", "https://localhost", "http://127.0.0.1:3000",
          "http://[::1]:6274", "HTTP://LOCALHOST:1"}) {
        EXPECT_TRUE(takes_origin(local(), "localhost:8000", origin)) << origin;
        EXPECT_FALSE(takes_origin(everywhere(), "localhost:8000", origin)) << origin;
    }
}

TEST(Access, lets_no_other_pages_ask)
{
    for (const char* origin :
         {"http://evil.example", "https://evil.example:8000", "http://localhost.evil.example",
          "http://localhost@evil.example", "null", "", "localhost", "localhost:8000",
          "file://localhost", "ftp://localhost", "chrome-extension://localhost", "http://",
          "http://localhost/", "http://localhost:8000/path", "http://localhost http://evil.example",
          "http://127.0.0.1.evil.example", "http://localhost:port", "https:localhost"}) {
        EXPECT_FALSE(takes_origin(local(), "localhost:8000", origin)) << origin;
        EXPECT_FALSE(takes_origin(everywhere(), "localhost:8000", origin)) << origin;
        EXPECT_FALSE(takes_origin(everywhere({"todo.example"}), "todo.example", origin)) << origin;
    }
    EXPECT_THAT(fault(local(), {{"Host", "localhost"},
                                {"Origin", "http://localhost"},
                                {"Origin", "http://localhost"}}),
                HasSubstr("Origin is given twice"));
    EXPECT_THAT(fault(local(), {{"Host", "localhost"}, {"Origin", "http://evil.example"}}),
                HasSubstr("Pages of http://evil.example may not ask"));
}

TEST(Access, knows_pages_of_this_machine_where_nobody_else_can_connect)
{
    for (const char* origin :
         {"http://localhost:6274", "http://127.0.0.1", "https://[::1]:1", "http://LOCALHOST"}) {
        EXPECT_TRUE(is_local_page(local(), origin)) << origin;
        EXPECT_FALSE(is_local_page(everywhere({"localhost"}, {origin}), origin)) << origin;
        Access proxied = local();
        proxied.is_behind_proxy = true;
        EXPECT_FALSE(is_local_page(proxied, origin)) << origin;
    }
    for (const char* origin : {"http://evil.example", "http://localhost.evil.example", "null", "",
                               "http://localhost/", "file://localhost", "http://localhost\r\nA: b"})
        EXPECT_FALSE(is_local_page(local({}, {origin, "*"}), origin)) << origin;
}

TEST(Access, lets_the_pages_that_are_listed_ask)
{
    const std::vector<std::string> origins{"http://localhost:3000", "https://app.example"};
    for (const Access& access : {local({}, origins), everywhere({}, origins)}) {
        EXPECT_TRUE(takes_origin(access, "localhost:8000", "http://localhost:3000"));
        EXPECT_TRUE(takes_origin(access, "localhost:8000", "https://APP.example"));
        EXPECT_FALSE(takes_origin(access, "localhost:8000", "http://app.example"));
        EXPECT_FALSE(takes_origin(access, "localhost:8000", "https://app.example:444"));
        EXPECT_FALSE(takes_origin(access, "localhost:8000", "null"));
    }
    EXPECT_FALSE(takes_origin(local({}, origins), "evil.example", "https://app.example"))
        << "the host is looked at all the same";
}

TEST(Access, takes_a_star_for_all_pages_that_have_a_name)
{
    EXPECT_TRUE(takes_origin(everywhere({}, {"*"}), "todo.example", "https://any.example"));
    EXPECT_FALSE(takes_origin(everywhere({}, {"*"}), "todo.example", "null"));
    EXPECT_FALSE(takes_origin(local({}, {"*"}), "evil.example", "http://evil.example"));
}

TEST(Access, lets_its_own_pages_ask_where_the_host_has_been_looked_at)
{
    for (const Access& access : {local({"todo.example"}), everywhere({"todo.example"})}) {
        EXPECT_TRUE(takes_origin(access, "todo.example", "https://todo.example"));
        EXPECT_TRUE(takes_origin(access, "todo.example", "http://TODO.example:80"));
        EXPECT_TRUE(takes_origin(access, "todo.example:8443", "https://todo.example:8443"));
        EXPECT_FALSE(takes_origin(access, "todo.example", "https://todo.example:8443"));
        EXPECT_FALSE(takes_origin(access, "todo.example:8443", "https://todo.example"));
        EXPECT_FALSE(takes_origin(access, "todo.example", "https://a.todo.example"));
    }
    EXPECT_FALSE(takes_origin(everywhere(), "evil.example", "http://evil.example"));
}

}  // namespace
}  // namespace todod::mcp
