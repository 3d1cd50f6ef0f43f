#include "api/tools.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::serialize;
using boost::json::value;

/// Whether `at` is as the schema says, with the keywords that tools use; the test fails otherwise.
void check(const value& at, const object& schema, const std::string& where)
{
    const auto is = [&](std::string_view type) { return schema.at("type") == value(type); };
    EXPECT_EQ(at.is_object(), is("object")) << where;
    EXPECT_EQ(at.is_array(), is("array")) << where;
    EXPECT_EQ(at.is_string(), is("string")) << where;
    EXPECT_EQ(at.is_bool(), is("boolean")) << where;
    EXPECT_EQ(at.is_int64(), is("integer")) << where;
    if (const auto* const values = schema.if_contains("enum")) {
        const auto& names = values->as_array();
        EXPECT_NE(std::ranges::find(names, at), names.end()) << where << serialize(at);
    }
    if (at.is_array()) {
        for (const value& item : at.as_array())
            check(item, schema.at("items").as_object(), where + "[]");
    }
    if (!at.is_object()) return;
    const auto& properties = schema.at("properties").as_object();
    for (const auto& [name, member] : at.as_object()) {
        const value* const known = properties.if_contains(name);
        ASSERT_NE(known, nullptr) << where << '.' << name;
        check(member, known->as_object(), where + '.' + std::string{name});
    }
    if (const auto* const required = schema.if_contains("required")) {
        for (const value& name : required->as_array())
            EXPECT_TRUE(at.as_object().contains(name.as_string())) << where << '.' << name;
    }
}

/// That every schema within is one that all clients understand, inputs closed.
void check_portable(const value& schema, bool is_input, const std::string& where)
{
    const object& of = schema.as_object();
    ASSERT_TRUE(of.contains("type")) << where;
    EXPECT_TRUE(of.at("type").is_string()) << where;
    for (const std::string_view keyword : {"anyOf", "oneOf", "allOf", "$ref", "not"})
        EXPECT_FALSE(of.contains(keyword)) << where << keyword;
    if (const value* const items = of.if_contains("items")) {
        check_portable(*items, is_input, where + "[]");
    }
    const value* const properties = of.if_contains("properties");
    if (properties == nullptr) return;
    if (is_input) EXPECT_EQ(of.at("additionalProperties"), false) << where;
    for (const auto& [name, property] : properties->as_object()) {
        const std::string here = where + '.' + std::string{name};
        if (is_input) EXPECT_TRUE(property.as_object().contains("description")) << here;
        check_portable(property, is_input, here);
    }
}

class ToolSchemas : public testing::ToolsTest {
protected:
    void check_result(std::string_view name, std::string_view arguments, bool is_success)
    {
        const object result = use(name, arguments);
        EXPECT_EQ(result.at("success"), is_success) << serialize(result);
        check(result, operation::output_schema(*operation::find_tool(tools, name)),
              std::string{name});
    }
};

TEST_F(ToolSchemas, are_closed_documented_and_portable)
{
    for (const auto& tool : tools) {
        const std::string name{tool.name};
        const object input = operation::input_schema(tool);
        EXPECT_EQ(input.at("properties").as_object().begin()->key(), "user_id") << name;
        EXPECT_FALSE(input.at("properties").as_object().contains("X-Timezone")) << name;
        check_portable(input, true, name);
        check_portable(operation::output_schema(tool), false, name + " output");
        EXPECT_TRUE(tool.routes.empty()) << name;
    }
}

TEST_F(ToolSchemas, are_kept_by_what_is_answered)
{
    constexpr std::string_view full = R"({"title": "a", "description": "b", "priority": "high",
                                          "tags": ["c"], "due_date": "2026-12-04"})";
    check_result("add_task", full, true);
    check_result("add_task", R"({"title": "plain"})", true);
    check_result("add_task", "{}", false);
    check_result("list_tasks", "{}", true);
    check_result("list_tasks", R"({"limit": 1})", true);
    check_result("list_tasks", R"({"cursor": "x"})", false);
    check_result("search_tasks", R"({"query": "plain"})", true);
    check_result("search_tasks", "{}", false);
    for (const std::string task : {"1", "2"}) {
        const std::string arguments = fmt::format(R"({{"task_id": {}}})", task);
        check_result("get_task", arguments, true);
        check_result("update_task", arguments, false);
        check_result("update_task", fmt::format(R"({{"task_id": {}, "tags": []}})", task), true);
        check_result("complete_task", arguments, true);
        check_result("delete_task", arguments, true);
        for (const auto* const name : {"get_task", "update_task", "complete_task", "delete_task"})
            check_result(name, arguments, false);
    }
    check_result("add_tasks", fmt::format(R"({{"tasks": [{}]}})", full), true);
    check_result("add_tasks", R"({"tasks": []})", false);
    check_result("complete_tasks", R"({"task_ids": [1, 3]})", true);
    check_result("complete_tasks", "{}", false);
    check_result("list_changes", "{}", true);
    check_result("list_changes", R"({"limit": 51})", false);
    check_result("undo_changes", "{}", true);
    check_result("undo_changes", R"({"changeset_id": 99})", false);
    check_result("undo_changes", R"({"changeset_id": 1, "partial": true})", true);
    check_result("restore_task", R"({"task_id": 1})", true);
    check_result("restore_task", R"({"title": "nothing"})", false);
    check_result("restore_task", "{}", false);
}

TEST_F(ToolSchemas, are_kept_by_what_is_only_tried)
{
    use("add_task", R"({"title": "plain"})");
    use("add_task", R"({"title": "gone"})");
    use("delete_task", R"({"task_id": 2})");
    for (const auto& [tool, arguments] : std::vector<std::pair<std::string, std::string>>{
             {"add_task", R"("title": "new")"},
             {"add_tasks", R"("tasks": [{"title": "new"}])"},
             {"update_task", R"("task_id": 1, "title": "other")"},
             {"complete_task", R"("task_id": 1)"},
             {"complete_tasks", R"("task_ids": [1, 9])"},
             {"delete_task", R"("task_id": 1)"},
             {"undo_changes", R"("changeset_id": 1)"},
             {"restore_task", R"("task_id": 2)"}}) {
        const std::string tried = fmt::format(R"({{{}, "dry_run": true}})", arguments);
        check_result(tool, tried, true);
        const object data = use(tool, tried).at("data").as_object();
        EXPECT_EQ(data.at("dry_run"), true) << tool;
        EXPECT_FALSE(data.at("changes").as_array().empty()) << tool;
    }
    EXPECT_EQ(use("get_task", R"({"task_id": 1})").at("data").at("title"), "plain");
    EXPECT_EQ(use("list_tasks", "{}").at("data").at("total"), 1);
}

TEST_F(ToolSchemas, say_what_a_task_is_named_by_in_one_type)
{
    const object get = operation::input_schema(*operation::find_tool(tools, "get_task"));
    EXPECT_EQ(get.at("properties").at("task_id").at("type"), "string");
    EXPECT_EQ(get.at("required").as_array(), boost::json::array{"task_id"});
    const object add = operation::input_schema(*operation::find_tool(tools, "add_tasks"));
    const auto& item = add.at("properties").at("tasks").at("items");
    EXPECT_EQ(item.at("required").as_array(), boost::json::array{"title"});
    EXPECT_EQ(add.at("properties").at("tasks").at("maxItems"), 25);
}

TEST_F(ToolSchemas, stand_in_an_order_that_does_not_change)
{
    std::vector<std::string_view> names;
    for (const auto& tool : tools)
        names.push_back(tool.name);
    EXPECT_EQ(names, (std::vector<std::string_view>{
                         "list_tasks", "add_task", "update_task", "complete_task", "delete_task",
                         "get_task", "search_tasks", "list_changes", "add_tasks", "complete_tasks",
                         "undo_changes", "restore_task"}));
}

TEST_F(ToolSchemas, are_few_words_for_a_model_to_read)
{
    std::size_t size = 0;
    for (const auto& tool : tools) {
        size += tool.name.size() + tool.doc.size() + tool.tool->title.size();
        size += serialize(operation::input_schema(tool)).size();
        size += serialize(operation::output_schema(tool)).size();
        size += 200;  // annotations and the names of members
    }
    EXPECT_LT(size, 23U * 1024) << "of `tools/list`";
}

TEST_F(ToolSchemas, do_what_their_annotations_say)
{
    for (const auto& tool : tools) {
        EXPECT_FALSE(tool.tool->title.empty()) << tool.name;
        EXPECT_FALSE(tool.doc.empty()) << tool.name;
        EXPECT_EQ(tool.tool->is_destructive, tool.name == "delete_task") << tool.name;
        const bool overwrites = tool.name == "update_task" || tool.name == "undo_changes";
        EXPECT_EQ(tool.tool->overwrites, overwrites) << tool.name;
        const bool goes_on = tool.name.starts_with("add_") || tool.name == "undo_changes" ||
                             tool.name == "restore_task";
        EXPECT_EQ(tool.tool->is_idempotent, !goes_on) << tool.name;
    }
}

}  // namespace
}  // namespace todod::api
