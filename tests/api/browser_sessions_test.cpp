#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using todod::testing::kinds_of;
using todod::testing::TestApi;

constexpr auto* ada = R"({"name": "Ada", "email": "ada@example.com", "password": "correct horse"})";
constexpr auto* login = R"({"email": "ada@example.com", "password": "correct horse"})";
constexpr schema::NamedText other_page{"Sec-Fetch-Site", "same-site"};

class BrowserSessions : public ::testing::Test {
protected:
    TestApi api;
    const std::string user_id{
        api.send("", "POST /api/auth/register", ada).body.at("id").as_string()};
};

TEST_F(BrowserSessions, begin_with_a_token_in_the_cookie_alone)
{
    const auto answer = api.send("", "POST /api/auth/session", login);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              (boost::json::object{
                  {"user", {{"id", user_id}, {"name", "Ada"}, {"email", "ada@example.com"}}},
                  {"expires_in", 7 * 24 * 3600}}));
    const std::string cookie = answer.header("Set-Cookie");
    const auto value = cookie.substr(0, cookie.find(';'));
    EXPECT_EQ(cookie.substr(value.size()), "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
    const std::string_view name = "todod_session=";
    ASSERT_TRUE(value.starts_with(name)) << value;
    const auto claims = api.jwt().verify(value.substr(name.size()), api.clock().now());
    EXPECT_EQ(claims.subject, user_id);
    EXPECT_EQ(claims.generation, 0);
}

TEST_F(BrowserSessions, are_refused_as_a_login_is)
{
    struct Case {
        const char* body;
        ErrorCode code;
    };
    for (const auto& [body, code] : std::initializer_list<Case>{
             {R"({"email": "ada@example.com", "password": "wrong horse"})",
              ErrorCode::unauthorized},
             {R"({"email": "eve@example.com", "password": "correct horse"})",
              ErrorCode::unauthorized},
             {R"({"email": "ada@example.com"})", ErrorCode::invalid},
             {R"({"email": "ada@example.com", "password": "correct horse", "x": 1})",
              ErrorCode::invalid},
         }) {
        const auto here = api.refuse("", "POST /api/auth/session", body);
        const auto there = api.refuse("", "POST /api/auth/login", body);
        EXPECT_EQ(here.code(), code) << body;
        EXPECT_EQ(here.message(), there.message());
        EXPECT_EQ(kinds_of(here.violations()), kinds_of(there.violations()));
    }
}

TEST_F(BrowserSessions, say_who_is_signed_in_if_anybody_is)
{
    const auto answer = api.send("", "GET /api/auth/session", {}, {{"User", user_id}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              (boost::json::object{
                  {"user", {{"id", user_id}, {"name", "Ada"}, {"email", "ada@example.com"}}}}));
    EXPECT_EQ(api.send("", "GET /api/auth/session").body, (boost::json::object{{"user", nullptr}}));
}

TEST_F(BrowserSessions, end_with_the_cookie_whoever_asks)
{
    for (const char* who : {"", "ada", "nobody that is known"}) {
        const auto answer = api.send(who, "DELETE /api/auth/session");
        EXPECT_EQ(answer.status, 204);
        EXPECT_TRUE(answer.body.is_null());
        EXPECT_EQ(answer.header("Set-Cookie"),
                  "todod_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}

TEST_F(BrowserSessions, are_not_renewed_for_who_has_come_otherwise)
{
    const auto error = api.refuse(user_id, "POST /api/auth/session/renew");
    EXPECT_EQ(error.code(), ErrorCode::forbidden);
    EXPECT_THAT(error.message(), HasSubstr("signed in here with a password"));
}

TEST_F(BrowserSessions, are_no_concern_of_other_origins)
{
    for (const auto& [request, body] : std::initializer_list<std::pair<const char*, const char*>>{
             {"POST /api/auth/session", login},
             {"POST /api/auth/session/renew", ""},
             {"DELETE /api/auth/session", ""}}) {
        EXPECT_EQ(api.refuse(user_id, request, body, {other_page}).message(),
                  "A page of another origin may not use the session's cookie.");
    }
    // Whose answer has a token and no cookie: what may read it CORS says.
    EXPECT_EQ(api.send("", "POST /api/auth/login", login, {other_page}).status, 200);
}

}  // namespace
}  // namespace todod::api
