#include "types/conversation.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::types {
namespace {

using schema::Codec;
using schema::Dialect;
using testing::error_of;
using ::testing::IsEmpty;

std::string written(const ToolCalls& calls, Dialect dialect)
{
    std::string json;
    Codec<ToolCalls>::write(calls, json, dialect);
    return json;
}

TEST(ToolCalls, are_stored_and_read_again)
{
    const std::vector<ToolCall> calls{
        {"add_task", {R"({"title":"\"ü\u0000\""})"}, {R"({"success":true,"data":[1,-2,null]})"}},
        {"list_tasks", {"{}"}, {}},
    };
    EXPECT_EQ(read_stored(to_stored(calls)), calls);
    EXPECT_EQ(to_stored({}), ToolCalls{});
    const std::string deep = std::string(90, '[') + std::string(90, ']');
    EXPECT_EQ(read_stored(to_stored({{"x", {deep}, {}}}))[0].parameters.text, deep);
    EXPECT_THAT(read_stored({}), IsEmpty());
    for (const auto* text : {"", "{}", "[1]", "[{\"tool_name\":1}]", "[{\"other\":1}]", "["})
        EXPECT_EQ(error_of([&] { read_stored({text}); }).code(), base::ErrorCode::internal) << text;
}

TEST(ToolCalls, spell_their_keys_as_the_surface_does_and_what_is_in_them_as_it_is)
{
    const ToolCalls calls = to_stored({{"add_task", {R"({"due_date":1})"}, {R"({"task_id":1})"}}});
    EXPECT_EQ(written(calls, Dialect::scoped),
              R"([{"tool_name":"add_task","parameters":{"due_date":1},"result":{"task_id":1}}])");
    EXPECT_EQ(written(calls, Dialect::own),
              R"([{"toolName":"add_task","parameters":{"due_date":1},"result":{"task_id":1}}])");
    EXPECT_EQ(written({}, Dialect::own), "[]");
}

TEST(Message, never_shows_the_state_of_the_engine)
{
    const Message message{.role = Role::assistant, .content = "x", .state = R"("secret")"};
    for (const Dialect dialect : {Dialect::tool, Dialect::scoped, Dialect::own}) {
        std::string json;
        Codec<Message>::write(message, json, dialect);
        EXPECT_FALSE(json.contains("secret")) << json;
        boost::json::object schema;
        Codec<Message>::describe(schema, {}, dialect);
        EXPECT_FALSE(boost::json::serialize(schema).contains("state"));
    }
}

TEST(Message, describes_its_tool_calls)
{
    boost::json::object schema;
    Codec<ToolCalls>::describe(schema, {}, Dialect::own);
    EXPECT_EQ(schema.at("type"), "array");
    const auto& properties = schema.at("items").at("properties").as_object();
    for (const auto* key : {"toolName", "parameters", "result"})
        EXPECT_TRUE(properties.contains(key)) << key;
}

TEST(ConversationRef, is_a_whole_number_and_else_names_none)
{
    const std::pair<std::string_view, std::int64_t> table[] = {
        {"1", 1},
        {"9223372036854775807", 9223372036854775807},
        {"9223372036854775808", 0},
        {"", 0},
        {"1x", 0},
        {"x", 0},
        {"1 ", 0}};
    for (const auto& [text, id] : table) {
        ConversationRef ref{7};
        schema::Reader reader;
        EXPECT_TRUE(Codec<ConversationRef>::parse(text, ref, {}, reader));
        EXPECT_EQ(ref.id, id) << text;
    }
}

}  // namespace
}  // namespace todod::types
