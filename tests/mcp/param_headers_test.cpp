#include "mcp/param_headers.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/errors.hpp"

namespace todod::mcp {
namespace {

using boost::json::parse;
using boost::json::value;
using schema::NamedText;

ParamHeaders of_schema(std::string_view json)
{
    return ParamHeaders{parse(json).as_object()};
}

TEST(ParamHeaders, repeat_arguments)
{
    const auto headers = of_schema(
        R"({"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},)"
        R"("sure":{"type":"boolean","x-mcp-header":"Sure"},"free":{"type":"string"},)"
        R"("page":{"type":"object","properties":{)"
        R"("size":{"type":"integer","x-mcp-header":"Size"}}}}})");
    struct Case {
        std::string arguments;
        std::vector<NamedText> headers;
        bool is_good;
    };
    for (const auto& [arguments, given, is_good] : std::vector<Case>{
             {"{}", {}, true},
             {R"({"free":"x"})", {{"Mcp-Param-Free", "y"}}, true},
             {R"({"region":"Hello"})", {{"Mcp-Param-Region", "Hello"}}, true},
             {R"({"region":"Hello"})", {{"mcp-param-region", "  Hello "}}, true},
             {R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8=?="}}, true},
             {R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8?="}}, false},
             {R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}}, false},
             {R"({"region":"SGVsbG8="})", {{"Mcp-Param-Region", "SGVsbG8="}}, true},
             {R"({"region":"=?base64?SGVsbG8="})",
              {{"Mcp-Param-Region", "=?base64?SGVsbG8="}},
              true},
             {R"({"region":"Hello"})", {{"Mcp-Param-Region", "hello"}}, false},
             {R"({"region":"Hello"})", {}, false},
             {R"({"region":null})", {}, true},
             {R"({"region":null})", {{"Mcp-Param-Region", "null"}}, false},
             {"{}", {{"Mcp-Param-Region", "Hello"}}, false},
             {R"({"sure":true})", {{"Mcp-Param-Sure", "true"}}, true},
             {R"({"sure":true})", {{"Mcp-Param-Sure", "1"}}, false},
             {R"({"sure":["true"]})", {{"Mcp-Param-Sure", "true"}}, false},
             {R"({"page":{"size":42}})", {{"Mcp-Param-Size", "42"}}, true},
             {R"({"page":{"size":42}})", {{"Mcp-Param-Size", "42.0"}}, true},
             {R"({"page":{"size":42}})", {{"Mcp-Param-Size", "42x"}}, false},
             {R"({"page":{"size":42}})", {}, false},
             {R"({"page":7})", {}, true},
         }) {
        const value read = parse(arguments);
        const auto fault = headers.check(given, &read.as_object());
        EXPECT_EQ(!fault, is_good) << arguments << (given.empty() ? "" : given[0].value);
        if (!fault) continue;
        EXPECT_EQ(fault->code, FaultCode::header_mismatch);
        EXPECT_EQ(fault->status, 400);
    }
    EXPECT_FALSE(headers.check({}, nullptr));
}

TEST(ParamHeaders, repeat_nothing_whose_place_is_not_known)
{
    const auto headers = of_schema(
        R"({"properties":{"all":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}},)"
        R"("anyOf":[{"properties":{"b":{"type":"string","x-mcp-header":"B"}}}]})");
    const value arguments = parse(R"({"all":["x"],"b":"y"})");
    EXPECT_FALSE(headers.check({}, &arguments.as_object()));
}

TEST(ParamHeaders, are_refused_where_they_cannot_be)
{
    for (const std::string_view property :
         {R"({"type":"string","x-mcp-header":""})", R"({"type":"string","x-mcp-header":"A B"})",
          R"({"type":"string","x-mcp-header":"Ä"})", R"({"type":"string","x-mcp-header":7})",
          R"({"type":"number","x-mcp-header":"A"})", R"({"type":"object","x-mcp-header":"A"})",
          R"({"x-mcp-header":"A"})"}) {
        const auto schema = fmt::format(R"({{"properties":{{"a":{}}}}})", property);
        EXPECT_EQ(testing::error_of([&] { of_schema(schema); }).code(), base::ErrorCode::internal)
            << property;
    }
    EXPECT_EQ(testing::error_of([] {
                  of_schema(R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},)"
                            R"("b":{"type":"string","x-mcp-header":"a"}}})");
              }).code(),
              base::ErrorCode::internal);
}

}  // namespace
}  // namespace todod::mcp
