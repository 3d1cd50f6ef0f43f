#include "net/address.hpp"

#include <gtest/gtest.h>

namespace todod::net {
namespace {

TEST(Address, is_public_where_everybody_on_the_internet_reaches_it)
{
    for (const char* address : {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",
                                "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
                                "126.255.255.255", "128.0.0.1",       "172.15.255.255",
                                "172.32.0.0",      "192.167.255.255", "192.169.0.0",
                                "198.17.255.255",  "198.20.0.0",      "223.255.255.255",
                                "2606:4700::1111", "2a00:1450::1",    "2001:4860:4860::8888",
                                "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8"}) {
        EXPECT_TRUE(is_public_address(address)) << address;
    }
}

TEST(Address, is_not_public_where_it_leads_somewhere_inside)
{
    for (const char* address :
         {"0.0.0.0",         "0.1.2.3",         "10.0.0.1",        "10.255.255.255",  "100.64.0.1",
          "100.127.255.255", "127.0.0.1",       "127.255.255.254", "169.254.169.254", "172.16.0.1",
          "172.31.255.255",  "192.0.0.1",       "192.0.2.1",       "192.88.99.1",     "192.168.0.1",
          "192.168.255.255", "198.18.0.1",      "198.19.255.255",  "198.51.100.7",    "203.0.113.9",
          "224.0.0.1",       "239.255.255.255", "240.0.0.1",       "255.255.255.255"}) {
        EXPECT_FALSE(is_public_address(address)) << address;
        EXPECT_FALSE(is_public_address(std::string{"::ffff:"} + address)) << address;
        EXPECT_FALSE(is_public_address(std::string{"64:ff9b::"} + address)) << address;
        EXPECT_FALSE(is_public_address(std::string{"::"} + address)) << address;
    }
    for (const char* address :
         {"::", "::1", "fe80::1", "fe80::1%eth0", "febf::1", "fc00::1", "fd12:3456::1", "ff02::1",
          "ff0e::1", "fec0::1", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1",
          "2002:7f00:1::", "3fff::1", "64:ff9b:1::1", "64:ff9b::1:808:808", "4000::1"}) {
        EXPECT_FALSE(is_public_address(address)) << address;
    }
}

TEST(Address, is_not_public_when_it_is_none)
{
    for (const char* text : {"", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]",
                             "8.8.8.8:80", "8.8.8.8 ", "8.8.8"}) {
        EXPECT_FALSE(is_public_address(text)) << text;
    }
}

TEST(PrivateHost, is_told_by_what_it_is_called)
{
    for (const char* host :
         {"localhost", "LocalHost.", "a.localhost", "127.0.0.1", "10.1.2.3", "127.1", "2130706433",
          "0x7f000001", "0x7f.1", "::1", "fd00::1", "1.2.3.4."})
        EXPECT_TRUE(is_private_host(host)) << host;
    for (const char* host : {"a.example", "localhost.example", "1.1.1.1", "2606:4700::1111"})
        EXPECT_FALSE(is_private_host(host)) << host;
}

TEST(LocalName, is_one_that_means_something_only_inside)
{
    for (const char* host : {"intranet", "db.", "metadata.google.internal", "nas.LOCAL", "a.lan.",
                             "a.home.arpa", "home.arpa", "a.b.localdomain", "lan"})
        EXPECT_TRUE(is_local_name(host)) << host;
    for (const char* host : {"a.example", "internal.example", "mylan.example", "a.mylan",
                             "nohome.arpa", "1.1.1.1", "2606:4700::1111"})
        EXPECT_FALSE(is_local_name(host)) << host;
}

TEST(LoopbackHost, is_localhost_or_an_address_of_it)
{
    for (const char* host :
         {"localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.8.7", "::1"})
        EXPECT_TRUE(is_loopback_host(host)) << host;
    for (const char* host : {"a.example", "10.0.0.1", "0.0.0.0", "fd00::1", "1.1.1.1"})
        EXPECT_FALSE(is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace todod::net
