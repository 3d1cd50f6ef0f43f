#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.hpp"
#include "base/text.hpp"

namespace todod::api::testing {

using boost::json::object;
using boost::json::value;

/// The OpenAPI document, with all that is asked of it.
class OpenApiTest : public ::testing::Test {
protected:
    /// What the document says of a path's method.
    const object& described(std::string_view method, std::string_view path) const
    {
        return document.at("paths").at(path).at(method).as_object();
    }

    const value& schema(std::string_view name) const
    {
        return document.at("components").at("schemas").at(name);
    }

    static std::string method_of(const operation::Route& route)
    {
        return base::to_lower(operation::to_string(route.method));
    }

    /// Names and places, as "query:limit".
    static std::vector<std::string> parameters_of(const object& described)
    {
        std::vector<std::string> names;
        if (!described.contains("parameters")) return names;
        for (const auto& parameter : described.at("parameters").as_array()) {
            std::string& name = names.emplace_back(parameter.at("in").as_string());
            name += ':';
            name += parameter.at("name").as_string();
        }
        return names;
    }

    static std::vector<std::string> statuses_of(const object& described)
    {
        std::vector<std::string> statuses;
        for (const auto& response : described.at("responses").as_object()) {
            statuses.emplace_back(response.key());
        }
        return statuses;
    }

    template <class Visit>
    void for_each_route(Visit visit) const
    {
        for (const auto& operation : operations) {
            for (const auto& route : operation.routes) {
                SCOPED_TRACE(fmt::format("{} {}", method_of(route), route.path));
                visit(operation, route, described(method_of(route), route.path));
            }
        }
    }

    const operation::Table operations = all_operations({}, {});
    const value document =
        boost::json::parse(openapi(operations, {.name = "Tasks", .version = "1.2.3"}));
};

}  // namespace todod::api::testing
