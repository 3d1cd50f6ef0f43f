// What the document says of undo and of dry runs.
#include <gmock/gmock.h>

#include <algorithm>

#include "api/openapi_document.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::parse;
using ::testing::Contains;

using OpenApiOfChanges = testing::OpenApiTest;

TEST_F(OpenApiOfChanges, says_what_a_dry_run_is_answered_with)
{
    const auto schema_of = [&](std::string_view method, std::string_view path) {
        return described(method, path)
            .at("responses")
            .at("200")
            .at("content")
            .at("application/json")
            .at("schema");
    };
    const auto preview = parse(R"({"$ref": "#/components/schemas/Preview"})");
    EXPECT_EQ(schema_of("post", "/api/{user_id}/tasks"), preview);
    EXPECT_EQ(schema_of("delete", "/api/{user_id}/tasks/{task_id}"), preview);
    EXPECT_EQ(schema_of("patch", "/api/tasks/{task_id}"),
              parse(R"({"oneOf": [{"$ref": "#/components/schemas/OwnTask"},
                                  {"$ref": "#/components/schemas/OwnPreview"}]})"));
    for_each_route([](const auto& operation, const operation::Route& route, const object& found) {
        const bool is_write = route.method != operation::Method::get;
        const bool is_of_tasks = operation.tag == "Tasks" || operation.tag == "Trash" ||
                                 operation.name == "undo_changeset";
        const std::string key = route.dialect == schema::Dialect::own ? "dryRun" : "dry_run";
        const auto parameters = parameters_of(found);
        const bool has_dry_run = std::ranges::find(parameters, "query:" + key) != parameters.end();
        EXPECT_EQ(has_dry_run, is_write && is_of_tasks) << route.path;
        EXPECT_EQ(operation.output.preview != nullptr, has_dry_run) << route.path;
    });
}

TEST_F(OpenApiOfChanges, describes_what_keeps_an_undo_from_being_done)
{
    const auto& problem = document.at("components").at("schemas").at("Problem").at("properties");
    EXPECT_TRUE(
        problem.at("conflicts").at("items").at("properties").as_object().contains("fields"));
    EXPECT_EQ(problem.at("last_seq").at("type"), "integer");
    EXPECT_THAT(statuses_of(described("get", "/api/changes")), Contains("410"));
}

}  // namespace
}  // namespace todod::api
