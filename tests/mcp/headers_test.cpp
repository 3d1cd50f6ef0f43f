#include "mcp/headers.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace todod::mcp {
namespace {

using Written = std::vector<std::pair<std::string, std::string>>;

Written write(std::string_view json, std::string_view agreed)
{
    const auto value = boost::json::parse(json);
    return write_headers(std::get<Message>(read_message(value)), agreed);
}

TEST(HeadersTest, encodes_what_a_header_cannot_have_in_it_and_reads_it_back)
{
    for (const auto& [text, header] : std::vector<std::pair<std::string, std::string>>{
             {"add_task", "add_task"},
             {"two words", "two words"},
             {"", ""},
             {"ä", "=?base64?w6Q=?="},
             {" a", "=?base64?IGE=?="},
             {"a\r\nb", "=?base64?YQ0KYg==?="},
             {"=?base64?", "=?base64?PT9iYXNlNjQ/?="},
             {"\x7f", "=?base64?fw==?="},
             {">>>???\n", "=?base64?Pj4+Pz8/Cg==?="},
         }) {
        SCOPED_TRACE(header);
        EXPECT_EQ(encode_header(text), header);
        EXPECT_EQ(decode_header(header), text);
    }
}

TEST(HeadersTest, says_what_a_request_is)
{
    EXPECT_EQ(write(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})", ""), Written{});
    EXPECT_EQ(write(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}})",
                    "2025-06-18"),
              (Written{{"MCP-Protocol-Version", "2025-06-18"}}));
    const auto modern = [](std::string_view method, std::string_view params) {
        return write(
            fmt::format(
                R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{{)"
                R"("_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}{}}}}})",
                method, params),
            "2025-06-18");
    };
    const Written::value_type version{"MCP-Protocol-Version", "2026-07-28"};
    EXPECT_EQ(modern("tools/list", ""), (Written{version, {"Mcp-Method", "tools/list"}}));
    EXPECT_EQ(modern("tools/call", R"(,"name":"x")"),
              (Written{version, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "x"}}));
    EXPECT_EQ(modern("tools/call", R"(,"name":7)"),
              (Written{version, {"Mcp-Method", "tools/call"}}));
    EXPECT_EQ(modern("resources/read", R"(,"uri":"todo://today")"),
              (Written{version, {"Mcp-Method", "resources/read"}, {"Mcp-Name", "todo://today"}}));
}

}  // namespace
}  // namespace todod::mcp
