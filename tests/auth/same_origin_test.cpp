#include "auth/same_origin.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::auth {
namespace {

using Headers = std::vector<schema::NamedText>;

constexpr schema::NamedText host{"Host", "todo.example"};

bool is_let_through(const Headers& headers)
{
    try {
        check_same_origin(headers);
        return true;
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::forbidden);
        return false;
    }
}

TEST(SameOrigin, is_what_a_browser_says_of_the_site)
{
    struct Case {
        const char* site;
        bool is_own;
    };
    for (const auto& [site, is_own] : std::initializer_list<Case>{
             {"same-origin", true},
             {"none", true},
             {" same-origin\t", true},
             {"same-site", false},
             {"cross-site", false},
             {"", false},
             {"Same-Origin", false},
             {"same-origin, same-origin", false},
             {"\"same-origin\"", false},
             {"what comes next", false},
         }) {
        EXPECT_EQ(is_let_through({host, {"Sec-Fetch-Site", site}}), is_own) << site;
        EXPECT_EQ(is_let_through({host, {"sec-fetch-site", site}}), is_own) << site;
    }
}

TEST(SameOrigin, is_held_against_the_host_where_the_browser_says_nothing_of_the_site)
{
    struct Case {
        const char* origin;
        const char* host;
        bool is_own;
    };
    for (const auto& [origin, asked, is_own] : std::initializer_list<Case>{
             {"https://todo.example", "todo.example", true},
             {"http://todo.example", "todo.example", true},
             {"https://todo.example:8443", "todo.example:8443", true},
             {"http://127.0.0.1:8000", "127.0.0.1:8000", true},
             {"http://[::1]:8000", "[::1]:8000", true},
             {"HTTPS://Todo.Example", "todo.eXAMPLE", true},
             {"https://todo.example", "other.example", false},
             {"https://todo.example:8443", "todo.example", false},
             {"https://todo.example", "todo.example:8443", false},
             {"http://localhost:3000", "localhost:8000", false},
             {"http://localhost:8000", "127.0.0.1:8000", false},
             {"https://app.todo.example", "todo.example", false},
             {"https://todo.example.evil.example", "todo.example", false},
             {"https://todo.example@evil.example", "todo.example", false},
             {"https://evil.example#todo.example", "todo.example", false},
             {"https://todo.example/", "todo.example", false},
             {"todo.example", "todo.example", false},
             {"app://todo.example", "todo.example", false},
             {"https://", "", false},
             {"", "", false},
             {"", "todo.example", false},
             {"null", "todo.example", false},
             {"null", "null", false},
         }) {
        EXPECT_EQ(is_let_through({{"Host", asked}, {"Origin", origin}}), is_own)
            << origin << " asks " << asked;
    }
    EXPECT_FALSE(is_let_through({{"Origin", "https://todo.example"}})) << "there is no host";
}

TEST(SameOrigin, is_the_sites_word_before_the_origins)
{
    const schema::NamedText own{"Origin", "https://todo.example"};
    const schema::NamedText other{"Origin", "https://other.example"};
    EXPECT_TRUE(is_let_through({host, other, {"Sec-Fetch-Site", "same-origin"}}))
        << "a proxy has another name for the host";
    EXPECT_FALSE(is_let_through({host, own, {"Sec-Fetch-Site", "cross-site"}}))
        << "a page by HTTP of the same name";
}

TEST(SameOrigin, is_let_through_where_no_browser_asks)
{
    EXPECT_TRUE(is_let_through({host}));
    EXPECT_TRUE(
        is_let_through({host, {"Sec-Fetch-Mode", "cors"}, {"Referer", "https://x.example"}}));
    EXPECT_TRUE(is_let_through({}));
}

TEST(SameOrigin, is_what_all_headers_say_that_are_given_twice)
{
    const schema::NamedText own_site{"Sec-Fetch-Site", "same-origin"};
    const schema::NamedText other_site{"Sec-Fetch-Site", "cross-site"};
    EXPECT_TRUE(is_let_through({host, own_site, own_site}));
    EXPECT_FALSE(is_let_through({host, own_site, other_site}));
    EXPECT_FALSE(is_let_through({host, other_site, own_site}));
    const schema::NamedText own{"Origin", "https://todo.example"};
    const schema::NamedText other{"Origin", "https://other.example"};
    EXPECT_FALSE(is_let_through({host, own, other}));
    EXPECT_FALSE(is_let_through({host, other, own}));
    EXPECT_FALSE(is_let_through({host, {"Host", "other.example"}, own}));
}

TEST(SameOrigin, refuses_in_a_sentence)
{
    const Headers headers{{"Sec-Fetch-Site", "cross-site"}};
    EXPECT_EQ(testing::error_of([&] { check_same_origin(headers); }).message(),
              "A page of another origin may not use the session's cookie.");
}

}  // namespace
}  // namespace todod::auth
