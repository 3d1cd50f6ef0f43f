#include "schema/raw_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace todod::schema {
namespace {

TEST(RawJson, hands_any_value_on_as_it_is)
{
    for (const auto* text : {"null", "1", "\"x\"", "[1,2.5]", R"({"a_b":{"c":[]}})"}) {
        RawJson value;
        Reader reader;
        EXPECT_TRUE(Codec<RawJson>::read(boost::json::parse(text), value, {}, reader));
        for (const Dialect dialect : {Dialect::scoped, Dialect::own}) {
            std::string out = "x:";
            Codec<RawJson>::write(value, out, dialect);
            EXPECT_EQ(boost::json::parse(out.substr(2)), boost::json::parse(text));
        }
    }
    EXPECT_EQ(RawJson{}.text, "null");
}

TEST(RawJson, is_described_as_anything_and_not_taken_from_a_query)
{
    boost::json::object schema;
    Codec<RawJson>::describe(schema, {}, Dialect::own);
    EXPECT_TRUE(schema.empty());
    RawJson value;
    Reader reader;
    EXPECT_FALSE(Codec<RawJson>::parse("1", value, {}, reader));
    EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace todod::schema
