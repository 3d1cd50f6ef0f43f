#include "mcp/metadata.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace todod::mcp {
namespace {

const Resource resource =
    make_resource("https://todo.example", "https://auth.example/realms/a", "todod");

TEST(ResourceMetadata, are_those_of_rfc_9728)
{
    const auto operation = metadata_operation(resource);
    std::string body;
    base::spawn([](const operation::Operation& asked, std::string& out) -> base::Async<void> {
        out = (co_await asked.run({})).body;
    }(operation, body));
    EXPECT_EQ(boost::json::parse(body), boost::json::parse(R"({
        "resource": "https://todo.example/mcp",
        "authorization_servers": ["https://auth.example/realms/a"],
        "scopes_supported": ["read", "write", "delete"],
        "bearer_methods_supported": ["header"],
        "resource_name": "todod"})"));
}

TEST(ResourceMetadata, are_anybodys_and_no_part_of_the_api)
{
    const auto operation = metadata_operation(resource);
    EXPECT_EQ(operation.needs, operation::Needs::nobody);
    EXPECT_EQ(operation.limit, operation::Limit::none);
    EXPECT_FALSE(operation.is_documented);
    ASSERT_EQ(operation.routes.size(), 2U);
    EXPECT_EQ(operation.routes[0].path, "/.well-known/oauth-protected-resource/mcp");
    EXPECT_EQ(operation.routes[1].path, "/.well-known/oauth-protected-resource");
}

TEST(ResourceMetadata, are_told_of_in_the_challenge)
{
    const auto challenge = make_challenge(resource);
    EXPECT_EQ(challenge.metadata_url,
              "https://todo.example/.well-known/oauth-protected-resource/mcp");
    EXPECT_EQ(challenge.scopes, "read write delete");
    EXPECT_EQ(make_challenge(std::nullopt).metadata_url, "");
    EXPECT_EQ(make_challenge(std::nullopt).scopes, "");
}

}  // namespace
}  // namespace todod::mcp
