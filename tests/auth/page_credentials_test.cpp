// The cookie of todod's own page among the ways in.
#include <gtest/gtest.h>

#include "auth/credentials.hpp"
#include "auth/fake_accounts.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using testing::error_of;

class PageCredentials : public ::testing::Test {
protected:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    Principal authenticate_by(const Headers& headers, bool may_recall)
    {
        std::vector<schema::NamedText> views;
        for (const auto& [name, value] : headers)
            views.push_back({name, value});
        return loop_.run(credentials_.authenticate(views, may_recall));
    }
    ErrorCode refusal_by(const Headers& headers)
    {
        return error_of([&] { authenticate_by(headers, true); }).code();
    }
    std::string cookie(std::int64_t generation = 0)
    {
        return "x=1; todod_session=" + jwt_.issue("ada", generation, clock_.now());
    }

    testing::TestLoop loop_;
    testing::FakeClock clock_;
    testing::FakeAccounts accounts_;
    Jwt jwt_{{.secret = "a secret of at least thirty-two bytes",
              .previous_secrets = {},
              .issuer = {},
              .audience = {}}};
    Credentials credentials_{accounts_, {.jwt = &jwt_}, clock_};
};

TEST_F(PageCredentials, a_page_is_let_in_by_its_cookie_as_by_the_token_in_it)
{
    accounts_.standings["ada"] = {.generation = 3, .tokens_valid_from = {}};
    for (const bool may_recall : {false, true}) {
        const Principal principal = authenticate_by({{"cookie", cookie(3)}}, may_recall);
        EXPECT_EQ(principal.user_id, "ada");
        EXPECT_EQ(principal.generation, 3);
        EXPECT_FALSE(principal.is_token);
        EXPECT_FALSE(principal.is_service);
        EXPECT_EQ(principal.scopes, types::all_scopes);
        EXPECT_EQ(principal.seen.has_value(), may_recall);
    }
    EXPECT_EQ(refusal_by({{"Cookie", cookie(2)}}), ErrorCode::unauthorized);
    accounts_.looks = 0;
    accounts_.recalled["ada"] = {.generation = 3, .tokens_valid_from = {}};
    const Principal recalled = authenticate_by({{"Cookie", cookie(3)}}, true);
    EXPECT_EQ(recalled.generation, 3);
    ASSERT_TRUE(recalled.seen);
    EXPECT_EQ(recalled.seen->issue.generation, 3);
    EXPECT_EQ(accounts_.looks, 0);
}

TEST_F(PageCredentials, a_cookie_is_good_for_todods_own_page_alone)
{
    const Headers::value_type host{"Host", "todo.example"};
    for (const Headers::value_type& other : Headers{{"Sec-Fetch-Site", "cross-site"},
                                                    {"Sec-Fetch-Site", "same-site"},
                                                    {"Origin", "https://other.example"},
                                                    {"Origin", "null"}}) {
        EXPECT_EQ(refusal_by({host, {"Cookie", cookie()}, other}), ErrorCode::forbidden)
            << other.first << ": " << other.second;
        // What no browser sends by itself, no page can be tricked into.
        const std::string bearer = "Bearer " + jwt_.issue("ada", 0, clock_.now());
        EXPECT_NO_THROW(authenticate_by({host, {"Authorization", bearer}, other}, true));
        EXPECT_EQ(refusal_by({host, other}), ErrorCode::unauthorized);
    }
    for (const Headers::value_type& own : Headers{{"Sec-Fetch-Site", "same-origin"},
                                                  {"Sec-Fetch-Site", "none"},
                                                  {"Origin", "https://todo.example"}}) {
        EXPECT_NO_THROW(authenticate_by({host, {"Cookie", cookie()}, own}, true));
    }
}

TEST_F(PageCredentials, a_page_that_says_for_whom_it_asks_is_let_in_as_nobody_else)
{
    EXPECT_EQ(authenticate_by({{"Cookie", cookie()}, {"X-User-ID", "ada"}}, true).user_id, "ada");
    for (const char* other : {"bob", "Ada", ""}) {
        EXPECT_EQ(refusal_by({{"Cookie", cookie()}, {"X-User-ID", other}}), ErrorCode::unauthorized)
            << other;
    }
    const std::string bearer = "Bearer " + jwt_.issue("ada", 0, clock_.now());
    EXPECT_EQ(authenticate_by({{"Authorization", bearer}, {"X-User-ID", "bob"}}, true).user_id,
              "ada")
        << "a token is its user's";
}

TEST_F(PageCredentials, a_cookie_is_looked_at_where_there_is_nothing_else)
{
    const std::string bearer = "Bearer " + jwt_.issue("bob", 0, clock_.now());
    const Headers::value_type page{"Cookie", cookie()};
    EXPECT_EQ(authenticate_by({page, {"Authorization", bearer}}, true).user_id, "bob");
    const std::string two = cookie() + "; " + cookie();
    EXPECT_EQ(authenticate_by({{"Cookie", two}, {"Authorization", bearer}}, true).user_id, "bob");
    EXPECT_EQ(refusal_by({{"Cookie", two}}), ErrorCode::unauthorized);
    for (const Headers::value_type& bad :
         Headers{{"Authorization", ""}, {"Authorization", "Bearer x.y.z"}, {"X-Service-Auth", ""}})
        EXPECT_EQ(refusal_by({page, bad}), ErrorCode::unauthorized) << bad.first;
}

TEST_F(PageCredentials, a_cookie_has_a_jwt_of_todods_own_or_lets_nobody_in)
{
    const std::string good = cookie();
    for (const std::string& bad :
         {std::string{"todod_session="}, std::string{"todod_session=session"},
          std::string{"todod_session=a.b.c"}, std::string{"todod_session=a.b.c.d.e"}, good + "x",
          "todod_session=\"" + good.substr(good.rfind('=') + 1) + '"',
          "__Host-" + good.substr(good.find("todod"))}) {
        EXPECT_EQ(refusal_by({{"Cookie", bad}}), ErrorCode::unauthorized) << bad;
    }
    EXPECT_NO_THROW(authenticate_by({{"Cookie", good}}, true));
    Credentials closed{accounts_, {}, clock_};
    const std::vector<schema::NamedText> headers{{"Cookie", good}};
    EXPECT_EQ(error_of([&] { loop_.run(closed.authenticate(headers, true)); }).code(),
              ErrorCode::unauthorized);
    clock_.advance(jwt_.lifetime() + claims_leeway + std::chrono::seconds{1});
    EXPECT_EQ(refusal_by({{"Cookie", good}}), ErrorCode::unauthorized);
}

}  // namespace
}  // namespace todod::auth
