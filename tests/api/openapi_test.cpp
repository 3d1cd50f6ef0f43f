#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "api/openapi_document.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using OpenApi = testing::OpenApiTest;

TEST_F(OpenApi, is_of_version_3_1_and_says_what_it_describes)
{
    EXPECT_EQ(document.at("openapi"), "3.1.0");
    EXPECT_EQ(document.at("info").at("title"), "Tasks");
    EXPECT_EQ(document.at("info").at("version"), "1.2.3");
}

TEST_F(OpenApi, has_every_route_and_no_other)
{
    std::size_t routes = 0;
    for (const auto& operation : operations)
        routes += operation.routes.size();
    std::size_t described = 0;
    for (const auto& path : document.at("paths").as_object()) {
        described += path.value().as_object().size();
    }
    EXPECT_EQ(described, routes);
    for_each_route([](const auto& operation, const auto&, const object& found) {
        EXPECT_EQ(std::string_view{found.at("summary").as_string()}, operation.summary);
        EXPECT_FALSE(found.at("description").as_string().empty());
    });
}

TEST_F(OpenApi, has_the_calls_of_the_contract)
{
    for (const std::string base : {"/api/{user_id}/tasks", "/api/tasks"}) {
        for (const auto& [method, path] :
             std::initializer_list<std::pair<const char*, std::string>>{
                 {"get", base},
                 {"post", base},
                 {"get", base + "/{task_id}"},
                 {"put", base + "/{task_id}"},
                 {"patch", base + "/{task_id}"},
                 {"patch", base + "/{task_id}/complete"},
                 {"delete", base + "/{task_id}"},
             }) {
            const auto* found = document.at("paths").as_object().if_contains(path);
            ASSERT_NE(found, nullptr) << path;
            EXPECT_TRUE(found->as_object().contains(method)) << method << ' ' << path;
        }
    }
}

TEST_F(OpenApi, gives_each_operation_an_id_of_its_own)
{
    std::set<std::string> ids;
    for_each_route([&](const auto& operation, const auto&, const object& found) {
        const std::string id{found.at("operationId").as_string()};
        EXPECT_TRUE(ids.insert(id).second) << id;
        EXPECT_TRUE(id.starts_with(operation.name)) << id;
    });
    EXPECT_THAT(ids, ::testing::IsSupersetOf({"create_task", "create_task_own", "update_task",
                                              "update_task_put", "get_health", "register"}));
}

void collect_references(const value& from, std::set<std::string>& references)
{
    if (const auto* list = from.if_array()) {
        for (const auto& item : *list)
            collect_references(item, references);
    }
    const auto* members = from.if_object();
    if (members == nullptr) return;
    for (const auto& [key, member] : *members) {
        if (key == "$ref") {
            references.emplace(member.as_string());
        } else {
            collect_references(member, references);
        }
    }
}

TEST_F(OpenApi, refers_only_to_what_is_there_and_has_nothing_unused)
{
    std::set<std::string> references;
    collect_references(document, references);
    std::set<std::string> components;
    for (const auto& known : document.at("components").at("schemas").as_object()) {
        components.insert("#/components/schemas/" + std::string{known.key()});
    }
    EXPECT_EQ(references, components);
}

TEST_F(OpenApi, gives_each_type_one_use_so_that_input_and_output_do_not_mix)
{
    std::set<const schema::Type*> inputs;
    std::map<std::string_view, const schema::Type*> names;
    for (const auto& operation : operations)
        inputs.insert(operation.input);
    for (const auto& operation : operations) {
        if (operation.output.type != nullptr) {
            EXPECT_FALSE(inputs.contains(operation.output.type)) << operation.name;
        }
        for (const auto* type : {operation.input, operation.output.type}) {
            if (type == nullptr) continue;
            EXPECT_EQ(names.emplace(type->name, type).first->second, type) << type->name;
        }
    }
}

TEST_F(OpenApi, shows_the_task_as_each_surface_writes_it)
{
    const auto& scoped = schema("Task");
    const auto& own = schema("OwnTask");
    EXPECT_TRUE(scoped.at("properties").as_object().contains("due_date"));
    EXPECT_TRUE(own.at("properties").as_object().contains("dueDate"));
    EXPECT_EQ(scoped.at("properties").at("priority").at("enum"),
              parse(R"(["Low", "Medium", "High", "Urgent"])"));
    EXPECT_EQ(own.at("properties").at("priority").at("enum"),
              parse(R"(["LOW", "MEDIUM", "HIGH", "URGENT"])"));
    for (const auto* task : {&scoped, &own}) {
        EXPECT_FALSE(task->as_object().contains("additionalProperties"));
        EXPECT_EQ(task->at("required").as_array().size(),
                  task->at("properties").as_object().size());
    }
    const auto content = [&](std::string_view path) {
        return described("get", path)
            .at("responses")
            .at("200")
            .at("content")
            .at("application/json")
            .at("schema");
    };
    EXPECT_EQ(content("/api/{user_id}/tasks/{task_id}"),
              parse(R"({"$ref": "#/components/schemas/Task"})"));
    EXPECT_EQ(content("/api/tasks/{task_id}"),
              parse(R"({"$ref": "#/components/schemas/OwnTask"})"));
    EXPECT_EQ(content("/api/tasks"),
              parse(R"({"type": "array", "items": {"$ref": "#/components/schemas/OwnTask"}})"));
}

TEST_F(OpenApi, shows_inputs_closed_and_in_the_surfaces_spelling)
{
    const auto& scoped = schema("CreateTask");
    const auto& own = schema("OwnCreateTask");
    EXPECT_EQ(scoped.at("additionalProperties"), false);
    EXPECT_EQ(scoped.at("required"), parse(R"(["title"])"));
    EXPECT_TRUE(scoped.at("properties").as_object().contains("due_date"));
    EXPECT_TRUE(own.at("properties").as_object().contains("dueDate"));
    EXPECT_FALSE(schema("UpdateTask").as_object().contains("required"));
    EXPECT_FALSE(schema("UpdateTask").at("properties").as_object().contains("If-Match"));
}

TEST_F(OpenApi, asks_for_a_body_where_one_is_taken)
{
    for_each_route([](const auto& operation, const auto&, const object& found) {
        const bool takes = operation.input != nullptr && operation.input->has(schema::Place::body);
        ASSERT_EQ(found.contains("requestBody"), takes);
        if (!takes) return;
        EXPECT_EQ(found.at("requestBody").at("required"), !operation.body_optional);
    });
    EXPECT_EQ(described("patch", "/api/tasks/{task_id}/complete").at("requestBody").at("required"),
              false);
}

TEST_F(OpenApi, names_every_parameter_of_a_path_and_no_other)
{
    for_each_route([](const auto&, const operation::Route& route, const object& found) {
        for (const auto& parameter : parameters_of(found)) {
            if (!parameter.starts_with("path:")) continue;
            EXPECT_TRUE(route.path.contains('{' + parameter.substr(5) + '}')) << parameter;
        }
        for (const std::string name : {"user_id", "task_id"}) {
            if (!route.path.contains('{' + name + '}')) continue;
            EXPECT_THAT(parameters_of(found), Contains("path:" + name));
        }
    });
    EXPECT_EQ(described("get", "/api/tasks/{task_id}").at("parameters").at(0).at("required"), true);
}

TEST_F(OpenApi, names_parameters_in_the_surfaces_spelling)
{
    EXPECT_THAT(
        parameters_of(described("get", "/api/tasks")),
        UnorderedElementsAre("query:status", "query:priority", "query:tag", "query:q",
                             "query:dueBefore", "query:dueAfter", "query:overdue", "query:sort",
                             "query:limit", "query:skip", "query:cursor", "header:X-Timezone"));
    EXPECT_THAT(parameters_of(described("get", "/api/{user_id}/tasks")),
                Contains("query:due_before"));
    EXPECT_THAT(parameters_of(described("put", "/api/{user_id}/tasks/{task_id}")),
                ElementsAre("path:user_id", "path:task_id", "header:If-Match", "query:dry_run"));
    EXPECT_THAT(parameters_of(described("get", "/health")), IsEmpty());
}

TEST_F(OpenApi, says_what_each_operation_may_fail_with)
{
    for_each_route([](const auto& operation, const auto&, const object& found) {
        const auto statuses = statuses_of(found);
        EXPECT_THAT(statuses, Contains(::testing::StartsWith("4")));
        EXPECT_THAT(statuses, Contains("422"));
        for (const int problem : operation.problems) {
            EXPECT_THAT(statuses, Contains(std::to_string(problem)));
        }
        if (operation.needs != operation::Needs::nobody) {
            EXPECT_THAT(statuses, ::testing::IsSupersetOf({"401", "403"}));
        }
        for (const auto& [status, response] : found.at("responses").as_object()) {
            EXPECT_FALSE(response.at("description").as_string().empty()) << status;
        }
    });
    EXPECT_THAT(
        statuses_of(described("get", "/api/tasks/{task_id}")),
        UnorderedElementsAre("200", "304", "400", "401", "403", "404", "422", "429", "500", "503"));
    EXPECT_THAT(statuses_of(described("delete", "/api/tasks/{task_id}")),
                UnorderedElementsAre("200", "204", "400", "401", "403", "404", "412", "422", "429",
                                     "500", "503"));
    EXPECT_THAT(statuses_of(described("post", "/api/tasks")),
                UnorderedElementsAre("200", "201", "400", "401", "403", "409", "413", "415", "422",
                                     "429", "500", "503"));
}

TEST_F(OpenApi, shows_problems_as_they_are_and_a_readiness_that_says_no_as_a_readiness)
{
    const auto& missing = described("get", "/api/tasks/{task_id}").at("responses").at("404");
    EXPECT_EQ(missing.at("content").at("application/problem+json").at("schema"),
              parse(R"({"$ref": "#/components/schemas/Problem"})"));
    const auto& not_ready = described("get", "/ready").at("responses").at("503");
    EXPECT_EQ(not_ready.at("content").at("application/json").at("schema"),
              parse(R"({"$ref": "#/components/schemas/Readiness"})"));
    const auto& busy = described("post", "/api/auth/login").at("responses").at("503");
    EXPECT_TRUE(busy.at("content").as_object().contains("application/problem+json"));
}

TEST_F(OpenApi, asks_nobody_to_sign_in_where_that_is_not_needed)
{
    EXPECT_EQ(document.at("security"),
              parse(R"([{"bearer": []}, {"service": [], "serviceUser": []}, {"cookie": []}])"));
    for (const char* scheme : {"bearer", "service", "serviceUser", "cookie"}) {
        EXPECT_TRUE(document.at("components").at("securitySchemes").as_object().contains(scheme))
            << scheme;
    }
    for_each_route([](const auto& operation, const auto&, const object& found) {
        const bool open = operation.needs == operation::Needs::nobody;
        ASSERT_EQ(found.contains("security"), open);
        if (open) EXPECT_EQ(found.at("security"), parse("[]"));
    });
}

TEST_F(OpenApi, names_the_cookie_as_it_is_where_it_serves)
{
    const auto name_of = [](const value& shown) {
        return shown.at("components").at("securitySchemes").at("cookie").at("name");
    };
    EXPECT_EQ(name_of(document), "todod_session");
    const auth::SessionCookie in_production{true};
    EXPECT_EQ(name_of(parse(openapi(operations, {}, in_production))), "__Host-todod_session");
}

TEST_F(OpenApi, says_what_is_for_people_alone)
{
    std::set<std::string_view> for_people;
    for_each_route([&](const auto& operation, const auto&, const object& found) {
        const bool person = operation.needs == operation::Needs::person;
        const auto* needs = found.if_contains("x-needs");
        ASSERT_EQ(needs != nullptr, person) << operation.name;
        const auto& responses = found.at("responses").as_object();
        const auto* refused = responses.if_contains("403");
        const bool says_so =
            refused != nullptr &&
            refused->at("description").as_string().find("`tdd_`") != boost::json::string::npos;
        EXPECT_EQ(says_so, person) << operation.name;
        if (!person) return;
        EXPECT_EQ(*needs, "person");
        for_people.insert(operation.name);
    });
    EXPECT_THAT(for_people,
                ElementsAre("change_password", "change_webhook", "create_token", "create_webhook",
                            "delete_api_key", "delete_me", "delete_token", "delete_webhook",
                            "get_webhook", "list_webhook_dead_letters", "list_webhooks",
                            "put_api_key", "renew_session", "replace_webhook_secret",
                            "retry_webhook_dead_letter", "test_webhook", "validate_api_key"));
}

TEST_F(OpenApi, shows_the_headers_of_an_answer)
{
    const auto& created = described("post", "/api/tasks").at("responses").at("201");
    EXPECT_TRUE(created.at("headers").as_object().contains("Location"));
    EXPECT_TRUE(created.at("headers").as_object().contains("ETag"));
    const auto& list = described("get", "/api/tasks").at("responses").at("200");
    EXPECT_TRUE(list.at("headers").as_object().contains("X-Total-Count"));
    EXPECT_TRUE(list.at("headers").as_object().contains("Link"));
}

TEST_F(OpenApi, groups_operations_under_tags_that_it_declares)
{
    std::set<std::string> tags;
    for (const auto& tag : document.at("tags").as_array()) {
        EXPECT_TRUE(tags.emplace(tag.at("name").as_string()).second);
    }
    for_each_route([&](const auto&, const auto&, const object& found) {
        EXPECT_TRUE(tags.contains(std::string{found.at("tags").at(0).as_string()}));
    });
    EXPECT_THAT(tags, UnorderedElementsAre("Tasks", "Accounts", "API keys", "Assistant", "Tokens",
                                           "Health", "Changes", "Trash", "Webhooks"));
}

TEST_F(OpenApi, has_limits_on_all_but_what_says_how_todod_is)
{
    for (const auto& [path, methods] : document.at("paths").as_object()) {
        const bool is_free = path == "/" || path.starts_with("/health") || path == "/ready";
        for (const auto& [method, described] : methods.as_object()) {
            const object& responses = described.at("responses").as_object();
            EXPECT_EQ(responses.contains("429"), !is_free) << path;
            if (is_free) continue;
            const object& headers = responses.at("429").at("headers").as_object();
            for (const std::string_view name :
                 {"RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining",
                  "X-RateLimit-Reset", "Retry-After"})
                EXPECT_TRUE(headers.contains(name)) << path << ' ' << name;
        }
    }
}

TEST_F(OpenApi, lists_the_events_of_what_streams_beside_its_one_answer)
{
    operation::Operation operation = operations.front();
    for (const bool streams : {false, true}) {
        operation.stream.reset();
        if (streams) operation.stream.emplace();
        const value made = parse(openapi({operation}, {.name = "Tasks", .version = "1"}));
        const auto& route = operation.routes.front();
        const auto& content = made.at("paths")
                                  .at(route.path)
                                  .at(method_of(route))
                                  .at("responses")
                                  .at(std::to_string(operation.output.status))
                                  .at("content")
                                  .as_object();
        EXPECT_TRUE(content.contains("application/json"));
        EXPECT_EQ(content.contains("text/event-stream"), streams);
    }
}

}  // namespace
}  // namespace todod::api
