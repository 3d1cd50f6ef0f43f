#include "http/json_body.hpp"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "support/errors.hpp"
#include "support/schema.hpp"

namespace todod::http {

namespace {

using ::testing::ElementsAre;
using todod::testing::error_of;
using todod::testing::lines_of;
using todod::testing::repeat;

constexpr std::size_t depth = 8;

std::vector<std::string> complaints(std::string_view text)
{
    SCOPED_TRACE(text);
    JsonReader reader{depth};
    const auto error = error_of([&] { reader.read(text, {}); });
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    return lines_of(error.violations());
}

}  // namespace

TEST(JsonReader, refuses_a_member_that_is_given_twice_and_says_where)
{
    struct Case {
        std::string_view text;
        std::string_view complaint;
    };
    for (const auto& [text, complaint] : std::initializer_list<Case>{
             {R"({"title":"one","title":"two"})", "body.title repeated: title is given twice."},
             {R"({"a":1,"b":2,"c":3, "b" : 2})", "body.b repeated: b is given twice."},
             {R"({"title":1,"\u0074itle":1})", "body.title repeated: title is given twice."},
             {R"({"a\"b\\":1,"a\u0022b\u005c":1})", R"(body.a"b\ repeated: a"b\ is given twice.)"},
             {R"({"😀":1,"\ud83d\ude00":1})", "body.😀 repeated: 😀 is given twice."},
             {R"({"":1,"":1})", "body. repeated:  is given twice."},
             {R"({"a":{"b":[{},{"c":1,"c":2}]}})",
              "body.a.b.1.c repeated: a.b.1.c is given twice."},
             {R"([["x","y"],[0,[],{"a":{"b":1},"c":[1,2],"a":{}}]])",
              "body.1.2.a repeated: 1.2.a is given twice."},
             {R"({"a":{"b":1,"b":2},"a":3})", "body.a.b repeated: a.b is given twice."},
             {"\t{ \"a\"\n: [ ] ,\r\n\"a\" : { } } ", "body.a repeated: a is given twice."},
         }) {
        EXPECT_THAT(complaints(text), ElementsAre(complaint));
    }
}

TEST(JsonReader, notices_a_repeated_member_among_very_many)
{
    std::string text = "{";
    for (int i = 0; i < 5000; ++i)
        text += fmt::format(R"("m{}":{},)", i, i);
    EXPECT_THAT(complaints(text + R"("m77":0})"),
                ElementsAre("body.m77 repeated: m77 is given twice."));
    JsonReader reader{depth};
    EXPECT_EQ(reader.read(text + R"("m":0})", {}).as_object().size(), 5001);
}

TEST(JsonReader, takes_names_that_are_alike_but_not_repeated)
{
    JsonReader reader{depth};
    for (const std::string text : {
             R"({"title":"title","Title":"title","title ":":"})",
             R"({"a":{"a":{"a":"a"}},"b":{"a":1}})",
             R"([{"a":1},{"a":1},"a","a"])",
             R"({"a":"\",\"a\":","b":"\\","c":"{\"a\":1,\"a\":1}"})",
             "{\"\u00e9\":1,\"e\u0301\":2}",
             R"(["a:",":","{\"a\":"])",
             R"("a:")",
             "{}",
             "1",
         }) {
        EXPECT_EQ(boost::json::serialize(reader.read(text, {})), text);
    }
}

TEST(JsonReader, says_first_of_all_that_a_text_is_not_json)
{
    JsonReader reader{depth};
    const auto too_deep = R"({"a":1,"a":)" + repeat(depth, "[") + repeat(depth, "]") + "}";
    for (const std::string_view text :
         {std::string_view{R"({"a":1,"a":2)"}, std::string_view{R"({"a":1,"a":2}})"},
          std::string_view{R"({"a":1,"a")"}, std::string_view{R"({"a":1,"a":"\)"},
          std::string_view{too_deep}}) {
        const auto error = error_of([&] { reader.read(text, {}); });
        EXPECT_EQ(error.code(), base::ErrorCode::bad_request) << text;
    }
}

TEST(JsonReader, reads_on_after_what_it_refused)
{
    JsonReader reader{depth};
    EXPECT_THROW(reader.read(R"({"a":1,"a":2})", {}), base::Error);
    EXPECT_EQ(boost::json::serialize(reader.read(R"({"a":1})", {})), R"({"a":1})");
}

}  // namespace todod::http
