#include "api/api.hpp"

#include <gtest/gtest.h>

#include <set>

namespace todod::api {
namespace {

using auth::Scope;
using operation::Method;
using operation::Needs;

TEST(AllOperations, have_names_and_routes_of_their_own)
{
    std::set<std::string_view> names;
    std::set<std::pair<Method, std::string_view>> routes;
    for (const auto& operation : all_operations({}, {})) {
        EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
        EXPECT_FALSE(operation.routes.empty()) << operation.name;
        EXPECT_TRUE(operation.run) << operation.name;
        for (const auto& route : operation.routes) {
            EXPECT_TRUE(routes.emplace(route.method, route.path).second) << route.path;
        }
    }
}

TEST(AllOperations, on_tasks_need_a_user_and_are_on_both_surfaces)
{
    for (const auto& operation : task_operations(nullptr)) {
        EXPECT_EQ(operation.needs, Needs::user) << operation.name;
        std::size_t scoped = 0;
        for (const auto& route : operation.routes) {
            const bool names_user = route.path.starts_with("/api/{user_id}/tasks");
            EXPECT_TRUE(names_user || route.path.starts_with("/api/tasks")) << route.path;
            EXPECT_EQ(route.dialect, names_user ? schema::Dialect::scoped : schema::Dialect::own);
            scoped += names_user ? 1 : 0;
        }
        EXPECT_EQ(scoped * 2, operation.routes.size()) << operation.name;
    }
}

TEST(AllOperations, that_change_something_need_more_than_the_scope_to_read)
{
    for (const auto& operation : all_operations({}, {})) {
        if (operation.needs == Needs::nobody) continue;
        for (const auto& route : operation.routes) {
            const Scope wanted = route.method == Method::get      ? Scope::read
                                 : route.method == Method::remove ? Scope::remove
                                                                  : Scope::write;
            EXPECT_EQ(operation.scope, wanted) << operation.name;
        }
    }
}

TEST(AllOperations, are_documented_but_for_those_that_are_no_part_of_rest)
{
    for (const bool is_documented : {true, false}) {
        operation::Operation operation;
        operation.name = "ping";
        operation.tag = "pings";
        operation.routes = {{Method::post, "/ping"}};
        operation.is_documented = is_documented;
        const std::string document = openapi({operation}, {.name = "Tasks", .version = "1"});
        EXPECT_EQ(document.contains("ping"), is_documented);
    }
}

}  // namespace
}  // namespace todod::api
