#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace todod::base {
namespace {

TEST(Sha256, gives_what_openssls_own_program_gives)
{
    EXPECT_EQ(base64url_encode(sha256("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    EXPECT_EQ(base64url_encode(sha256("")), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    EXPECT_NE(sha256(std::string_view{"\0", 1}), sha256(""));
}

TEST(Sha256, of_pieces_is_that_of_the_whole)
{
    Sha256 pieces;
    for (const std::string_view piece : {"a", "", "bc"})
        pieces.add(piece);
    EXPECT_EQ(pieces.finish(), sha256("abc"));
    EXPECT_EQ(Sha256{}.finish(), sha256(""));
}

}  // namespace
}  // namespace todod::base
