#include "http/gzip.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace todod::http {

TEST(Gzip, packs_what_unpacks_to_the_same)
{
    Gzip gzip;
    std::string packed = "what was here before";
    for (const auto& plain : {std::string{}, std::string{"a"}, std::string(100'000, 'b'),
                              std::string{"{\"title\": \"milk\"}"}}) {
        gzip.pack(plain, packed);
        EXPECT_EQ(packed.substr(0, 2), "\x1f\x8b");
        EXPECT_EQ(gunzip(packed), plain);
    }
    gzip.pack(std::string(100'000, 'b'), packed);
    EXPECT_LT(packed.size(), 1000U);
}

TEST(Gzip, refuses_to_unpack_what_is_damaged)
{
    Gzip gzip;
    std::string packed;
    gzip.pack(std::string(1000, 'a'), packed);
    EXPECT_THROW(gunzip(packed.substr(0, packed.size() - 1)), base::Error);
    EXPECT_THROW(gunzip("no gzip"), base::Error);
    EXPECT_THROW(gunzip(""), base::Error);
    packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
    EXPECT_THROW(gunzip(packed), base::Error) << "the checksum";
}

}  // namespace todod::http
