#include "http/cors.hpp"

#include <gmock/gmock.h>

namespace todod::http {

TEST(Cors, allows_exactly_the_origins_on_its_list)
{
    const Cors cors{{"http://localhost:3000", "https://example.com"}, false};
    EXPECT_TRUE(cors.allows("http://localhost:3000"));
    EXPECT_TRUE(cors.allows("https://example.com"));
    for (const std::string_view other :
         {"http://localhost:3001", "http://localhost", "https://localhost:3000", "null", "",
          "http://localhost:3000/", "HTTP://localhost:3000", "https://example.com.evil.org",
          "https://sub.example.com", "*"}) {
        EXPECT_FALSE(cors.allows(other)) << other;
    }
}

TEST(Cors, takes_a_star_outside_production_only)
{
    EXPECT_TRUE((Cors{{"*"}, false}.allows("http://anything")));
    EXPECT_FALSE((Cors{{"*"}, true}.allows("http://anything")));
    EXPECT_TRUE((Cors{{"*", "http://a"}, true}.allows("http://a")));
    EXPECT_FALSE((Cors{{"*"}, false}.allows("")));
}

TEST(Cors, is_off_without_origins)
{
    EXPECT_FALSE((Cors{{}, false}.is_on()));
    EXPECT_FALSE((Cors{{"*"}, true}.is_on()));
    EXPECT_TRUE((Cors{{"*"}, false}.is_on()));
    EXPECT_TRUE((Cors{{"http://a"}, true}.is_on()));
}

TEST(Cors, echoes_the_origin_with_credentials)
{
    std::string fields;
    Cors::append(fields, "http://a");
    EXPECT_THAT(fields, ::testing::StartsWith("Access-Control-Allow-Origin: http://a\r\n"
                                              "Access-Control-Allow-Credentials: true\r\n"));
    EXPECT_THAT(fields, ::testing::HasSubstr("X-Total-Count"));
    EXPECT_THAT(fields, ::testing::EndsWith("\r\n"));
}

TEST(Cors, answers_a_preflight_with_the_methods_of_the_path)
{
    const auto fields = Cors::preflight("GET, OPTIONS");
    ASSERT_EQ(fields.size(), 3U);
    EXPECT_EQ(fields[0].name, "Access-Control-Allow-Methods");
    EXPECT_EQ(fields[0].value, "GET, OPTIONS");
    EXPECT_THAT(fields[1].value, ::testing::HasSubstr("Idempotency-Key"));
    EXPECT_EQ(fields[2].value, "600");
}

}  // namespace todod::http
