#include "mcp/id_finder.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace todod::mcp {
namespace {

namespace json = boost::json;

json::value find(std::string_view text)
{
    IdFinder finder;
    finder.put(text);
    return finder.id();
}

TEST(IdFinderTest, finds_the_id_of_a_request_wherever_it_stands)
{
    for (const auto& [text, id] : std::vector<std::pair<std::string, std::string>>{
             {R"({"jsonrpc":"2.0","id":7,"method":"x","params":{"a":"\ud800"}})", "7"},
             {R"({"method":"x","params":{"a":["\ud800"]},"jsonrpc":"2.0","id":7})", "7"},
             {R"( { "id" : "a\"b,}" , "method":"x")", R"("a\"b,}")"},
             {R"({"id":-7,"params":{"id":8,"a":{"id":9}},"x":[{"id":10}])", "-7"},
             {R"({"params":"\"id\":8,","a":"{","id":7,)", "7"},
             {"{\"a\":\"\xff\",\"id\":7}", "7"},
         }) {
        SCOPED_TRACE(text);
        EXPECT_EQ(find(text), json::parse(id));
    }
}

TEST(IdFinderTest, finds_none_where_it_is_not_clear_who_waits)
{
    for (const std::string& text : std::vector<std::string>{
             "", "nonsense", "7", R"("id":7,)", R"([{"id":7}])", R"({"id":7)", R"({"id":null})",
             R"({"id":1.5})", R"({"id":1 2})", R"({"id":{"id":7}})", R"({"id":"\ud800"})",
             R"({"id":7,"id":8})", R"({"id":7}{"id":8})", R"({"params":{"id":7}})",
             R"({"a":"id","b":7})", R"({"id":7,"result":"\ud800"})", R"({"error":{},"id":7})",
             R"(}]}{"i)"}) {
        SCOPED_TRACE(text);
        EXPECT_TRUE(find(text).is_null());
    }
    EXPECT_TRUE(find(R"({"id":")" + std::string(257, 'x') + "\"}").is_null());
    EXPECT_TRUE(find(R"({"id":")" + std::string(1'000'000, 'x') + "\"}").is_null());
}

TEST(IdFinderTest, reads_pieces_of_any_size)
{
    const std::string text = R"({"method":"x\\\"","params":{"a":"\ud800"},"id":"seven"})";
    IdFinder finder;
    for (const char c : text)
        finder.put(std::string_view{&c, 1});
    EXPECT_EQ(finder.id(), "seven");
}

}  // namespace
}  // namespace todod::mcp
