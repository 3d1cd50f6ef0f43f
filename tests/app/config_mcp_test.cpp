#include "config_mcp.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;

constexpr const char* jwks = "https://auth.example/jwks";
constexpr const char* issuer = "https://auth.example/";

mcp::Access access_of(const Environment& environment)
{
    return mcp_access(read_config(environment));
}

TEST(McpConfig, knows_who_can_connect_by_where_it_listens)
{
    for (const char* host : {"", "127.0.0.1", "::1", "localhost"})
        EXPECT_TRUE(access_of({{"HOST", host}}).is_local) << host;
    for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "todo.example"})
        EXPECT_FALSE(access_of({{"HOST", host}}).is_local) << host;
    EXPECT_FALSE(access_of({{"ENVIRONMENT", "production"}}).is_local);
}

TEST(McpConfig, takes_the_names_that_it_may_be_asked_by)
{
    EXPECT_THAT(access_of({}).hosts, IsEmpty());
    EXPECT_THAT(access_of({{"MCP_HOSTS", "todo.example, [fd00::1]:8000"}}).hosts,
                ElementsAre("todo.example", "[fd00::1]:8000"));
    EXPECT_THAT(access_of({{"MCP_HOSTS", R"(["todo.example"])"}}).hosts,
                ElementsAre("todo.example"));
    EXPECT_THAT(access_of({{"CORS_ORIGINS", "http://a,http://b"}}).origins,
                ElementsAre("http://a", "http://b"));
}

TEST(McpConfig, may_be_asked_by_its_public_name_where_not_all_will_do)
{
    const std::pair<std::string, std::string> url{"PUBLIC_URL", "https://todo.example"};
    EXPECT_THAT(access_of({url}).hosts, ElementsAre("todo.example"));
    EXPECT_THAT(access_of({url, {"HOST", "0.0.0.0"}, {"MCP_HOSTS", "a"}}).hosts,
                ElementsAre("a", "todo.example"));
    EXPECT_THAT(access_of({url, {"HOST", "0.0.0.0"}}).hosts, IsEmpty());
}

TEST(McpConfig, has_others_before_it_where_its_public_name_is_not_of_this_machine)
{
    EXPECT_TRUE(access_of({{"PUBLIC_URL", "https://todo.example"}}).is_behind_proxy);
    for (const char* url : {"", "http://localhost:3000", "http://127.0.0.1:8000"})
        EXPECT_FALSE(access_of({{"PUBLIC_URL", url}}).is_behind_proxy) << url;
}

TEST(McpConfig, is_a_resource_of_an_authorization_server_whose_keys_it_has)
{
    EXPECT_EQ(mcp_resource(read_config({}), 8000), std::nullopt);
    EXPECT_EQ(mcp_resource(read_config({{"AUTH_SERVER_URL", issuer}}), 8000), std::nullopt);
    EXPECT_EQ(mcp_resource(read_config({{"JWKS_URL", jwks}}), 8000), std::nullopt);
    const auto resource = mcp_resource(read_config({{"AUTH_SERVER_URL", issuer},
                                                    {"JWKS_URL", jwks},
                                                    {"APP_NAME", "Tasks"},
                                                    {"PUBLIC_URL", "https://todo.example/"}}),
                                       8000);
    ASSERT_TRUE(resource);
    EXPECT_EQ(resource->id, "https://todo.example/mcp");
    EXPECT_EQ(resource->authorization_server, issuer) << "as it is: clients compare it";
    EXPECT_EQ(resource->name, "Tasks");
}

TEST(McpConfig, is_found_where_it_listens_if_nobody_says_where)
{
    for (const auto& [host, id] :
         {std::pair{"", "http://127.0.0.1:8001/mcp"}, std::pair{"::1", "http://[::1]:8001/mcp"},
          std::pair{"todo.lan", "http://todo.lan:8001/mcp"},
          std::pair{"0.0.0.0", "http://localhost:8001/mcp"},
          std::pair{"::", "http://localhost:8001/mcp"}}) {
        const auto resource = mcp_resource(
            read_config({{"AUTH_SERVER_URL", issuer}, {"JWKS_URL", jwks}, {"HOST", host}}), 8001);
        ASSERT_TRUE(resource);
        EXPECT_EQ(resource->id, id);
    }
}

TEST(McpConfig, is_told_in_production_where_clients_find_it)
{
    const Environment production{{"ENVIRONMENT", "production"}};
    const auto with = [&](Environment more) {
        more.insert(production.begin(), production.end());
        return more;
    };
    const auto both = with({{"AUTH_SERVER_URL", issuer}, {"JWKS_URL", jwks}});
    EXPECT_EQ(error_of([&] { read_config(both); }).message(),
              "PUBLIC_URL must be where clients find todod, in production with AUTH_SERVER_URL and "
              "JWKS_URL.");
    auto complete = both;
    complete.emplace("PUBLIC_URL", "https://todo.example");
    EXPECT_EQ(mcp_resource(read_config(complete), 8000)->id, "https://todo.example/mcp");
    for (const Environment& one :
         {with({{"AUTH_SERVER_URL", issuer}}), with({{"JWKS_URL", jwks}}), production}) {
        EXPECT_EQ(read_config(one).public_url, "") << "there is no resource to be found";
    }
}

TEST(McpConfig, refuses_what_it_cannot_use)
{
    for (const char* value : {"https://todo.example", "*", "a b", "todo.example:port", "::1"}) {
        const auto error = error_of([&] { read_config({{"MCP_HOSTS", value}}); });
        EXPECT_EQ(error.message(),
                  "MCP_HOSTS must be names or addresses (IPv6 in brackets), each with :PORT or "
                  "without.")
            << value;
    }
    for (const char* value :
         {"todo.example", "ftp://todo.example", "https://ann@todo.example",
          "https://todo.example/?a=b", "https://todo.example?", "https://todo.example/#a",
          "https://todo.example/api", "https://todo.example/api/", "/"}) {
        const auto error = error_of([&] { read_config({{"PUBLIC_URL", value}}); });
        EXPECT_EQ(
            error.message(),
            "PUBLIC_URL must be an http:// or https:// URL without a user, a path, a query or "
            "a fragment.")
            << value;
    }
}

}  // namespace
}  // namespace todod
