#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>

#include "api/api.hpp"
#include "mcp/task_server.hpp"
#include "operation/tool.hpp"
#include "support/services.hpp"

namespace todod::mcp::testing {

using boost::json::object;
using boost::json::value;

/// What todod serves over MCP, over services of its own, with two users: ada, who is the sender
/// unless another is named, and bob.
class TaskServerTest : public ::testing::Test {
protected:
    TaskServerTest()
    {
        services.add_user("ada");
        services.add_user("bob");
    }

    static Sender as(std::string user_id) { return {.caller = {.user_id = std::move(user_id)}}; }
    static Sender without_reading()
    {
        auto sender = as("ada");
        sender.caller.scopes = types::join({auth::Scope::write, auth::Scope::remove});
        return sender;
    }

    /// The whole answer, in the modern revision or the newest legacy one.
    value send(std::string_view method, object params, Sender sender, bool is_modern = true)
    {
        if (is_modern) {
            params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                               {"io.modelcontextprotocol/clientCapabilities", object{}}};
        }
        const value message = {
            {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
        const Outgoing outgoing = services.run(server.answer(message, std::move(sender)));
        size = outgoing.body.size();
        return boost::json::parse(outgoing.body);
    }
    object result(std::string_view method, object params, Sender sender = as("ada"))
    {
        const value answer = send(method, std::move(params), std::move(sender));
        EXPECT_TRUE(answer.as_object().contains("result")) << boost::json::serialize(answer);
        return answer.at("result").as_object();
    }
    /// The message of a fault of the sender's.
    std::string fault(std::string_view method, object params, Sender sender = as("ada"))
    {
        const value answer = send(method, std::move(params), std::move(sender));
        EXPECT_TRUE(answer.as_object().contains("error")) << boost::json::serialize(answer);
        if (!answer.as_object().contains("error")) return {};
        EXPECT_EQ(answer.at("error").at("code"), -32602);
        return std::string{answer.at("error").at("message").as_string()};
    }

    /// Uses a tool; gives the task.
    object use(std::string_view tool, std::string_view arguments, std::string user_id = "ada")
    {
        const object reply = services.run(
            operation::use_tool(*operation::find_tool(tools, tool),
                                {.caller = {.user_id = std::move(user_id)},
                                 .arguments = boost::json::parse(arguments).as_object()}));
        EXPECT_TRUE(reply.at("success").as_bool()) << boost::json::serialize(reply);
        return reply.at("data").as_object();
    }
    void add(std::string_view title, std::string_view more = "", std::string user_id = "ada")
    {
        use("add_task",
            fmt::format(R"({{"title": {}{}{}}})", boost::json::serialize(value(title)),
                        more.empty() ? "" : ", ", more),
            std::move(user_id));
    }
    /// Tasks that are as long as they may be, and four times that as JSON within JSON.
    void add_long_ones(int count)
    {
        boost::json::array tags;
        for (int i = 0; i < 32; ++i)
            tags.emplace_back(std::string(40, '"') + std::to_string(i));
        const std::string more = fmt::format(
            R"("description": {}, "priority": "urgent", "due_date": "2026-11-21", "tags": {})",
            boost::json::serialize(value(std::string(1000, '"'))), boost::json::serialize(tags));
        for (int i = 0; i < count; ++i)
            add(std::string(200, '"'), more);
    }

    todod::testing::TestServices services;
    const operation::Table tools =
        api::tool_operations(&services.task_service(), &services.change_service());
    const Server server{task_server("1.2.3", tools, services.clock())};
    std::size_t size = 0;  ///< of the last answer, in bytes
};

}  // namespace todod::mcp::testing
