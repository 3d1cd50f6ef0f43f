#include "auth/nextauth.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "auth/hand_made_jwe.hpp"
#include "support/errors.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::error_of;
using testing::hand_made_jwe;
using ::testing::HasSubstr;

constexpr std::string_view salt = "authjs.session-token";
constexpr std::string_view header = R"({"alg":"dir","enc":"A256CBC-HS512"})";
constexpr base::Instant now{1'700'000'000s};

const std::string secret = "a secret of more than thirty-two bytes";

std::string token_of(std::string_view claims, std::string_view with = salt)
{
    return hand_made_jwe(header, claims, testing::auth_js_key(secret, with)).text();
}

NextAuth nextauth(std::vector<std::string> secrets = {secret}, std::string_view with = salt)
{
    return NextAuth{secrets, with};
}

std::string refusal(const std::string& token, base::Instant at = now)
{
    const auto error = error_of([&] { nextauth().verify(token, at); });
    EXPECT_EQ(error.code(), base::ErrorCode::unauthorized);
    return error.message();
}

constexpr std::string_view good = R"({"sub":"ann","iat":1700000000,"exp":1700003600})";

TEST(NextAuth, opens_what_auth_js_has_made)
{
    std::ifstream file{std::string{TODOD_VECTORS} + "/auth/authjs_jwe.json"};
    if (!file) GTEST_SKIP() << "the vectors are not here";
    const json::value vectors = json::parse(std::string{std::istreambuf_iterator{file}, {}});
    ASSERT_GE(vectors.as_array().size(), 2U);
    for (const json::value& vector : vectors.as_array()) {
        const auto text = [&](const char* name) {
            return std::string{vector.at(name).as_string()};
        };
        const base::Instant issued{std::chrono::seconds{vector.at("now").as_int64()}};
        const std::vector<std::string> secrets{"another", text("secret")};
        const Claims claims = NextAuth{secrets, salt}.verify(text("token"), issued + 1h);
        EXPECT_EQ(claims.subject, vector.at("claims").at("sub").as_string());
        EXPECT_GE(claims.issued_at, vector.at("now").as_int64());
        EXPECT_THROW(NextAuth({secrets.data(), 1}, salt).verify(text("token"), issued),
                     base::Error);
        EXPECT_THROW(NextAuth(secrets, "other").verify(text("token"), issued), base::Error);
        EXPECT_THROW(nextauth().verify(text("token"), issued), base::Error);
        EXPECT_THROW(NextAuth(secrets, salt).verify(text("token"), issued + std::chrono::days{31}),
                     base::Error);
    }
}

TEST(NextAuth, takes_the_salt_of_either_cookie)
{
    const auto secure = fmt::format("__Secure-{}", salt);
    EXPECT_EQ(nextauth().verify(token_of(good), now).subject, "ann");
    EXPECT_EQ(nextauth().verify(token_of(good, secure), now).subject, "ann");
    EXPECT_EQ(nextauth({secret}, "own").verify(token_of(good, "own"), now).subject, "ann");
    EXPECT_EQ(nextauth({secret}, secure).verify(token_of(good, secure), now).subject, "ann");
    EXPECT_THROW(nextauth({secret}, "own").verify(token_of(good), now), base::Error);
    EXPECT_THROW(nextauth().verify(token_of(good, "own"), now), base::Error);
}

TEST(NextAuth, judges_claims_as_those_of_a_jwt)
{
    EXPECT_THAT(refusal(token_of(R"({"sub":"ann"})")), HasSubstr("exp"));
    EXPECT_THAT(refusal(token_of(R"({"exp":1700003600})")), HasSubstr("sub"));
    EXPECT_THAT(refusal(token_of(R"({"sub":7,"exp":1700003600})")), HasSubstr("sub"));
    EXPECT_THAT(refusal(token_of(R"({"sub":"","exp":1700003600})")), HasSubstr("sub"));
    EXPECT_THAT(
        refusal(token_of(fmt::format(R"({{"sub":"{}","exp":1700003600}})", std::string(256, 'x')))),
        HasSubstr("too long"));
    EXPECT_THAT(refusal(token_of(R"({"sub":"ann","nbf":1700000061,"exp":1700003600})")),
                HasSubstr("not valid yet"));
    EXPECT_THAT(refusal(token_of(R"({"sub":"ann","iat":1700000061,"exp":1700003600})")),
                HasSubstr("in the future"));
    EXPECT_THAT(refusal(token_of(good), base::Instant{1'700'003'660s}), HasSubstr("expired"));
    EXPECT_NO_THROW(nextauth().verify(token_of(good), base::Instant{1'700'003'659s}));
    for (const char* const claims : {"", "[]", "null", R"({"sub":"a","sub":"b","exp":1700003600})"})
        EXPECT_THAT(refusal(token_of(claims)), HasSubstr("claims")) << claims;
}

TEST(NextAuth, asks_for_no_issuer_and_knows_no_generation)
{
    const Claims claims = nextauth().verify(
        token_of(R"({"sub":"ann","iss":"x","aud":["y"],"gen":"z","exp":1700003600})"), now);
    EXPECT_EQ(claims.generation, std::nullopt);
}

TEST(NextAuth, refuses_what_is_too_long)
{
    const auto padded = [](std::size_t bytes) {
        return token_of(
            fmt::format(R"({{"sub":"ann","exp":1700003600,"x":"{}"}})", std::string(bytes, 'x')));
    };
    const std::string large = padded(8900);
    ASSERT_LE(large.size(), NextAuth::max_token_bytes);
    EXPECT_NO_THROW(nextauth().verify(large, now));
    EXPECT_THAT(refusal(padded(9300)), HasSubstr("too long"));
}

TEST(NextAuth, refuses_what_does_not_open)
{
    for (const std::string& token :
         {std::string{"a.b.c.d.e"}, std::string{"...."}, token_of(good) + ".x",
          hand_made_jwe(R"({"alg":"dir","enc":"A256GCM"})", good,
                        testing::auth_js_key(secret, salt))
              .text(),
          hand_made_jwe(header, good, testing::auth_js_key("another", salt)).text()}) {
        EXPECT_THAT(refusal(token), HasSubstr("opens")) << token;
    }
}

}  // namespace
}  // namespace todod::auth
