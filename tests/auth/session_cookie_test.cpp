#include "auth/session_cookie.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::auth {
namespace {

using namespace std::chrono_literals;

constexpr bool in_production = true;

std::optional<std::string_view> find_in(std::vector<std::string_view> cookies,
                                        bool production = false)
{
    std::vector<schema::NamedText> headers{{"Host", "todo.example"}};
    for (const auto value : cookies)
        headers.push_back({"cookie", value});
    return SessionCookie{production}.find(headers);
}

TEST(SessionCookie, is_of_this_host_and_no_scripts)
{
    EXPECT_EQ(SessionCookie{}.give("a.b.c", 48h),
              "todod_session=a.b.c; Path=/; Max-Age=172800; HttpOnly; SameSite=Strict");
    EXPECT_EQ(
        SessionCookie{in_production}.give("a.b.c", 48h),
        "__Host-todod_session=a.b.c; Path=/; Max-Age=172800; HttpOnly; SameSite=Strict; Secure");
}

TEST(SessionCookie, is_taken_away_with_the_attributes_that_it_was_given_with)
{
    EXPECT_EQ(SessionCookie{}.clear(),
              "todod_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    EXPECT_EQ(SessionCookie{in_production}.clear(),
              "__Host-todod_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

TEST(SessionCookie, is_found_among_others)
{
    for (const char* cookies :
         {"todod_session=a.b.c", "todod_session=a.b.c;", "; ;todod_session=a.b.c",
          "todod_session=a.b.c; x=1", "x=1; todod_session=a.b.c", "x=1;todod_session=a.b.c;y=2",
          "x; todod_session \t= a.b.c ", "todod_session; todod_session=a.b.c",
          "=todod_session=x; todod_session=a.b.c"}) {
        EXPECT_EQ(find_in({cookies}), "a.b.c") << cookies;
    }
    EXPECT_EQ(find_in({"x=1", "todod_session=a.b.c", "y=2"}), "a.b.c");
    EXPECT_EQ(find_in({"todod_session=a=b=="}), "a=b==") << "the first = ends the name";
}

TEST(SessionCookie, is_of_its_exact_name)
{
    for (const char* cookies :
         {"", ";", "=", "x=1", "Todod_Session=a", "todod_session2=a", "xtodod_session=a",
          "todod_session", "=todod_session=a", "x=todod_session=a", "__Host-todod_session=a",
          "x=\"; todod_sessio=a"}) {
        EXPECT_EQ(find_in({cookies}), std::nullopt) << cookies;
    }
    EXPECT_EQ(find_in({"todod_session=a"}, in_production), std::nullopt);
    EXPECT_EQ(find_in({"__host-todod_session=a"}, in_production), std::nullopt);
    EXPECT_EQ(find_in({"todod_session=a; __Host-todod_session=b"}, in_production), "b");
}

TEST(SessionCookie, is_not_there_where_it_is_empty)
{
    for (const char* cookies : {"todod_session=", "todod_session= ", "todod_session=; x=1"}) {
        EXPECT_EQ(find_in({cookies}), std::nullopt) << cookies;
    }
    EXPECT_EQ(find_in({"todod_session=; todod_session=a"}), "a");
}

TEST(SessionCookie, is_refused_where_there_are_two)
{
    for (const std::vector<std::string_view>& cookies :
         {std::vector<std::string_view>{"todod_session=a; todod_session=b"},
          {"todod_session=a; x=1; todod_session=a"},
          {"todod_session=a", "todod_session=b"}}) {
        const auto error = testing::error_of([&] { find_in(cookies); });
        EXPECT_EQ(error.code(), base::ErrorCode::unauthorized);
        EXPECT_EQ(error.message(), "The cookie todod_session is given twice.");
    }
}

}  // namespace
}  // namespace todod::auth
