#include "mcp/metadata.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/ranges.h>

#include "schema/codec.hpp"
#include "types/token.hpp"

namespace todod::mcp {

namespace {

constexpr std::string_view resource_path = "/mcp";
constexpr std::string_view metadata_path = "/.well-known/oauth-protected-resource/mcp";
/// For clients that look at the root alone.
constexpr std::string_view root_metadata_path = "/.well-known/oauth-protected-resource";

std::vector<std::string_view> scope_names()
{
    std::vector<std::string_view> names;
    for (const auto scope : types::split(types::all_scopes))
        names.push_back(schema::Codec<types::Scope>::name(scope, schema::Dialect::tool));
    return names;
}

std::string write_metadata(const Resource& resource)
{
    boost::json::array scopes;
    for (const auto name : scope_names())
        scopes.emplace_back(name);
    return boost::json::serialize(boost::json::object{
        {"resource", resource.id},
        {"authorization_servers", boost::json::array{resource.authorization_server}},
        {"scopes_supported", std::move(scopes)},
        {"bearer_methods_supported", boost::json::array{"header"}},
        {"resource_name", resource.name},
    });
}

}  // namespace

Resource make_resource(const std::string& url, std::string authorization_server, std::string name)
{
    return {fmt::format("{}{}", url, resource_path), fmt::format("{}{}", url, metadata_path),
            std::move(authorization_server), std::move(name)};
}

operation::Operation metadata_operation(const Resource& resource)
{
    operation::Operation operation{.name = "resource_metadata",
                                   .routes = {{operation::Method::get, metadata_path},
                                              {operation::Method::get, root_metadata_path}},
                                   .needs = operation::Needs::nobody,
                                   .limit = operation::Limit::none,
                                   .is_documented = false};
    operation.run =
        [text = write_metadata(resource)](operation::Call) -> base::Async<operation::Reply> {
        co_return operation::Reply{200, text, {}};
    };
    return operation;
}

operation::Challenge make_challenge(const std::optional<Resource>& resource)
{
    if (!resource) return {};
    return {resource->metadata_url, fmt::format("{}", fmt::join(scope_names(), " "))};
}

}  // namespace todod::mcp
