#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

namespace todod::base {
namespace {

TEST(SecureRandom, fills_every_byte_it_is_given)
{
    // A byte that is never written stays 0 in all rounds; by chance that is 256^-16 a byte.
    constexpr int rounds = 16;
    std::array<std::byte, 257> ever_set{};
    SecureRandom random;
    for (int round = 0; round < rounds; ++round) {
        std::array<std::byte, ever_set.size()> bytes{};
        random.fill(bytes);
        std::ranges::transform(ever_set, bytes, ever_set.begin(), std::bit_or{});
    }
    EXPECT_EQ(std::ranges::count(ever_set, std::byte{0}), 0);
}

TEST(SecureRandom, touches_nothing_around_what_it_is_given)
{
    std::array<std::byte, 34> bytes{};
    SecureRandom{}.fill(std::span{bytes}.subspan(1, 32));
    EXPECT_EQ(bytes.front(), std::byte{0});
    EXPECT_EQ(bytes.back(), std::byte{0});
}

TEST(SecureRandom, does_not_repeat_itself)
{
    std::array<std::byte, 16> first{};
    std::array<std::byte, 16> second{};
    SecureRandom random;
    random.fill(first);
    random.fill(second);
    EXPECT_NE(first, second);
}

TEST(SecureRandom, accepts_an_empty_span)
{
    EXPECT_NO_THROW(SecureRandom{}.fill({}));
}

}  // namespace
}  // namespace todod::base
