#include "base/dotenv.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace todod::base {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Variables = std::map<std::string, std::string, std::less<>>;

TEST(Dotenv, reads_values)
{
    struct Case {
        std::string_view text;
        std::string_view value;
    };
    for (const auto& [text, value] : {
             Case{"A=b", "b"},
             Case{"A=", ""},
             Case{"  A  =  b  ", "b"},
             Case{"\tA\t=\tb\t\n", "b"},
             Case{"A=b c  d", "b c  d"},
             Case{"A=b=c", "b=c"},
             Case{"A=b'c\"d", "b'c\"d"},
             Case{"A=b\\n", "b\\n"},
             Case{"A=${HOME}", "${HOME}"},
             Case{"A=é 😀", "é 😀"},
             Case{"export A=b", "b"},
             Case{"export \t A=b", "b"},
             Case{"'A'=b", "b"},
             Case{"\uFEFFA=b", "b"},
             Case{"A=postgresql+asyncpg://u:p@h:5432/d?ssl=require#top",
                  "postgresql+asyncpg://u:p@h:5432/d?ssl=require#top"},
         }) {
        EXPECT_EQ(parse_dotenv(text), (Variables{{"A", std::string{value}}})) << text;
    }
}

TEST(Dotenv, takes_what_follows_white_space_and_a_hash_for_a_comment)
{
    struct Case {
        std::string_view text;
        std::string_view value;
    };
    for (const auto& [text, value] : {
             Case{"A=b # c", "b"},
             Case{"A=b\t#c", "b"},
             Case{"A=b #", "b"},
             Case{"A=b#c", "b#c"},
             Case{"A=b#c d # e # f", "b#c d"},
             Case{"A=#b", "#b"},
             Case{"A='b # c' # d", "b # c"},
             Case{"A=\"b # c\" # d", "b # c"},
             Case{"A=\"b\"# c", "b"},
         }) {
        EXPECT_EQ(parse_dotenv(text), (Variables{{"A", std::string{value}}})) << text;
    }
}

TEST(Dotenv, reads_quoted_values)
{
    struct Case {
        std::string_view text;
        std::string_view value;
    };
    for (const auto& [text, value] : {
             Case{"A=''", ""},
             Case{"A=\"\"", ""},
             Case{"A=' b '", " b "},
             Case{"A=\" b \"", " b "},
             Case{"A='b\"c'", "b\"c"},
             Case{"A=\"b'c\"", "b'c"},
             Case{R"(A="\a\b\f\n\r\t\v\\\'\"")", "\a\b\f\n\r\t\v\\'\""},
             Case{R"(A="\$\x41\u0041")", R"(\$\x41\u0041)"},
             Case{R"(A='\n\"')", R"(\n\")"},
             Case{R"(A='\'\\')", R"('\)"},
             Case{"A=\"b\nc\"", "b\nc"},
             Case{"A=\"b\r\nc\rd\"", "b\nc\nd"},
             Case{"A='b\n\n#c'", "b\n\n#c"},
         }) {
        EXPECT_EQ(parse_dotenv(text), (Variables{{"A", std::string{value}}})) << text;
    }
}

TEST(Dotenv, reads_lines_however_they_end)
{
    const Variables expected{{"A", "1"}, {"B", "2"}, {"C", ""}, {"D", "4"}};
    for (const std::string_view end : {"\n", "\r\n", "\r"}) {
        EXPECT_EQ(parse_dotenv(fmt::format("# first{0}{0}A=1{0}  {0}export B='2'{0}C={0}D=4", end)),
                  expected);
    }
}

TEST(Dotenv, lets_a_later_line_win)
{
    EXPECT_EQ(parse_dotenv("A=1\nB=2\nA=3\n"), (Variables{{"A", "3"}, {"B", "2"}}));
}

TEST(Dotenv, sets_nothing_where_nothing_is_set)
{
    for (const std::string_view text : {"", "\n", " \r\n\t\n", "# A=b", "  # c", "#", "A",
                                        "export A", "export # c", "A # c", "\uFEFF"}) {
        EXPECT_THAT(parse_dotenv(text), IsEmpty()) << text;
    }
}

TEST(Dotenv, tells_a_name_that_begins_with_export_from_the_word)
{
    EXPECT_EQ(parse_dotenv("export_dir=1\nexport=2\n"),
              (Variables{{"export_dir", "1"}, {"export", "2"}}));
}

TEST(Dotenv, refuses_a_malformed_line_by_its_number_and_not_its_text)
{
    struct Case {
        std::string text;
        int line;
    };
    for (const auto& [text, line] : {
             Case{"=s3cret", 1},
             Case{"\n\n= s3cret", 3},
             Case{"A s3cret", 1},
             Case{"# c\r\nA=1\r\nB s3cret=2\r\n", 3},
             Case{"A=1\rs3cret s3cret\r", 2},
             Case{"A='s3cret", 1},
             Case{"A=1\nB=\"s3cret\nC=2\n", 2},
             Case{"A=\"s3cret\\\"", 1},
             Case{"A='s3cret\\'", 1},
             Case{"A=\"1\n2\"\nB='1' s3cret\n", 3},
             Case{"A=\"1\n2\" s3cret\n", 1},
             Case{"A='1's3cret", 1},
             Case{"'s3cret=1", 1},
             Case{"''=s3cret", 1},
             Case{"export =s3cret", 1},
         }) {
        try {
            parse_dotenv(text);
            ADD_FAILURE() << "accepted: " << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::invalid);
            EXPECT_THAT(error.message(), StartsWith(fmt::format("line {}: ", line))) << text;
            EXPECT_THAT(error.message(), Not(HasSubstr("s3cret")));
        }
    }
}

}  // namespace
}  // namespace todod::base
