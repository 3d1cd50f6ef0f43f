#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace todod::base {
namespace {

class FixedRandom final : public Random {
public:
    explicit FixedRandom(std::byte value) : value_(value) {}
    void fill(std::span<std::byte> bytes) override { std::ranges::fill(bytes, value_); }

private:
    std::byte value_;
};

constexpr std::string_view sample = "0123cdef-4567-89ab-cdef-fedcba987654";

TEST(Uuid, comes_back_as_it_was_read)
{
    const auto uuid = parse_uuid(sample);
    ASSERT_TRUE(uuid);
    EXPECT_EQ(uuid->bytes[0], std::byte{0x01});
    EXPECT_EQ(uuid->bytes[6], std::byte{0x89});
    EXPECT_EQ(uuid->bytes[15], std::byte{0x54});
    EXPECT_EQ(to_string(*uuid), sample);
}

TEST(Uuid, is_read_in_either_case_and_written_in_lower_case)
{
    const auto uuid = parse_uuid("0123CDEF-4567-89aB-CdEf-FEDCBA987654");
    ASSERT_TRUE(uuid);
    EXPECT_EQ(to_string(*uuid), sample);
}

TEST(Uuid, is_appended_to_what_is_there)
{
    std::string text = "id=";
    append(text, *parse_uuid(sample));
    EXPECT_EQ(text, "id=" + std::string{sample});
}

TEST(Uuid, orders_as_its_text_does)
{
    EXPECT_LT(*parse_uuid("0f000000-0000-0000-0000-000000000000"),
              *parse_uuid("f0000000-0000-0000-0000-000000000000"));
    EXPECT_LT(*parse_uuid("00000000-0000-0000-0000-00000000007f"),
              *parse_uuid("00000000-0000-0000-0000-000000000080"));
}

TEST(Uuid, refuses_any_other_character_at_any_place)
{
    for (std::size_t i = 0; i < sample.size(); ++i) {
        for (const char wrong : {'g', 'G', '/', ':', '@', '`', ' ', '_', '\0', '\xff'}) {
            std::string text{sample};
            text[i] = wrong;
            EXPECT_FALSE(parse_uuid(text)) << text;
        }
        std::string swapped{sample};
        swapped[i] = swapped[i] == '-' ? '0' : '-';
        EXPECT_FALSE(parse_uuid(swapped)) << swapped;
    }
}

TEST(Uuid, refuses_other_shapes)
{
    for (const std::string_view text : {
             "",
             "0123cdef-4567-89ab-cdef-fedcba98765",
             "0123cdef-4567-89ab-cdef-fedcba9876540",
             " 0123cdef-4567-89ab-cdef-fedcba98765",
             "0123cdef456789abcdeffedcba987654",
             "{0123cdef-4567-89ab-cdef-fedcba987654}",
             "urn:uuid:0123cdef-4567-89ab-cdef-fedcba987654",
             "0123cdef4-567-89ab-cdef-fedcba987654",
         }) {
        EXPECT_FALSE(parse_uuid(text)) << text;
    }
}

TEST(Uuid, version_7_holds_the_time_the_version_and_the_variant)
{
    // RFC 9562, appendix A.6, has this time.
    const Instant now{std::chrono::milliseconds{0x017F22E279B0}};
    FixedRandom ones{std::byte{0xFF}};
    EXPECT_EQ(to_string(make_uuid_v7(now, ones)), "017f22e2-79b0-7fff-bfff-ffffffffffff");
    FixedRandom zeros{std::byte{0}};
    EXPECT_EQ(to_string(make_uuid_v7(now, zeros)), "017f22e2-79b0-7000-8000-000000000000");
}

TEST(Uuid, version_7_orders_by_time)
{
    const Instant now{std::chrono::milliseconds{1'763'719'200'255}};
    FixedRandom ones{std::byte{0xFF}};
    FixedRandom zeros{std::byte{0}};
    EXPECT_LT(make_uuid_v7(now, ones), make_uuid_v7(now + std::chrono::milliseconds{1}, zeros));
}

TEST(Uuid, version_4_is_random_but_for_the_version_and_the_variant)
{
    FixedRandom ones{std::byte{0xFF}};
    EXPECT_EQ(to_string(make_uuid_v4(ones)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    FixedRandom zeros{std::byte{0}};
    EXPECT_EQ(to_string(make_uuid_v4(zeros)), "00000000-0000-4000-8000-000000000000");
}

}  // namespace
}  // namespace todod::base
