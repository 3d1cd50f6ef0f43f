#include "http/client_address.hpp"

#include <gtest/gtest.h>

namespace todod::http {

namespace {

Address address(std::string_view text)
{
    return parse_address(text).value();
}

std::string client(std::string_view peer, std::vector<schema::NamedText> headers,
                   std::string_view trusted)
{
    return find_client(address(peer), headers, parse_networks(trusted)).text();
}

}  // namespace

TEST(ClientAddress, is_read_and_written)
{
    for (const std::string_view text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::1", "::"})
        EXPECT_EQ(address(text).text(), text);
    EXPECT_EQ(address("::ffff:192.0.2.1").text(), "192.0.2.1");
    EXPECT_EQ(address("::FFFF:192.0.2.1"), address("192.0.2.1"));
    for (const std::string_view text : {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", "localhost",
                                        ":::", "1.2.3.4:5", "[::1]", "::1%lo"})
        EXPECT_FALSE(parse_address(text)) << text;
    EXPECT_FALSE(parse_address(std::string_view{"1.2.3.4\0", 8}));
    EXPECT_FALSE(parse_address(std::string(1000, '1')));
}

TEST(ClientAddress, counts_by_all_of_ipv4_and_the_64_of_ipv6)
{
    EXPECT_NE(address("192.0.2.1").network(), address("192.0.2.2").network());
    EXPECT_EQ(address("2001:db8:0:1::1").network(), address("2001:db8:0:1:ffff::").network());
    EXPECT_NE(address("2001:db8:0:1::1").network(), address("2001:db8:0:2::1").network());
}

TEST(ClientAddress, is_in_a_network_or_not)
{
    struct Case {
        std::string_view network;
        std::string_view address;
        bool is_in;
    };
    const Case cases[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"172.16.0.0/12", "172.31.255.255", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"::1/128", "::1", true},
        {"loopback", "127.9.9.9", true},
        {"Loopback", "::1", true},
        {"loopback", "128.0.0.1", false},
        {"private", "192.168.7.7", true},
        {"private", "fd12::1", true},
        {"private", "169.254.1.1", true},
        {"private", "127.0.0.1", false},
        {"private", "203.0.113.1", false},
    };
    for (const auto& [network, text, is_in] : cases)
        EXPECT_EQ(contains(parse_networks(network), address(text)), is_in) << network << text;
}

TEST(ClientAddress, has_no_network_of_what_is_none)
{
    for (const std::string_view text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
                                        "10.0.0.0/8x", "::/129", "proxy", "10.0.0.0/8,::1"})
        EXPECT_TRUE(parse_networks(text).empty()) << text;
}

TEST(ClientAddress, is_the_rightmost_that_is_not_trusted)
{
    using Headers = std::vector<schema::NamedText>;
    const Headers none;
    EXPECT_EQ(client("10.0.0.1", none, "private"), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", {{"x-forwarded-for", "203.0.113.1"}}, "private"), "203.0.113.1");
    const Headers two{{"X-Forwarded-For", "198.51.100.1, 203.0.113.1"}, {"Other", "::1"}};
    EXPECT_EQ(client("10.0.0.1", two, "private"), "203.0.113.1");
    const Headers chain{{"X-Forwarded-For", "198.51.100.1,203.0.113.1"},
                        {"X-Forwarded-For", "10.0.0.7 , 10.0.0.8:80"}};
    EXPECT_EQ(client("10.0.0.1", chain, "private"), "203.0.113.1");
    EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:443"}}, "private"),
              "2001:db8::1");
    EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}}, "private"),
              "10.0.0.3");
}

TEST(ClientAddress, is_the_nearest_that_is_believed_where_nonsense_follows)
{
    for (const std::string_view nonsense : {"", "unknown", "203.0.113.1, _hidden", "[", ","})
        EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", nonsense}}, "private"), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "203.0.113.1, , 10.0.0.2"}}, "private"),
              "10.0.0.2");
}

}  // namespace todod::http
