#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace todod::base {
namespace {

using namespace std::string_literals;

TEST(Text, counts_code_points_not_bytes)
{
    EXPECT_EQ(count_code_points(""), 0U);
    EXPECT_EQ(count_code_points("milk"), 4U);
    EXPECT_EQ(count_code_points("Größe"), 5U);
    EXPECT_EQ(count_code_points("牛乳を買う"), 5U);
    EXPECT_EQ(count_code_points("👍🏽"), 2U);
    EXPECT_EQ(count_code_points("e\u0301"), 2U);
    EXPECT_EQ(count_code_points("a\0b"s), 3U);
    std::string long_text;
    for (int i = 0; i < 1000; ++i)
        long_text += "aé€😀";
    EXPECT_EQ(count_code_points(long_text), 4000U);
}

TEST(Text, accepts_utf8)
{
    for (const auto& text :
         {""s, "plain ASCII, longer than one word of the machine"s, "é"s, "€"s, "😀"s, "\0"s,
          "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
          "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s, "12345678é"s, "1234567é9"s}) {
        EXPECT_TRUE(is_valid_utf8(text)) << text;
    }
}

TEST(Text, refuses_what_is_not_utf8)
{
    for (const std::string_view broken : {
             "\x80",              // a continuation with nothing before it
             "\xC3",              // cut short
             "\xE2\x82",          //
             "\xF0\x9F\x98",      //
             "\xC3(",             // no continuation after a lead
             "\xE2\x82(",         //
             "\xC0\x80",          // longer than need be
             "\xC1\xBF",          //
             "\xE0\x9F\xBF",      //
             "\xF0\x8F\xBF\xBF",  //
             "\xED\xA0\x80",      // surrogates
             "\xED\xBF\xBF",      //
             "\xF4\x90\x80\x80",  // past U+10FFFF
             "\xF8\x88\x80\x80\x80",
             "\xFE",
             "\xFF",
         }) {
        EXPECT_FALSE(is_valid_utf8(broken));
        EXPECT_FALSE(is_valid_utf8("1234567" + std::string{broken} + "89"));
        EXPECT_FALSE(is_valid_utf8("é" + std::string{broken}));
    }
}

TEST(Text, trims_unicode_white_space_at_both_ends)
{
    EXPECT_EQ(trim("  buy milk \t\r\n"), "buy milk");
    EXPECT_EQ(trim("é"), "é");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim(" \n "), "");
    for (const std::string space :
         {"\t", "\n", "\v", "\f", "\r", " ", "\u0085", "\u00A0", "\u1680", "\u2000", "\u200A",
          "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"}) {
        EXPECT_EQ(trim(space + space), "");
        EXPECT_EQ(trim(space + "ü" + space + "ü" + space), "ü" + space + "ü");
    }
}

TEST(Text, trims_spaces_and_tabs_alone)
{
    EXPECT_EQ(trim_spaces(" \t buy milk\t "), "buy milk");
    EXPECT_EQ(trim_spaces(" \n "), "\n");
    EXPECT_EQ(trim_spaces(" \t"), "");
    EXPECT_EQ(trim_spaces(""), "");
}

TEST(Text, trims_nothing_else)
{
    for (const std::string kept : {"\u200B", "\uFEFF", "\u2060", "\u180E", "\x1F", "\x7F", "😀"}) {
        EXPECT_EQ(trim(kept), kept);
        EXPECT_EQ(trim(" " + kept + " "), kept);
    }
    EXPECT_EQ(trim("\0"s), "\0"s);
}

TEST(Text, trims_bytes_that_are_not_utf8_without_reading_past_them)
{
    for (const std::string_view broken : {"\x80", "\xC2", "\xE2\x80", "\x80\x80\x80\x80\x80"}) {
        EXPECT_EQ(trim(broken), broken);
    }
}

TEST(Text, leaves_out_what_shows_nothing)
{
    EXPECT_EQ(without_invisible("\u202Aa\u202E b\u2066\u2069\u200B\u200F\u00AD\uFEFF"), "a b");
    EXPECT_EQ(without_invisible("a\u2028b\u2029\U000E0001\U000E0002\U000E007F\U000E0100"), "ab");
    for (const std::string_view kept : {"", "a\nb", "é", "e\u0301", "日本 语", "\u2764\uFE0F"}) {
        EXPECT_EQ(without_invisible(kept), kept);
    }
    EXPECT_EQ(without_invisible("a\x80z"), "a") << "up to what is no UTF-8";
}

TEST(Text, folds_case)
{
    EXPECT_EQ(fold_case("Buy MILK_1"), "buy milk_1");
    EXPECT_EQ(fold_case("STRASSE"), fold_case("straße"));
    EXPECT_EQ(fold_case("ΣΊΣΥΦΟΣ"), fold_case("σίσυφος"));
    EXPECT_EQ(fold_case("Ünïcode"), "ünïcode");
    EXPECT_EQ(fold_case("e\u0301"), "\u00E9") << "composed and decomposed are the same";
    EXPECT_EQ(fold_case("É\0É"s), "é\0é"s);
    EXPECT_EQ(fold_case(""), "");
    EXPECT_NE(fold_case("ﬁ⁵"), "fi5") << "compatibility characters stay apart in what they are";
}

TEST(Text, folds_however_many_marks_in_whatever_order)
{
    EXPECT_EQ(fold_case("A\u0301\u0323"), "\u1EA1\u0301");
    EXPECT_EQ(fold_case("\u0F73\u0F73"), "\u0F71\u0F71\u0F72\u0F72");
    // Who compared them in pairs would not come to an end.
    constexpr int count = 100'000;
    std::string mixed{"X"};
    std::string below;
    std::string above;
    for (int i = 0; i < count; ++i) {
        mixed += "\u0301\u0316";
        below += "\u0316";
        above += "\u0301";
    }
    EXPECT_TRUE(fold_case(mixed) == "x" + below + above);
}

TEST(Text, lowers_ascii_alone)
{
    EXPECT_EQ(to_lower("Content-TYPE@[`{"), "content-type@[`{");
    EXPECT_EQ(to_lower("É"), "É");
}

TEST(Text, compares_ascii_without_case)
{
    EXPECT_TRUE(equals_ignoring_case("", ""));
    EXPECT_TRUE(equals_ignoring_case("Bearer", "bEARER"));
    EXPECT_FALSE(equals_ignoring_case("Bearer", "Bearer "));
    EXPECT_FALSE(equals_ignoring_case("a", "b"));
    EXPECT_FALSE(equals_ignoring_case("@", "`"));
    EXPECT_FALSE(equals_ignoring_case("é", "É"));
}

TEST(Text, writes_snake_case_as_camel_case)
{
    EXPECT_EQ(to_camel_case("title"), "title");
    EXPECT_EQ(to_camel_case("due_date"), "dueDate");
    EXPECT_EQ(to_camel_case("retry_after_2_seconds"), "retryAfter2Seconds");
    EXPECT_EQ(to_camel_case(""), "");
}

constexpr std::array<std::string_view, 6> fields{"title",    "description", "due_date",
                                                 "priority", "tags",        "completed"};

TEST(FindNearest, finds_what_was_meant)
{
    EXPECT_EQ(find_nearest("titel", fields), "title") << "neighbours swapped";
    EXPECT_EQ(find_nearest("titlee", fields), "title") << "one too many";
    EXPECT_EQ(find_nearest("desription", fields), "description") << "one missing";
    EXPECT_EQ(find_nearest("tegs", fields), "tags") << "another letter";
    EXPECT_EQ(find_nearest("DueDate", fields), "due_date") << "without regard to case";
    EXPECT_EQ(find_nearest("title", fields), "title");
    EXPECT_EQ(find_nearest("descriptionen", fields), "description");
}

TEST(FindNearest, tolerates_two_edits_or_a_third_of_the_length)
{
    constexpr std::array<std::string_view, 1> known{"abcdefghijkl"};
    EXPECT_TRUE(find_nearest("abcdefghWXYZ", known));
    EXPECT_FALSE(find_nearest("abcdefgVWXYZ", known));
    constexpr std::array<std::string_view, 1> short_one{"abcd"};
    EXPECT_TRUE(find_nearest("abXY", short_one));
    EXPECT_FALSE(find_nearest("aXYZ", short_one));
}

TEST(FindNearest, prefers_the_fewest_edits_and_then_the_first)
{
    constexpr std::array<std::string_view, 3> known{"created_by", "created_at", "updated_at"};
    EXPECT_EQ(find_nearest("created_a", known), "created_at");
    EXPECT_EQ(find_nearest("created_xx", known), "created_by");
}

TEST(FindNearest, counts_letters_not_bytes)
{
    constexpr std::array<std::string_view, 1> known{"größe"};
    EXPECT_EQ(find_nearest("GRÖẞE", known), "größe");
    EXPECT_EQ(find_nearest("größ牛", known), "größe");
}

TEST(FindNearest, finds_nothing_when_nothing_is_near)
{
    EXPECT_EQ(find_nearest("colour", fields), std::nullopt);
    EXPECT_EQ(find_nearest("", fields), std::nullopt);
    EXPECT_EQ(find_nearest("title", {}), std::nullopt);
    EXPECT_EQ(find_nearest("\xFF\xFF", fields), std::nullopt);
    EXPECT_EQ(find_nearest(std::string(1'000'000, 't'), fields), std::nullopt);
    constexpr std::array<std::string_view, 1> known{"id"};
    EXPECT_EQ(find_nearest("xy", known), std::nullopt) << "two edits, but nothing in common";
}

TEST(PercentDecode, decodes)
{
    EXPECT_EQ(percent_decode("", false), "");
    EXPECT_EQ(percent_decode("a%20b%2fC%2F", false), "a b/C/");
    EXPECT_EQ(percent_decode("caf%C3%A9", false), "café");
    EXPECT_EQ(percent_decode("café", false), "café");
    EXPECT_EQ(percent_decode("%00", false), "\0"s);
    EXPECT_EQ(percent_decode("%2525", false), "%25") << "once";
}

TEST(PercentDecode, takes_a_plus_for_a_space_only_where_asked_to)
{
    EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
    EXPECT_EQ(percent_decode("a+b%2B", false), "a+b+");
}

TEST(PercentDecode, refuses_broken_escapes_and_what_is_not_utf8)
{
    for (const std::string_view text : {"%", "%4", "a%", "%G0", "%0G", "%-1", "%+1", "% 1", "%0x1",
                                        "%%20", "%FF", "%C3", "%C3x", "%ED%A0%80", "\xFF"}) {
        EXPECT_FALSE(percent_decode(text, true)) << text;
    }
}

TEST(PercentEncode, leaves_the_unreserved_characters_alone)
{
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    EXPECT_EQ(percent_encode(unreserved), unreserved);
    EXPECT_EQ(percent_encode("a b/ü+%\n"), "a%20b%2F%C3%BC%2B%25%0A");
}

TEST(PercentEncode, is_undone_by_decoding)
{
    std::string every_ascii;
    for (char c = 0; c < 127; ++c)
        every_ascii += c;
    EXPECT_EQ(percent_decode(percent_encode(every_ascii + "é😀"), true), every_ascii + "é😀");
}

TEST(Base64Url, agrees_with_the_vectors_of_rfc_4648)
{
    struct Case {
        std::string bytes;
        std::string_view text;
    };
    for (const auto& [bytes, text] : {
             Case{"", ""},
             Case{"f", "Zg"},
             Case{"fo", "Zm8"},
             Case{"foo", "Zm9v"},
             Case{"foob", "Zm9vYg"},
             Case{"fooba", "Zm9vYmE"},
             Case{"foobar", "Zm9vYmFy"},
             Case{"\xFB\xFF\xFE", "-__-"},
             Case{"\x00\x10\x83\x10\x51\x87"s, "ABCDEFGH"},
         }) {
        EXPECT_EQ(base64url_encode(bytes), text);
        EXPECT_EQ(base64url_decode(text), bytes);
    }
}

TEST(Base64, is_that_of_RFC_4648)
{
    EXPECT_EQ(base64_encode(""), "");
    EXPECT_EQ(base64_encode("f"), "Zg==");
    EXPECT_EQ(base64_encode("fo"), "Zm8=");
    EXPECT_EQ(base64_encode("foo"), "Zm9v");
    EXPECT_EQ(base64_encode("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64Url, is_undone_by_decoding_for_every_byte_at_every_place)
{
    std::string bytes;
    for (int i = 0; i < 256 * 3 + 2; ++i) {
        bytes += static_cast<char>(i % 256 ^ i / 256);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    }
}

TEST(Base64Url, refuses_what_encoding_never_gives)
{
    for (const auto& text : {
             "Z"s,     "Zm9vY"s,                 // a length that cannot be
             "Zg=="s,  "Zm8="s,                  // padding
             "Zh"s,    "Zm9"s,     "Z_"s,        // unused bits that are not zero
             "Zm9+"s,  "Zm9/"s,                  // the other alphabet
             "Zm 9"s,  "Zm9v\n"s,  "Zm9v\nYg"s,  // white space
             "Zm9\0"s, "Zm9\x80"s, "Zm9\xFF"s,   // anything else
             "=m9v"s,  "Z.9v"s,    "Zm.v"s,     "Z."s, ".g"s, "Zm."s,
         }) {
        EXPECT_FALSE(base64url_decode(text)) << text;
    }
}

TEST(ConstantTime, tells_whether_both_are_the_same)
{
    EXPECT_TRUE(equals_in_constant_time("", ""));
    EXPECT_TRUE(equals_in_constant_time("secret\0x"s, "secret\0x"s));
    EXPECT_FALSE(equals_in_constant_time("secret\0x"s, "secret\0y"s));
    EXPECT_FALSE(equals_in_constant_time("secret", "Secret"));
    EXPECT_FALSE(equals_in_constant_time("secret", "secre"));
    EXPECT_FALSE(equals_in_constant_time("", "s"));
}

TEST(Text, is_cut_after_so_many_code_points)
{
    EXPECT_EQ(cut_code_points("abc", 3), "abc");
    EXPECT_EQ(cut_code_points("abc", 2), "ab");
    EXPECT_EQ(cut_code_points("éé", 2), "éé");
    EXPECT_EQ(cut_code_points("aéb", 2), "aé");
    EXPECT_EQ(cut_code_points("😀€", 1), "😀");
    EXPECT_EQ(cut_code_points("é", 0), "");
    EXPECT_EQ(cut_code_points("", 5), "");
}

TEST(Text, cuts_at_the_end_of_a_code_point)
{
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abc", 2), "ab");
    EXPECT_EQ(cut("aé", 2), "a");
    EXPECT_EQ(cut("😀", 3), "");
}

TEST(Text, knows_control_characters)
{
    for (const std::string_view text : {"\n", "a\x1b", "\x7f", "\xc2\x80", "a\xc2\x9f"})
        EXPECT_TRUE(has_control_character(text)) << text;
    for (const std::string_view text : {"", "a b", "é", "\xc2\xa0"})
        EXPECT_FALSE(has_control_character(text)) << text;
}

TEST(Text, finds_nothing_near_to_a_very_long_word)
{
    const std::string_view known[] = {"title"};
    EXPECT_EQ(find_nearest("title" + std::string(100'000, 'x'), known), std::nullopt);
}

}  // namespace
}  // namespace todod::base
