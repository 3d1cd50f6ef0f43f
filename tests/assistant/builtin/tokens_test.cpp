#include "assistant/builtin/tokens.hpp"

#include <gmock/gmock.h>

namespace todod::assistant::builtin {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(std::string_view text)
{
    std::vector<std::string> all;
    for (const Token& token : tokenize(text))
        all.push_back(token.text);
    return all;
}

TEST(Tokens, are_words_numbers_and_marks_without_case)
{
    EXPECT_THAT(texts("Don\u2019t forget: call  Mom at 3pm!"),
                ElementsAre("don't", "forget", ":", "call", "mom", "at", "3", "pm", "!"));
    EXPECT_THAT(texts("\u201cFollow-up\u201d \u2013 10:30"),
                ElementsAre("\"", "follow-up", "\"", "-", "10", ":", "30"));
    EXPECT_THAT(texts("\u00c4RGER \u4e00"), ElementsAre("\u00e4rger", "\u4e00"));
    EXPECT_THAT(texts(" \t\u00a0"), ElementsAre());
}

TEST(Tokens, know_where_they_stand)
{
    const auto tokens = tokenize("\u00e9t\u00e9 at 3pm");
    ASSERT_EQ(tokens.size(), 4U);
    EXPECT_EQ(tokens[0].begin, 0U);
    EXPECT_EQ(tokens[0].end, 5U);
    EXPECT_FALSE(tokens[2].is_joined);
    EXPECT_TRUE(tokens[3].is_joined);
    EXPECT_EQ(tokens[3].kind, Token::Kind::word);
    EXPECT_EQ(tokens[2].kind, Token::Kind::number);
}

}  // namespace
}  // namespace todod::assistant::builtin
