#include "http/field_values.hpp"

#include <gmock/gmock.h>

namespace todod::http {

TEST(FieldValues, says_whether_gzip_is_welcome)
{
    for (const std::string_view yes : {"gzip", "GZip", "deflate, gzip", "br;q=1, gzip; q=0.5", "*",
                                       "gzip;q=0.001", "*;q=0, gzip", "gzip;q=1.0"}) {
        EXPECT_TRUE(accepts_gzip(yes)) << yes;
    }
    for (const std::string_view no :
         {"", "identity", "gzip;q=0", "gzip;q=0.000", "gzip ; q=0, *", "*;q=0", "x-gzip", "br"}) {
        EXPECT_FALSE(accepts_gzip(no)) << no;
    }
}

TEST(FieldValues, says_whether_a_page_is_asked_for)
{
    EXPECT_TRUE(accepts_html("text/html,application/xhtml+xml;q=0.9"));
    EXPECT_TRUE(accepts_html("application/json, TEXT/HTML;q=0.1"));
    for (const std::string_view no : {"", "*/*", "application/json", "text/html;q=0", "text/*"}) {
        EXPECT_FALSE(accepts_html(no)) << no;
    }
}

TEST(FieldValues, says_whether_events_are_asked_for)
{
    for (const std::string_view yes :
         {"text/event-stream", "application/json, Text/Event-Stream;q=0.1"}) {
        EXPECT_TRUE(accepts_events(yes)) << yes;
    }
    for (const std::string_view no :
         {"", "*/*", "text/*", "application/json", "text/event-stream;q=0", "text/event-streams"}) {
        EXPECT_FALSE(accepts_events(no)) << no;
    }
}

TEST(FieldValues, knows_json)
{
    for (const std::string_view yes :
         {"application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json",
          "application/json ;x", "application/json;Charset=\"UTF-8\" ; a=b",
          "application/json; a=\"\\\";charset=utf-16\"", "application/json; xcharset=utf-16",
          "application/json;;charset", "application/json; a=\"\\"}) {
        EXPECT_TRUE(is_json(yes)) << yes;
    }
    for (const std::string_view no :
         {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded", "+json",
          "json", "text/plain; a=application/json"}) {
        EXPECT_FALSE(is_json(no)) << no;
    }
}

TEST(FieldValues, knows_json_in_no_charset_but_utf_8)
{
    for (const std::string_view no :
         {"application/json; charset=utf-16", "application/json;CHARSET=UTF-16LE",
          "application/json; charset=\"utf-16\"", "application/problem+json; charset=latin1",
          "application/json; a=b; charset=utf-16; c", "application/json; charset=utf-80",
          "application/json; a=\"x;y\";charset=utf-16", "application/json; charset=",
          "application/json; charset=\"", "application/json; charset = utf-16",
          "application/json; charset=utf-8; charset=utf-16"}) {
        EXPECT_FALSE(is_json(no)) << no;
    }
}

TEST(FieldValues, knows_what_is_worth_packing)
{
    for (const std::string_view yes : {"application/json", "application/problem+json",
                                       "text/html; charset=utf-8", "text/javascript"}) {
        EXPECT_TRUE(is_packable(yes)) << yes;
    }
    for (const std::string_view no : {"", "image/png", "text/event-stream"}) {
        EXPECT_FALSE(is_packable(no)) << no;
    }
}

TEST(FieldValues, compares_etags_weakly)
{
    for (const std::string_view yes : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", "\"b\",W/\"a\""}) {
        EXPECT_TRUE(names_etag(yes, "\"a\"")) << yes;
    }
    EXPECT_TRUE(names_etag("\"a\"", "W/\"a\""));
    for (const std::string_view no : {"", "a", "\"b\"", "\"A\""}) {
        EXPECT_FALSE(names_etag(no, "\"a\"")) << no;
    }
}

TEST(FieldValues, takes_lists_apart)
{
    std::string_view list = " a ,, b";
    EXPECT_EQ(take_element(list), "a");
    EXPECT_EQ(take_element(list), "");
    EXPECT_EQ(take_element(list), "b");
    EXPECT_TRUE(list.empty());
}

}  // namespace todod::http
