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

TEST(Cors, takes_the_fields_of_mcp_and_those_that_its_tools_name)
{
    const auto allowed = [](std::string_view asked) {
        return Cors::preflight("POST", asked)[1].value;
    };
    for (const std::string_view field :
         {"Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id", "Last-Event-ID",
          "Authorization", "Content-Type", "Accept"})
        EXPECT_THAT(allowed(""), ::testing::HasSubstr(field));
    EXPECT_THAT(allowed("content-type,mcp-param-title, Mcp-Param-Due_date"),
                ::testing::EndsWith("Mcp-Session-Id, mcp-param-title, Mcp-Param-Due_date"));
    for (const std::string_view asked :
         {"X-Other", "mcp-param-", "mcp-param-a b", "mcp-param-\xff", "x-mcp-param-a", ",,,", "*"})
        EXPECT_EQ(allowed(asked), allowed("")) << asked;
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += fmt::format("mcp-param-{},", i);
    EXPECT_THAT(allowed(many), ::testing::EndsWith("mcp-param-31"));
}

TEST(Cors, shows_pages_what_mcp_says_in_fields)
{
    std::string fields;
    Cors::append(fields, "http://a");
    for (const std::string_view field : {"WWW-Authenticate", "Mcp-Protocol-Version"})
        EXPECT_THAT(fields, ::testing::HasSubstr(field));
    EXPECT_THAT(fields, ::testing::Not(::testing::HasSubstr("Mcp-Session-Id")))
        << "there are no sessions";
}

}  // namespace todod::http
