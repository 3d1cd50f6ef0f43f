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

}  // namespace
}  // namespace todod::base
