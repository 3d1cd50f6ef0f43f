#include "base/words.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace todod::base {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

TEST(Words, are_runs_of_letters_and_digits_without_case_each_once_in_byte_order)
{
    EXPECT_THAT(words_of("Buy MILK, buy 2l milk!"), ElementsAre("2l", "buy", "milk"));
    EXPECT_THAT(words_of("a_b-c.d'e"), ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_THAT(words_of("zebra Äpfel 10 9"), ElementsAre("10", "9", "apfel", "zebra"));
    EXPECT_THAT(words_of(std::string_view{"nul\0l", 5}), ElementsAre("l", "nul"));
}

TEST(Words, are_none_where_there_is_no_letter_and_no_digit)
{
    for (const auto& text : {"", " ", "\t\n", "!?…—«»", "👍🏽 🎉", "+-=<>", "\u0301", "\u200b"})
        EXPECT_THAT(words_of(text), IsEmpty()) << text;
}

TEST(Words, are_the_same_with_and_without_diacritics_however_they_are_written)
{
    for (const auto& text : {"cafe", "CAFE", "café", "Cafe\u0301", "CAFÉ", "c\u0327afé\u0302"})
        EXPECT_THAT(words_of(text), ElementsAre("cafe")) << text;
    EXPECT_EQ(words_of("Ångström"), words_of("angstrom"));
    EXPECT_EQ(words_of("ΟΔΟΣ"), words_of("οδος"));
    EXPECT_EQ(words_of("İstanbul"), words_of("istanbul"));
}

TEST(Words, as_they_stand_keep_case_marks_and_order)
{
    EXPECT_THAT(split_words("Zoë: e-mail\u0301s, 2l MILK milk!"),
                ElementsAre("Zoë", "e", "mail\u0301s", "2l", "MILK", "milk"));
    EXPECT_THAT(split_words("12:30 foo/bar👍baz"), ElementsAre("12", "30", "foo", "bar", "baz"));
    EXPECT_THAT(split_words("Straße"), ElementsAre("Straße"));
    EXPECT_THAT(split_words(" \t!?"), IsEmpty());
    EXPECT_THAT(split_words("a\xff"
                            "b"),
                ElementsAre("a"));
}

TEST(Words, are_found_in_every_script)
{
    EXPECT_THAT(words_of("牛乳を買う"), ElementsAre("牛乳を買う"));
    EXPECT_THAT(words_of("牛乳、ハン。"), ElementsAre("ハン", "牛乳"));
    EXPECT_THAT(words_of("Привет, Мир"), ElementsAre("мир", "привет"));
    EXPECT_THAT(words_of("שלום עולם"), ElementsAre("עולם", "שלום"));
    EXPECT_THAT(words_of("٣ تفاح"), ElementsAre("تفاح", "٣"));
    EXPECT_THAT(words_of("½ ² Ⅷ"), ElementsAre("²", "½", "ⅷ"));
    EXPECT_THAT(words_of("milk👍bread"), ElementsAre("bread", "milk"));
}

TEST(Words, are_the_same_for_a_ligature_and_its_letters)
{
    EXPECT_EQ(words_of("Straße"), words_of("STRASSE"));
    EXPECT_EQ(words_of("oﬃce"), words_of("office"));
}

TEST(Words, of_a_long_text_are_all_there)
{
    constexpr int count = 20'000;
    std::string text;
    Words expected;
    for (int i = 0; i < count; ++i) {
        text += " Wört" + std::to_string(i);
        expected.push_back("wort" + std::to_string(i));
    }
    std::ranges::sort(expected);
    EXPECT_THAT(words_of(text), ElementsAreArray(expected));
    EXPECT_THAT(words_of(std::string(1'000'000, 'A')), ElementsAre(std::string(1'000'000, 'a')));
}

TEST(Words, of_what_is_no_utf8_are_none)
{
    for (const auto& text : {"\xFF", "milk \xC3", "milk \xC3("})
        EXPECT_THAT(words_of(text), IsEmpty());
}

}  // namespace
}  // namespace todod::base
