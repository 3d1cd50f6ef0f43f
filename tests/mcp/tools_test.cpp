#include "mcp/tools.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/api.hpp"
#include "support/services.hpp"

namespace todod::mcp {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::parse;
using boost::json::value;

class McpTools : public ::testing::Test {
protected:
    McpTools()
    {
        services.add_user("ada");
        services.add_user("bob");
    }

    /// The result, or the error, of a request.
    object ask(std::string_view method, std::string_view params, Sender sender = {})
    {
        if (sender.caller.user_id.empty()) sender.caller.user_id = "ada";
        const value message = parse(
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params));
        const auto outgoing = services.run(server.answer(message, std::move(sender)));
        const object answer = parse(outgoing.body).as_object();
        const value* const result = answer.if_contains("result");
        return (result != nullptr ? *result : answer.at("error")).as_object();
    }
    object call(std::string_view tool, std::string_view arguments, Sender sender = {})
    {
        return ask("tools/call", fmt::format(R"({{"name":"{}","arguments":{}}})", tool, arguments),
                   std::move(sender));
    }
    static Sender with(types::Scopes scopes)
    {
        return {.caller = {.user_id = "ada", .scopes = scopes, .is_token = true}};
    }
    std::uint64_t counted(std::string_view tool, std::string_view outcome)
    {
        for (const auto& reading : metrics.read()) {
            const base::Labels labels{{"tool", std::string{tool}},
                                      {"outcome", std::string{outcome}}};
            if (reading.labels == labels) return reading.value;
        }
        return 0;
    }

    testing::TestServices services;
    base::Metrics metrics;
    const operation::Table tools =
        api::tool_operations(&services.task_service(), &services.change_service());
    const Server server{{}, tool_methods(tools, &metrics)};
};

TEST_F(McpTools, are_listed_with_all_that_a_client_wants_to_know)
{
    const array shown = ask("tools/list", "{}").at("tools").as_array();
    ASSERT_EQ(shown.size(), tools.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const object tool = shown[i].as_object();
        SCOPED_TRACE(boost::json::serialize(tool.at("name")));
        EXPECT_EQ(tool.at("name").as_string(), tools[i].name);
        EXPECT_GT(tool.at("description").as_string().size(), 20);
        for (const char* const schema : {"inputSchema", "outputSchema"})
            EXPECT_EQ(tool.at(schema).at("type"), "object") << schema;
        EXPECT_EQ(tool.at("inputSchema").at("additionalProperties"), false);
        const object hints = tool.at("annotations").as_object();
        EXPECT_EQ(hints.at("title"), tool.at("title"));
        EXPECT_EQ(hints.at("openWorldHint"), false);
        EXPECT_EQ(hints.at("readOnlyHint"), tools[i].scope == auth::Scope::read);
        // By the specification it is "additive" otherwise.
        EXPECT_EQ(hints.at("destructiveHint"),
                  tools[i].scope == auth::Scope::remove || tools[i].tool->overwrites);
    }
    EXPECT_EQ(shown[0].at("annotations").at("readOnlyHint"), true);
}

TEST_F(McpTools, are_shown_and_done_as_far_as_a_tokens_scopes_reach)
{
    for (const auto scope : {auth::Scope::read, auth::Scope::write, auth::Scope::remove}) {
        const auto scopes = types::join({scope});
        std::size_t fitting = 0;
        for (const auto& tool : tools)
            fitting += tool.scope == scope ? 1 : 0;
        EXPECT_EQ(ask("tools/list", "{}", with(scopes)).at("tools").as_array().size(), fitting);
    }
    const object refused =
        call("add_task", R"({"title": "milk"})", with(types::join({auth::Scope::read})));
    EXPECT_EQ(refused.at("isError"), true);
    EXPECT_EQ(refused.at("structuredContent").at("error"),
              "What you have signed in with does not cover this: it needs the scope write.");
    EXPECT_EQ(call("list_tasks", "{}").at("structuredContent").at("data").at("total"), 0);
}

TEST_F(McpTools, that_are_refused_for_their_scope_are_not_counted)
{
    base::LogSettings quiet;
    quiet.level = base::LogLevel::off;
    base::Log log{quiet};
    auth::Quotas quotas = auth::default_quotas;
    quotas[static_cast<std::size_t>(auth::LimitKind::write)] = 1;
    auth::LimitBook book{quotas, std::nullopt, services.clock(), services.random(), log};
    auth::Limits limits{book, services.loop(), metrics};
    auth::Meter meter;
    meter.begin(&limits);
    Sender reader = with(types::join({auth::Scope::read}));
    reader.meter = &meter;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(call("add_task", R"({"title": "milk"})", reader).at("isError"), true);
    EXPECT_FALSE(meter.told());
    reader.caller.scopes = types::all_scopes;
    EXPECT_FALSE(call("add_task", R"({"title": "milk"})", reader).contains("isError"));
    EXPECT_EQ(meter.told()->kind, auth::LimitKind::write);
}

TEST_F(McpTools, say_the_same_in_text_as_in_structure)
{
    call("add_task", R"({"title": "\"quoted\" \u00e4 \n"})");
    for (const auto& [tool, arguments, fails] :
         {std::tuple{"list_tasks", "{}", false}, std::tuple{"get_task", R"({"task_id": 1})", false},
          std::tuple{"get_task", R"({"task_id": 9})", true},
          std::tuple{"list_tasks", R"({"statos": "pending"})", true}}) {
        const object result = call(tool, arguments);
        const object content = result.at("content").as_array().at(0).as_object();
        EXPECT_EQ(content.at("type"), "text");
        EXPECT_EQ(parse(content.at("text").as_string()), result.at("structuredContent"));
        EXPECT_EQ(result.at("structuredContent").at("success"), !fails);
        EXPECT_EQ(result.contains("isError"), fails) << tool << arguments;
    }
}

TEST_F(McpTools, are_refused_by_name_where_they_are_not_called_right)
{
    EXPECT_EQ(ask("tools/call", R"({"name": "lst_tasks"})").at("message"),
              "There is no such tool: did you mean 'list_tasks'?");
    EXPECT_EQ(ask("tools/call", R"({"name": "x"})").at("message"), "There is no such tool.");
    for (const char* const params :
         {"{}", R"({"name": 7})", R"({"name": "list_tasks", "arguments": []})",
          R"({"name": "list_tasks", "arguments": 7})"})
        EXPECT_EQ(ask("tools/call", params).at("code"), -32602) << params;
    EXPECT_EQ(ask("tools/call", R"({"name": "list_tasks"})").at("structuredContent").at("success"),
              true);
}

TEST_F(McpTools, never_reach_another_users_tasks)
{
    call("add_task", R"({"title": "secret plan"})", {.caller = {.user_id = "bob"}});
    for (const std::string arguments :
         {R"({"task_id": 1})", R"({"task_id": 1, "user_id": "bob"})"}) {
        const object result = call("get_task", arguments);
        EXPECT_EQ(result.at("isError"), true);
        EXPECT_EQ(boost::json::serialize(result).find("secret"), std::string::npos);
    }
}

TEST_F(McpTools, are_counted_by_what_came_of_them)
{
    call("add_task", R"({"title": "milk"})");
    call("add_task", R"({"title": "bread"})");
    call("add_task", "{}");
    EXPECT_EQ(counted("add_task", "success"), 2);
    EXPECT_EQ(counted("add_task", "failure"), 1);
    EXPECT_EQ(counted("list_tasks", "success"), 0);
}

TEST_F(McpTools, are_each_done_once_under_a_key)
{
    for (int i = 0; i < 2; ++i)
        call("add_task", R"({"title": "milk"})", {.caller = {}, .idempotency_key = "k"});
    EXPECT_EQ(call("list_tasks", "{}").at("structuredContent").at("data").at("total"), 1);
}

}  // namespace
}  // namespace todod::mcp
