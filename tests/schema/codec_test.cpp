#include "schema/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/sample.hpp"
#include "support/schema.hpp"

namespace todod::schema {
namespace {

using namespace std::string_literals;
using namespace todod::testing;
using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(StringCodec, counts_code_points)
{
    const Limits limits{.min_length = 1, .max_length = 4};
    for (const auto& text : {"a"s, "abcd"s, repeat(4, "é"), repeat(4, "牛"), repeat(4, "😀"),
                             repeat(2, "e\u0301"), repeat(4, "\u0301")}) {
        EXPECT_TRUE(read_value<std::string>(to_json(text), limits).ok) << text;
        EXPECT_TRUE(parse_value<std::string>(text, limits).ok) << text;
    }
    for (const auto& text : {"abcde"s, repeat(5, "é"), repeat(5, "😀"), repeat(3, "e\u0301")}) {
        EXPECT_THAT(read_value<std::string>(to_json(text), limits).errors,
                    ElementsAre("body.x too_long: x must have 1 to 4 characters."))
            << text;
    }
}

TEST(StringCodec, counts_a_surrogate_pair_as_one)
{
    EXPECT_EQ(read_value<std::string>(R"("\ud83d\ude00")", {.max_length = 1}).value, "😀");
}

TEST(StringCodec, trims_before_it_counts_where_it_is_told_to)
{
    const Limits trimmed{.min_length = 1, .max_length = 3, .trimmed = true};
    EXPECT_EQ(read_value<std::string>(R"(" \t\n tea \r\n")", trimmed).value, "tea");
    EXPECT_EQ(read_value<std::string>("\"\u00A0\u3000tea\u2003\"", trimmed).value, "tea");
    EXPECT_EQ(read_value<std::string>(R"(" a b ")", trimmed).value, "a b");
    for (const auto* blank : {R"("")", R"("   ")", R"("\t\n")", "\"\u00A0\u2003\""}) {
        EXPECT_THAT(read_value<std::string>(blank, trimmed).errors,
                    ElementsAre("body.x too_short: x must have 1 to 3 characters."))
            << blank;
    }
    EXPECT_EQ(read_value<std::string>(R"(" a ")", {.max_length = 3}).value, " a ");
    EXPECT_FALSE(read_value<std::string>(R"(" a ")", {.max_length = 2}).ok);
}

TEST(StringCodec, refuses_nul)
{
    EXPECT_THAT(read_value<std::string>(R"("a\u0000b")").errors,
                ElementsAre("body.x nul_character: x must not have the character U+0000."));
    EXPECT_FALSE(read_value<std::string>(R"("\u0000")", {.trimmed = true}).ok);
    EXPECT_FALSE(parse_value<std::string>("a\0"s).ok);
}

TEST(StringCodec, says_which_lengths_it_takes)
{
    EXPECT_THAT(read_value<std::string>(R"("")", {.min_length = 8}).errors,
                ElementsAre("body.x too_short: x must have at least 8 characters."));
    EXPECT_THAT(read_value<std::string>(R"("abc")", {.max_length = 2}).errors,
                ElementsAre("body.x too_long: x must have at most 2 characters."));
}

TEST(StringCodec, takes_strings_only)
{
    for (const auto* json : {"null", "1", "true", "[]", "{}", R"(["a"])"}) {
        EXPECT_THAT(read_value<std::string>(json).errors,
                    ElementsAre("body.x string_type: x must be a string."))
            << json;
    }
}

TEST(StringCodec, describes_its_limits)
{
    EXPECT_EQ(describe_value<std::string>(), parse(R"({"type": "string"})"));
    EXPECT_EQ(describe_value<std::string>({.min_length = 1, .max_length = 9, .format = "email"}),
              parse(R"({"type": "string", "minLength": 1, "maxLength": 9, "format": "email"})"));
}

TEST(BoolCodec, takes_true_and_false_only)
{
    EXPECT_TRUE(read_value<bool>("true").value);
    EXPECT_FALSE(read_value<bool>("false").value);
    EXPECT_TRUE(read_value<bool>("false").ok);
    for (const auto* json : {"null", "1", "0", R"("true")", "[]", "{}"}) {
        EXPECT_THAT(read_value<bool>(json).errors,
                    ElementsAre("body.x bool_type: x must be true or false."))
            << json;
    }
}

TEST(BoolCodec, reads_the_words_of_a_query)
{
    for (const auto* text : {"true", "True", "TRUE", "1"}) {
        EXPECT_TRUE(parse_value<bool>(text).value) << text;
    }
    for (const auto* text : {"false", "False", "0"}) {
        EXPECT_TRUE(parse_value<bool>(text).ok) << text;
        EXPECT_FALSE(parse_value<bool>(text).value) << text;
    }
    for (const auto* text : {"", "yes", "2", "truee", " true"}) {
        EXPECT_FALSE(parse_value<bool>(text).ok) << text;
    }
}

TEST(BoolCodec, writes_and_describes)
{
    EXPECT_EQ(write_value(true), "true");
    EXPECT_EQ(write_value(false), "false");
    EXPECT_EQ(describe_value<bool>(), parse(R"({"type": "boolean"})"));
}

TEST(IntegerCodec, takes_whole_numbers_however_they_are_written)
{
    struct Case {
        const char* json;
        std::int64_t value;
    };
    for (const auto& [json, value] : std::initializer_list<Case>{
             {"0", 0},
             {"-0", 0},
             {"-0.0", 0},
             {"7", 7},
             {"-7", -7},
             {"1.0", 1},
             {"1e2", 100},
             {"1.5e1", 15},
             {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
             {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
         }) {
        const auto read = read_value<std::int64_t>(json);
        EXPECT_TRUE(read.ok) << json;
        EXPECT_EQ(read.value, value) << json;
    }
}

TEST(IntegerCodec, refuses_what_is_no_whole_number_or_does_not_fit)
{
    for (const auto* json :
         {"null", "true", R"("1")", "[]", "{}", "1.5", "1e-1", "9223372036854775808",
          "9223372036854775808.0", "92233720368547758e2", "-9223372036854775809",
          "18446744073709551615", "18446744073709551616", "1e19", "-1e19", "1e300"}) {
        EXPECT_THAT(read_value<std::int64_t>(json).errors,
                    ElementsAre("body.x int_type: x must be a whole number."))
            << json;
    }
}

TEST(IntegerCodec, keeps_to_its_range)
{
    const Limits limits{.minimum = 1, .maximum = 1000};
    EXPECT_TRUE(read_value<std::int64_t>("1", limits).ok);
    EXPECT_TRUE(parse_value<std::int64_t>("1000", limits).ok);
    for (const auto* json : {"0", "1001", "-1", "1e4"}) {
        EXPECT_THAT(read_value<std::int64_t>(json, limits).errors,
                    ElementsAre("body.x out_of_range: x must be from 1 to 1000."))
            << json;
    }
    EXPECT_THAT(parse_value<std::int64_t>("-1", {.minimum = 0}).errors,
                ElementsAre("query.x out_of_range: x must be at least 0."));
}

TEST(IntegerCodec, reads_digits_of_a_query_only)
{
    EXPECT_EQ(parse_value<std::int64_t>("042").value, 42);
    EXPECT_EQ(parse_value<std::int64_t>("-3").value, -3);
    for (const auto* text : {"", " 1", "1 ", "+1", "1.0", "1e2", "0x10", "ten", "1,000", "٣",
                             "99999999999999999999"}) {
        EXPECT_THAT(parse_value<std::int64_t>(text).errors,
                    ElementsAre("query.x int_type: x must be a whole number."))
            << text;
    }
}

TEST(IntegerCodec, writes_and_describes)
{
    EXPECT_EQ(write_value(std::int64_t{0}), "0");
    EXPECT_EQ(write_value(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(describe_value<std::int64_t>(), parse(R"({"type": "integer"})"));
    EXPECT_EQ(describe_value<std::int64_t>({.minimum = 0, .maximum = 9}),
              parse(R"({"type": "integer", "minimum": 0, "maximum": 9})"));
}

TEST(UuidCodec, takes_either_case_and_writes_lower)
{
    for (const auto* text :
         {"01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e", "01934F3C-9A2B-7C51-8F0E-2D1B3A4C5D6E",
          "01934f3C-9a2B-7c51-8F0e-2d1b3A4c5D6e"}) {
        const auto read = read_value<base::Uuid>(to_json(text));
        EXPECT_TRUE(read.ok) << text;
        EXPECT_EQ(write_value(read.value), R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")");
    }
}

TEST(UuidCodec, refuses_what_is_none)
{
    for (const auto* text :
         {"", "1", "01934f3c9a2b7c518f0e2d1b3a4c5d6e", "{01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e}",
          "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6g", "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e "}) {
        EXPECT_THAT(read_value<base::Uuid>(to_json(text)).errors,
                    ElementsAre("body.x uuid: x must be a UUID."))
            << text;
    }
    EXPECT_THAT(read_value<base::Uuid>("null").errors,
                ElementsAre("body.x string_type: x must be a string."));
    EXPECT_EQ(describe_value<base::Uuid>(), parse(R"({"type": "string", "format": "uuid"})"));
}

TEST(InstantCodec, reads_any_offset_and_writes_utc_with_milliseconds)
{
    struct Case {
        const char* text;
        const char* json;
    };
    for (const auto& [text, json] : std::initializer_list<Case>{
             {"2026-11-21T10:00:00Z", R"("2026-11-21T10:00:00.000Z")"},
             {"2026-11-21T10:00:00.1234567+01:00", R"("2026-11-21T09:00:00.123Z")"},
             {"2024-02-29T23:30:00-01:00", R"("2024-03-01T00:30:00.000Z")"},
         }) {
        const auto read = read_value<base::Instant>(to_json(text));
        EXPECT_THAT(read.errors, IsEmpty());
        EXPECT_EQ(write_value(read.value), json);
    }
}

TEST(InstantCodec, refuses_what_is_no_instant)
{
    for (const auto* text : {"", "now", "2026-11-21", "2026-11-21T10:00:00", "2026-02-29T00:00:00Z",
                             "2026-11-21T24:00:00Z"}) {
        EXPECT_THAT(read_value<base::Instant>(to_json(text)).errors,
                    ElementsAre("body.x instant: x must be an RFC 3339 instant with its offset, "
                                "such as '2026-01-31T17:00:00Z'."))
            << text;
    }
    EXPECT_FALSE(read_value<base::Instant>("1764000000").ok);
    EXPECT_EQ(describe_value<base::Instant>(),
              parse(R"({"type": "string", "format": "date-time"})"));
}

TEST(TimeZoneCodec, takes_names_and_offsets)
{
    using Zone = std::optional<base::TimeZone>;
    for (const auto* text : {"Europe/Berlin", "UTC", "+02:00"}) {
        const auto parsed = parse_value<Zone>(text);
        ASSERT_TRUE(parsed.ok) << text;
        EXPECT_EQ(write_value(parsed.value), to_json(parsed.value->name()));
        EXPECT_TRUE(read_value<Zone>(to_json(text)).ok) << text;
    }
    for (const auto* text : {"", "Europe/Nowhere", "../../etc/passwd", "+25:00"}) {
        EXPECT_THAT(parse_value<Zone>(text).errors,
                    ElementsAre("query.x time_zone: x must be an IANA time zone or an offset, "
                                "such as 'Europe/Berlin'."))
            << text;
    }
    EXPECT_FALSE(read_value<Zone>("2").ok);
    EXPECT_EQ(describe_value<base::TimeZone>(), parse(R"({"type": "string"})"));
}

TEST(EnumCodec, takes_every_dialects_spelling_in_any_case)
{
    for (const auto* text : {"very_large", "Very_Large", "VERY_LARGE", "huge", "Huge", "HUGE"}) {
        const auto read = read_value<Size>(to_json(text));
        EXPECT_TRUE(read.ok) << text;
        EXPECT_EQ(read.value, Size::very_large) << text;
        EXPECT_EQ(parse_value<Size>(text).value, Size::very_large) << text;
    }
    EXPECT_EQ(read_value<Size>(R"("sMaLL")").value, Size::small);
}

TEST(EnumCodec, names_what_it_takes_and_the_nearest)
{
    EXPECT_THAT(read_value<Size>(R"("smal")").errors,
                ElementsAre("body.x enum: x must be 'small' or 'very_large'; did you mean "
                            "'small'?"));
    EXPECT_THAT(read_value<Size>(R"("purple")").errors,
                ElementsAre("body.x enum: x must be 'small' or 'very_large'."));
    for (const auto* json : {R"("")", R"(" small")", R"("very large")", "null", "0", "[]"}) {
        EXPECT_FALSE(read_value<Size>(json).ok) << json;
    }
}

TEST(EnumCodec, writes_and_describes_in_each_dialect)
{
    EXPECT_EQ(write_value(Size::very_large, Dialect::tool), R"("very_large")");
    EXPECT_EQ(write_value(Size::very_large, Dialect::scoped), R"("Very_Large")");
    EXPECT_EQ(write_value(Size::very_large, Dialect::own), R"("HUGE")");
    EXPECT_EQ(describe_value<Size>({}, Dialect::own),
              parse(R"({"type": "string", "enum": ["SMALL", "HUGE"]})"));
}

TEST(OptionalCodec, takes_null_or_a_value)
{
    using Text = std::optional<std::string>;
    EXPECT_EQ(read_value<Text>("null").value, std::nullopt);
    EXPECT_TRUE(read_value<Text>("null").ok);
    EXPECT_EQ(read_value<Text>(R"("a")").value, "a");
    EXPECT_EQ(parse_value<Text>("null").value, "null");
    const auto bad = read_value<Text>(R"("abc")", {.max_length = 2});
    EXPECT_FALSE(bad.ok);
    EXPECT_FALSE(bad.value);
    EXPECT_EQ(write_value(Text{}), "null");
    EXPECT_EQ(write_value(Text{"a"}), R"("a")");
}

TEST(OptionalCodec, describes_null_beside_the_value)
{
    EXPECT_EQ(describe_value<std::optional<std::string>>({.max_length = 5}),
              parse(R"({"type": ["string", "null"], "maxLength": 5})"));
    EXPECT_EQ(describe_value<std::optional<Size>>({}, Dialect::scoped),
              parse(R"({"type": ["string", "null"], "enum": ["Small", "Very_Large", null]})"));
}

TEST(SentCodec, tells_a_value_from_none)
{
    using Amount = Sent<std::int64_t>;
    EXPECT_EQ(read_value<Amount>("0").value, (Amount{true, 0}));
    EXPECT_EQ(parse_value<Amount>("3").value, (Amount{true, 3}));
    EXPECT_EQ(write_value(Amount{true, 3}), "3");
    EXPECT_EQ(describe_value<Amount>(), parse(R"({"type": "integer"})"));
}

TEST(ListCodec, keeps_the_order_and_drops_duplicates_where_it_is_told_to)
{
    using Texts = std::vector<std::string>;
    const auto* json = R"(["b", "a", " b ", "A", "a"])";
    EXPECT_THAT(read_value<Texts>(json, {.trimmed = true, .unique = true}).value,
                ElementsAre("b", "a", "A"));
    EXPECT_THAT(read_value<Texts>(json).value, ElementsAre("b", "a", " b ", "A", "a"));
    EXPECT_THAT(read_value<Texts>("[]").value, IsEmpty());
    EXPECT_TRUE(read_value<Texts>("[]").ok);
}

TEST(ListCodec, refuses_too_many_and_says_which_item_is_wrong)
{
    using Texts = std::vector<std::string>;
    const Limits limits{.min_length = 1, .max_length = 3, .max_items = 4, .unique = true};
    EXPECT_TRUE(read_value<Texts>(R"(["a", "b", "c", "d"])", limits).ok);
    EXPECT_THAT(read_value<Texts>(R"(["a", "b", "c", "d", "e"])", limits).errors,
                ElementsAre("body.x too_many: x must have at most 4 items."));
    EXPECT_THAT(read_value<Texts>(R"(["a", "", null, "long"])", limits).errors,
                ElementsAre("body.x.1 too_short: x.1 must have 1 to 3 characters.",
                            "body.x.2 string_type: x.2 must be a string.",
                            "body.x.3 too_long: x.3 must have 1 to 3 characters."));
    for (const auto* json : {"null", R"("a")", "{}", "1"}) {
        EXPECT_THAT(read_value<Texts>(json).errors,
                    ElementsAre("body.x array_type: x must be a list."))
            << json;
    }
}

TEST(ListCodec, refuses_too_few)
{
    using Texts = std::vector<std::string>;
    EXPECT_TRUE(read_value<Texts>(R"(["a"])", {.min_items = 1}).ok);
    EXPECT_THAT(read_value<Texts>("[]", {.min_items = 1}).errors,
                ElementsAre("body.x too_few: x must have at least 1 item."));
    EXPECT_THAT(read_value<Texts>(R"(["a"])", {.min_items = 2}).errors,
                ElementsAre("body.x too_few: x must have at least 2 items."));
    EXPECT_EQ(describe_value<Texts>({.min_items = 1}),
              parse(R"({"type": "array", "minItems": 1, "items": {"type": "string"}})"));
}

TEST(ListCodec, writes_and_describes)
{
    using Texts = std::vector<std::string>;
    EXPECT_EQ(write_value(Texts{}), "[]");
    EXPECT_EQ(write_value(Texts{"a", "\"b\""}), R"(["a","\"b\""])");
    EXPECT_EQ(describe_value<Texts>({.min_length = 1, .max_length = 50, .max_items = 32}),
              parse(R"({"type": "array", "maxItems": 32,
                        "items": {"type": "string", "minLength": 1, "maxLength": 50}})"));
    EXPECT_EQ(write_value(std::vector<Size>{Size::very_large}, Dialect::own), R"(["HUGE"])");
}

TEST(StructCodec, reads_writes_and_describes_a_struct_in_a_struct)
{
    const auto read = read_value<Part>(R"({"partName": "a", "count": 2.0})");
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(write_value(read.value, Dialect::own), R"({"partName":"a","count":2})");
    EXPECT_THAT(read_value<Part>("[]").errors,
                ElementsAre("body.x object_type: x must be an object."));
    EXPECT_FALSE(parse_value<Part>("a").ok);
    const auto schema = describe_value<std::optional<Part>>();
    EXPECT_EQ(schema.at("type"), parse(R"(["object", "null"])"));
    EXPECT_TRUE(schema.at("properties").as_object().contains("part_name"));
}

}  // namespace
}  // namespace todod::schema
