#include "schema/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace todod::schema {
namespace {

using boost::json::parse;
using namespace std::string_literals;

TEST(WriteString, escapes_what_json_demands_and_nothing_else)
{
    struct Case {
        std::string text;
        std::string json;
    };
    const std::vector<Case> cases{
        {"", R"("")"},
        {"plain", R"("plain")"},
        {R"(say "hi" \o/)", R"("say \"hi\" \\o/")"},
        {"a\nb\tc\rd", R"("a\nb\tc\rd")"},
        {"\b\f\x01\x1F"s, R"("\u0008\u000c\u0001\u001f")"},
        {"a\0b"s, R"("a\u0000b")"},
        {"\x7F/</script>", "\"\x7F/</script>\""},
        {"Größe 牛乳 👍🏽 e\u0301 \u2028", "\"Größe 牛乳 👍🏽 e\u0301 \u2028\""},
        {"\"", R"("\"")"},
    };
    for (const auto& [text, json] : cases) {
        std::string out;
        write_string(out, text);
        EXPECT_EQ(out, json);
        EXPECT_EQ(std::string_view{parse(out).as_string()}, text);
    }
}

TEST(WriteString, escapes_every_control_character_so_that_it_comes_back)
{
    for (int code = 0; code < 0x20; ++code) {
        const std::string text = "a"s + static_cast<char>(code) + "z";
        std::string out;
        write_string(out, text);
        EXPECT_EQ(std::string_view{parse(out).as_string()}, text) << code;
    }
}

TEST(WriteString, escapes_wherever_it_stands)
{
    for (const std::string_view text : {"plain text, of 24 bytes.", "ÿÿ牛乳ÿÿ👍🏽ÿÿ€€"}) {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            for (const char escaped : {'"', '\\', '\n', '\x1F', '\0'}) {
                const std::string before{text.substr(0, at)};
                const std::string after{text.substr(at)};
                std::string plain;
                std::string out;
                write_string(plain, std::string{escaped});
                write_string(out, before + escaped + after);
                EXPECT_EQ(out, '"' + before + plain.substr(1, plain.size() - 2) + after + '"');
            }
        }
    }
}

}  // namespace
}  // namespace todod::schema
