#include "store/tags.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace todod::store {
namespace {

TEST(Tags, are_a_json_list_of_texts_and_come_back_from_it)
{
    const struct {
        std::vector<std::string> tags;
        std::string_view json;
    } table[] = {
        {{}, "[]"},
        {{""}, R"([""])"},
        {{"one"}, R"(["one"])"},
        {{"b", "a"}, R"(["b","a"])"},
        {{"a,b", "[c]", "{d}: e", "null"}, R"(["a,b","[c]","{d}: e","null"])"},
        {{"ünïcode", "🦊"}, R"(["ünïcode","🦊"])"},
        {{"say \"hi\"", "back\\slash"}, R"(["say \"hi\"","back\\slash"])"},
        {{"plain", "line\nfeed", ""}, R"(["plain","line\nfeed",""])"},
    };
    for (const auto& [tags, json] : table) {
        EXPECT_EQ(tags_to_json(tags), json);
        EXPECT_EQ(tags_from_json(json), tags);
    }
}

TEST(Tags, are_read_as_another_program_may_have_written_them)
{
    const std::vector<std::string> tags{"one", "two"};
    EXPECT_EQ(tags_from_json(R"( [ "one" , "two" ] )"), tags);
    EXPECT_EQ(tags_from_json(R"(["\u006fne", "two"])"), tags);
}

TEST(Tags, that_have_no_end_are_refused)
{
    for (const std::string_view json : {R"(["one)", R"(["one","two])", R"(["one\")"})
        EXPECT_ANY_THROW(tags_from_json(json)) << json;
}

}  // namespace
}  // namespace todod::store
