#include "feed/notice.hpp"

#include <gmock/gmock.h>

namespace todod::feed {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<UserKey> read(std::string_view text)
{
    std::vector<UserKey> users;
    EXPECT_TRUE(read_notice(text, [&](UserKey user) { users.push_back(user); })) << text;
    return users;
}

TEST(Notice, says_who_it_is_about)
{
    std::vector<UserKey> users{0, 0xFFFF'FFFF'FFFF'FFFF, 0x1234};
    const auto text = write_notice(users, 100);
    EXPECT_EQ(text, "0000000000001234ffffffffffffffff0000000000000000");
    EXPECT_THAT(users, IsEmpty());
    EXPECT_THAT(read(text), ElementsAre(0x1234, 0xFFFF'FFFF'FFFF'FFFF, 0));
}

TEST(Notice, leaves_those_that_it_has_no_room_for)
{
    std::vector<UserKey> users{1, 2, 3};
    EXPECT_THAT(read(write_notice(users, 47)), ElementsAre(3, 2));
    EXPECT_THAT(users, ElementsAre(1));
}

TEST(Notice, is_known_from_what_is_none)
{
    for (const std::string_view text :
         {"*", "1", "000000000000123g", "0000000000001234x", "  00000000001234", "-000000000001234",
          "Hello, is anybody here?"}) {
        EXPECT_FALSE(read_notice(text, [](UserKey) {})) << text;
    }
    EXPECT_TRUE(read_notice("", [](UserKey) { FAIL(); }));
}

TEST(UserKey, is_the_same_in_all_processes_and_releases)
{
    EXPECT_EQ(key_of("ada"), key_of("ada"));
    EXPECT_NE(key_of("ada"), key_of("Ada"));
    EXPECT_EQ(fmt::format("{:016x}", key_of("")), "1e924b9d737700d7");
}

}  // namespace
}  // namespace todod::feed
