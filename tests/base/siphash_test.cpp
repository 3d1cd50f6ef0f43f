#include "base/siphash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace todod::base {

TEST(Siphash, gives_what_its_authors_give)
{
    // The paper's appendix A, and the reference implementation's vectors for lengths around words.
    const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    const auto of_length = [&key](int length) {
        std::string text;
        for (int i = 0; i < length; ++i)
            text += static_cast<char>(i);
        return siphash(key, text);
    };
    EXPECT_EQ(of_length(0), 0x726fdb47dd0e0e31);
    EXPECT_EQ(of_length(1), 0x74f839c593dc67fd);
    EXPECT_EQ(of_length(7), 0xab0200f58b01d137);
    EXPECT_EQ(of_length(8), 0x93f5f5799a932462);
    EXPECT_EQ(of_length(15), 0xa129ca6149be45e5);
}

TEST(Siphash, depends_on_each_half_of_the_key)
{
    EXPECT_NE(siphash({1, 2}, "ada"), siphash({1, 3}, "ada"));
    EXPECT_NE(siphash({1, 2}, "ada"), siphash({3, 2}, "ada"));
}

}  // namespace todod::base
