#pragma once

#include "api/test_api.hpp"
#include "operation/tool.hpp"

namespace todod::testing {

/// The tools of the product, used by "ada" unless a call says who else.
class ToolsTest : public ::testing::Test {
protected:
    using object = boost::json::object;

    ToolsTest()
    {
        api.add_user("ada");
        api.add_user("bob");
    }

    object use(std::string_view name, std::string_view arguments, operation::ToolCall call = {})
    {
        if (call.caller.user_id.empty()) call.caller.user_id = "ada";
        call.arguments = boost::json::parse(arguments).as_object();
        const auto* const tool = operation::find_tool(tools, name);
        EXPECT_NE(tool, nullptr) << name;
        return api.run(operation::use_tool(*tool, std::move(call)));
    }
    object done(std::string_view name, std::string_view arguments, operation::ToolCall call = {})
    {
        const object result = use(name, arguments, std::move(call));
        EXPECT_TRUE(result.at("success").as_bool()) << boost::json::serialize(result);
        return result.contains("data") ? result.at("data").as_object() : object{};
    }
    std::string failed(std::string_view name, std::string_view arguments,
                       operation::ToolCall call = {})
    {
        const object result = use(name, arguments, std::move(call));
        EXPECT_FALSE(result.at("success").as_bool()) << boost::json::serialize(result);
        return result.contains("error") ? std::string{result.at("error").as_string()} : "";
    }

    TestApi api;
    const operation::Table tools = api::tool_operations(&api.task_service(), &api.change_service());
};

}  // namespace todod::testing
