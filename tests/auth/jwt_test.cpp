#include "auth/jwt.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "auth/hand_made_token.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::hand_made_token;
using ::testing::HasSubstr;

constexpr std::string_view secret = "a secret of more than thirty-two bytes";
constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";
constexpr base::Instant now{1'700'000'000s};

JwtSettings settings(std::string_view with = secret, std::vector<std::string> previous = {})
{
    JwtSettings made;
    made.secret = with;
    made.previous_secrets = std::move(previous);
    return made;
}

std::string token_of(std::string_view claims)
{
    return hand_made_token(header, claims, secret);
}

/// Why `token` is refused; empty when it is not.
std::string refusal(Jwt& jwt, std::string_view token, base::Instant at = now)
{
    try {
        jwt.verify(token, at);
        return {};
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::unauthorized);
        EXPECT_FALSE(error.message().empty());
        return error.message();
    }
}

json::object payload_of(std::string_view token)
{
    const std::size_t first = token.find('.');
    const std::string_view part = token.substr(first + 1, token.rfind('.') - first - 1);
    return json::parse(base::base64url_decode(part).value()).as_object();
}

TEST(Jwt, verifies_what_it_issued)
{
    Jwt jwt{settings()};
    const Claims claims = jwt.verify(jwt.issue("ann", 3, now), now);
    EXPECT_EQ(claims.subject, "ann");
    EXPECT_EQ(claims.generation, 3);
    EXPECT_EQ(claims.issued_at, 1'700'000'000);
    EXPECT_EQ(claims.expires_at, 1'700'000'000 + 7 * 24 * 3600);
}

TEST(Jwt, issues_only_the_claims_that_are_configured)
{
    JwtSettings given = settings();
    EXPECT_EQ(payload_of(Jwt{given}.issue("ann", 3, now + 999ms)),
              json::parse(R"({"sub":"ann","gen":3,"iat":1700000000,"exp":1700604800})"));
    given.issuer = "todod";
    given.audience = "web";
    given.lifetime = 60s;
    Jwt jwt{given};
    EXPECT_EQ(payload_of(jwt.issue("zoë \"z\"", 0, now)),
              json::parse(R"({"sub":"zoë \"z\"","gen":0,"iat":1700000000,"exp":1700000060,
                              "iss":"todod","aud":"web"})"));
    EXPECT_EQ(jwt.verify(jwt.issue("zoë \"z\"", 0, now), now).subject, "zoë \"z\"");
    EXPECT_EQ(jwt.lifetime(), 60s);
}

TEST(Jwt, reads_tokens_that_others_signed_with_the_secret)
{
    Jwt jwt{settings()};
    const Claims claims = jwt.verify(
        token_of(R"({"sub":"42","exp":1700000001.9,"iat":-0.5,"email":"a@b.c","x":{"y":[]}})"),
        now);
    EXPECT_EQ(claims.subject, "42");
    EXPECT_EQ(claims.expires_at, 1'700'000'001);
    EXPECT_EQ(claims.issued_at, -1);
    EXPECT_EQ(claims.generation, std::nullopt);
}

TEST(Jwt, judges_times_with_a_minute_of_leeway)
{
    const struct {
        const char* claims;
        base::Instant at;
        const char* message;  ///< empty: accepted
    } cases[] = {
        {R"("exp":1700000000)", now - 1s, ""},
        {R"("exp":1700000000)", now, ""},
        {R"("exp":1700000000)", now + 59'999ms, ""},
        {R"("exp":1700000000)", now + 60s, "expired"},
        {R"("exp":1700000000.999)", now + 60s, "expired"},
        {R"("exp":0)", now, "expired"},
        {R"("exp":-1e15)", now, "expired"},
        {R"("exp":9007199254740992)", now, ""},
        {R"("exp":1800000000,"nbf":1700000060)", now, ""},
        {R"("exp":1800000000,"nbf":1700000060.9)", now, ""},
        {R"("exp":1800000000,"nbf":1700000061)", now + 999ms, "not valid yet"},
        {R"("exp":1800000000,"nbf":1700000061)", now + 1s, ""},
        {R"("exp":1800000000,"iat":1700000060)", now, ""},
        {R"("exp":1800000000,"iat":1700000061)", now + 999ms, "in the future"},
        {R"("exp":1800000000,"iat":1700000061)", now + 1s, ""},
    };
    for (const auto& [claims, at, message] : cases) {
        Jwt jwt{settings()};
        const std::string token = token_of(fmt::format(R"({{"sub":"ann",{}}})", claims));
        for (const char* use : {"first", "second"}) {
            const std::string refused = refusal(jwt, token, at);
            EXPECT_EQ(refused.empty(), std::string_view{message}.empty()) << claims << use;
            EXPECT_THAT(refused, HasSubstr(message)) << claims << use;
        }
    }
}

TEST(Jwt, judges_the_times_of_a_known_token_at_each_use)
{
    Jwt jwt{settings()};
    const std::string token = token_of(R"({"sub":"ann","nbf":1700000000,"exp":1700000100})");
    EXPECT_THAT(refusal(jwt, token, now - 61s), HasSubstr("not valid yet"));
    EXPECT_EQ(refusal(jwt, token, now), "");
    EXPECT_THAT(refusal(jwt, token, now + 160s), HasSubstr("expired"));
    EXPECT_EQ(refusal(jwt, token, now + 159s), "");
}

TEST(Jwt, refuses_claims_that_are_missing_or_of_another_type)
{
    const struct {
        const char* claims;
        const char* message;
    } cases[] = {
        {R"({"sub":"ann"})", "exp"},
        {R"({"sub":"ann","exp":null})", "exp"},
        {R"({"sub":"ann","exp":"1800000000"})", "exp"},
        {R"({"sub":"ann","exp":true})", "exp"},
        {R"({"sub":"ann","exp":[1800000000]})", "exp"},
        {R"({"sub":"ann","exp":9007199254740993})", "exp"},
        {R"({"sub":"ann","exp":9223372036854775807})", "exp"},
        {R"({"sub":"ann","exp":-9223372036854775808})", "exp"},
        {R"({"sub":"ann","exp":1e300})", "exp"},
        {R"({"sub":"ann","exp":9223372036854775808})", "JSON"},
        {R"({"sub":"ann","exp":1e400})", "JSON"},
        {R"({"sub":"ann","exp":NaN})", "JSON"},
        {R"({"sub":"ann","exp":1800000000,"nbf":"0"})", "nbf"},
        {R"({"sub":"ann","exp":1800000000,"nbf":null})", "nbf"},
        {R"({"sub":"ann","exp":1800000000,"nbf":-1e300})", "nbf"},
        {R"({"sub":"ann","exp":1800000000,"iat":"0"})", "iat"},
        {R"({"sub":"ann","exp":1800000000,"iat":{}})", "iat"},
        {R"({"sub":"ann","exp":1800000000,"gen":"1"})", "gen"},
        {R"({"sub":"ann","exp":1800000000,"gen":1.0})", "gen"},
        {R"({"sub":"ann","exp":1800000000,"gen":null})", "gen"},
        {R"({"sub":"ann","exp":1800000000,"iss":1})", "iss"},
        {R"({"sub":"ann","exp":1800000000,"aud":1})", "aud"},
        {R"({"sub":"ann","exp":1800000000,"aud":null})", "aud"},
        {R"({"sub":"ann","exp":1800000000,"aud":["a",1]})", "aud"},
        {R"({"sub":"ann","exp":1800000000,"aud":{"a":"a"}})", "aud"},
        {R"({"exp":1800000000})", "sub"},
        {R"({"sub":null,"exp":1800000000})", "sub"},
        {R"({"sub":1,"exp":1800000000})", "sub"},
        {R"({"sub":["ann"],"exp":1800000000})", "sub"},
        {R"({"sub":"","exp":1800000000})", "sub"},
        {R"({"sub":"a\u0000b","exp":1800000000})", "JSON"},
        {"{\"sub\":\"a\xff\",\"exp\":1800000000}", "JSON"},
        {R"({"sub":"ann","sub":"bob","exp":1800000000})", "JSON"},
        {R"({"sub":"ann","\u0073ub":"bob","exp":1800000000})", "JSON"},
        {R"({"sub":"ann","exp":0,"exp":1800000000})", "JSON"},
        {R"({"sub":"ann","exp":1800000000}})", "JSON"},
        {R"([{"sub":"ann","exp":1800000000}])", "JSON"},
        {R"("ann")", "JSON"},
        {"ann", "JSON"},
    };
    Jwt jwt{settings()};
    ASSERT_EQ(refusal(jwt, token_of(R"({"sub":"ann","exp":1800000000})")), "");
    for (const auto& [claims, message] : cases) {
        const std::string refused = refusal(jwt, token_of(claims));
        EXPECT_FALSE(refused.empty()) << claims;
        EXPECT_THAT(refused, HasSubstr(message)) << claims;
    }
}

TEST(Jwt, counts_the_subject_in_code_points)
{
    const auto subject_of = [](std::size_t length) {
        std::string subject;
        for (std::size_t i = 0; i < length; ++i)
            subject += "ø";
        return token_of(fmt::format(R"({{"sub":"{}","exp":1800000000}})", subject));
    };
    Jwt jwt{settings()};
    EXPECT_EQ(refusal(jwt, subject_of(255)), "");
    EXPECT_THAT(refusal(jwt, subject_of(256)), HasSubstr("too long"));
}

TEST(Jwt, wants_a_subject_without_control_characters)
{
    Jwt jwt{settings()};
    for (const char* subject : {R"(ada\n)", R"(\u001b[2J)", R"(a\u007fb)"}) {
        const auto token = token_of(fmt::format(R"({{"sub":"{}","exp":1800000000}})", subject));
        EXPECT_THAT(refusal(jwt, token), HasSubstr("control characters"));
    }
}

TEST(Jwt, wants_the_issuer_and_audience_that_are_configured)
{
    const struct {
        const char* issuer;
        const char* audience;
        const char* claims;
        const char* message;  ///< empty: accepted
    } cases[] = {
        {"", "", R"("iss":"anyone","aud":["any","one"])", ""},
        {"me", "", R"("iss":"me")", ""},
        {"me", "", R"("iss":"Me")", "issuer"},
        {"me", "", R"("iss":"me2")", "issuer"},
        {"me", "", R"("iss":"")", "issuer"},
        {"me", "", R"("aud":"me")", "issuer"},
        {"", "web", R"("aud":"web")", ""},
        {"", "web", R"("aud":["app","web"])", ""},
        {"", "web", R"("aud":"app")", "audience"},
        {"", "web", R"("aud":["app","we"])", "audience"},
        {"", "web", R"("aud":[])", "audience"},
        {"", "web", R"("iss":"web")", "audience"},
        {"me", "web", R"("iss":"me","aud":"web")", ""},
        {"me", "web", R"("iss":"web","aud":"me")", "issuer"},
    };
    for (const auto& [issuer, audience, claims, message] : cases) {
        JwtSettings given = settings();
        given.issuer = issuer;
        given.audience = audience;
        Jwt jwt{given};
        const std::string refused =
            refusal(jwt, token_of(fmt::format(R"({{"sub":"ann","exp":1800000000,{}}})", claims)));
        EXPECT_EQ(refused.empty(), std::string_view{message}.empty()) << issuer << claims;
        EXPECT_THAT(refused, HasSubstr(message)) << issuer << audience << claims;
    }
}

TEST(Jwt, verifies_with_previous_secrets_and_signs_with_the_current_one)
{
    Jwt before{settings("old")};
    Jwt after{settings("new", {"older", "old"})};
    Jwt later{settings("new")};
    EXPECT_EQ(refusal(after, before.issue("ann", 0, now)), "");
    EXPECT_EQ(refusal(later, after.issue("ann", 0, now)), "");
    EXPECT_NE(refusal(later, before.issue("ann", 0, now)), "");
    EXPECT_NE(refusal(before, after.issue("ann", 0, now)), "");
}

TEST(Jwt, cannot_be_made_with_an_empty_secret)
{
    EXPECT_THROW(Jwt{settings("")}, base::Error);
    EXPECT_THROW(Jwt{settings("new", {""})}, base::Error);
}

TEST(Jwt, refuses_any_other_algorithm)
{
    Jwt jwt{settings()};
    constexpr std::string_view claims = R"({"sub":"ann","exp":1800000000})";
    for (const char* algorithm : {"none", "NONE", "RS256", "ES256", "EdDSA", "HS384", "HS512"}) {
        const std::string other = fmt::format(R"({{"alg":"{}","typ":"JWT"}})", algorithm);
        const std::string token = hand_made_token(other, claims, secret);
        EXPECT_NE(refusal(jwt, token), "") << algorithm;
        EXPECT_NE(refusal(jwt, token.substr(0, token.rfind('.') + 1)), "") << algorithm;
    }
}

TEST(Jwt, refuses_a_changed_token_also_when_the_true_one_is_known)
{
    Jwt jwt{settings()};
    const std::string ann = jwt.issue("ann", 0, now);
    const std::string bob = jwt.issue("bob", 0, now);
    ASSERT_EQ(refusal(jwt, ann), "");
    ASSERT_EQ(refusal(jwt, bob), "");
    EXPECT_NE(refusal(jwt, bob.substr(0, bob.rfind('.')) + ann.substr(ann.rfind('.'))), "");
    EXPECT_NE(refusal(jwt, ann.substr(0, ann.size() - 1)), "");
    EXPECT_NE(refusal(jwt, ann + '='), "");
    EXPECT_NE(refusal(jwt, ann + '.'), "");
    EXPECT_NE(refusal(jwt, ""), "");
}

TEST(Jwt, refuses_tokens_that_are_too_long_before_anything_else)
{
    const auto padded = [](std::size_t padding) {
        return token_of(
            fmt::format(R"({{"sub":"ann","exp":1800000000,"x":"{:x>{}}"}})", "", padding));
    };
    // Three bytes of claims are four characters of the token.
    std::size_t padding = (Jwt::max_token_bytes - padded(0).size()) / 4 * 3;
    while (padded(padding + 1).size() <= Jwt::max_token_bytes)
        ++padding;
    Jwt jwt{settings()};
    EXPECT_EQ(refusal(jwt, padded(padding)), "");
    EXPECT_THAT(refusal(jwt, padded(padding + 1)), HasSubstr("too long"));
}

TEST(Jwt, keeps_verifying_when_more_tokens_come_than_it_keeps)
{
    Jwt jwt{settings()};
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < Jwt::cache_size + 100; ++i) {
        tokens.push_back(jwt.issue(std::to_string(i), 0, now));
    }
    for (const char* round : {"first", "second"}) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            ASSERT_EQ(jwt.verify(tokens[i], now).subject, std::to_string(i)) << round;
        }
    }
}

TEST(Jwt, goes_on_after_a_move)
{
    Jwt first{settings()};
    const std::string token = first.issue("ann", 0, now);
    Jwt second{std::move(first)};
    EXPECT_EQ(second.verify(token, now).subject, "ann");
}

TEST(Jwt, refuses_what_better_auth_signed_with_its_own_keys)
{
    std::ifstream file{std::string{TODOD_VECTORS} + "/auth/issued_tokens.json"};
    if (!file) GTEST_SKIP() << "the tokens of other servers are not there";
    const json::value issued = json::parse(std::string{std::istreambuf_iterator{file}, {}});
    for (const auto& server : issued.as_array()) {
        const std::string with{server.at("better_auth_secret").as_string()};
        Jwt jwt{settings(with)};
        const base::Instant at{std::chrono::seconds{server.at("now").as_int64()}};
        EXPECT_NE(refusal(jwt, server.at("jwt").as_string(), at), "") << server.at("issuer");
        // The same claims under the secret are fine.
        EXPECT_EQ(
            refusal(jwt, hand_made_token(header, json::serialize(server.at("jwt_claims")), with),
                    at),
            "");
    }
}

}  // namespace
}  // namespace todod::auth
