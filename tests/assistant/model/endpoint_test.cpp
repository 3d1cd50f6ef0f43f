#include "assistant/model/endpoint.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::assistant::model {
namespace {

using types::Provider;

TEST(ServerEndpoint, follows_from_the_keys_and_the_place)
{
    const struct {
        ServerSettings settings;
        const char* base_url;
        const char* model;
        const char* key;
    } cases[] = {
        {{"o", "", "", ""}, "https://api.openai.com/v1", "gpt-4o-mini", "o"},
        {{"o", "r", "", "m"}, "https://api.openai.com/v1", "m", "o"},
        {{"", "r", "", ""}, "https://openrouter.ai/api/v1", "openai/gpt-oss-120b:free", "r"},
        {{"", "r", "https://proxy.example/v1", ""},
         "https://proxy.example/v1",
         "openai/gpt-oss-120b:free",
         "r"},
        {{"", "", "http://localhost:11434/v1", "llama3"},
         "http://localhost:11434/v1",
         "llama3",
         ""},
    };
    for (const auto& each : cases) {
        const auto endpoint = server_endpoint(each.settings);
        ASSERT_TRUE(endpoint);
        EXPECT_EQ(endpoint->base_url, each.base_url);
        EXPECT_EQ(endpoint->model, each.model);
        EXPECT_EQ(endpoint->key.view(), each.key);
        EXPECT_FALSE(endpoint->is_users);
        EXPECT_FALSE(endpoint->public_only);
    }
    EXPECT_FALSE(server_endpoint({}));
    EXPECT_FALSE(server_endpoint({.model = "a-model"}));
}

class ChooseEndpoint : public ::testing::Test {
protected:
    ChooseEndpoint() { services.add_user("ada"); }

    void put(Provider provider, std::optional<std::string> base_url = {},
             std::optional<std::string> model = {})
    {
        services.run(services.api_key_service().put(
            "ada", {.provider = provider,
                    .api_key = "key-of-" + std::string{types::to_string(provider)},
                    .base_url = std::move(base_url),
                    .model = std::move(model)}));
    }
    void refuse(Provider provider)
    {
        services.ask_provider = [](Provider, std::optional<std::string>,
                                   auth::Wiped) -> base::Async<bool> { co_return false; };
        services.run(services.api_key_service().validate("ada", provider));
    }
    /// "provider key base_url model".
    std::string chosen(ServerSettings server = {}, bool public_only = false)
    {
        const auto endpoint = services.run(
            choose_endpoint(services.api_key_service(), "ada", std::move(server), public_only));
        if (!endpoint) return "none";
        EXPECT_EQ(endpoint->public_only, public_only && endpoint->provider == "custom");
        return fmt::format("{} {} {} {}", endpoint->provider, endpoint->key.view(),
                           endpoint->base_url, endpoint->model);
    }

    testing::TestServices services;
};

TEST_F(ChooseEndpoint, takes_the_users_key_before_the_servers)
{
    const ServerSettings server{.openai_key = "server-key"};
    EXPECT_EQ(chosen(), "none");
    EXPECT_EQ(chosen(server), "server server-key https://api.openai.com/v1 gpt-4o-mini");
    put(Provider::custom, "https://models.example/v1", "own-model");
    EXPECT_EQ(chosen(server), "custom key-of-custom https://models.example/v1 own-model");
    EXPECT_EQ(chosen(server, true), "custom key-of-custom https://models.example/v1 own-model");
    put(Provider::anthropic);
    EXPECT_EQ(chosen(server),
              "anthropic key-of-anthropic https://api.anthropic.com/v1 claude-haiku-4-5");
    put(Provider::gemini, {}, "gemini-x");
    EXPECT_EQ(chosen(server),
              "gemini key-of-gemini https://generativelanguage.googleapis.com/v1beta/openai "
              "gemini-x");
    put(Provider::openrouter);
    EXPECT_EQ(chosen(server),
              "openrouter key-of-openrouter https://openrouter.ai/api/v1 openai/gpt-oss-120b:free");
    put(Provider::openai);
    EXPECT_EQ(chosen(server), "openai key-of-openai https://api.openai.com/v1 gpt-4o-mini");
}

TEST_F(ChooseEndpoint, takes_a_refused_key_only_where_the_user_has_no_other)
{
    put(Provider::openai);
    refuse(Provider::openai);
    EXPECT_THAT(chosen({.openai_key = "server-key"}), ::testing::StartsWith("openai "));
    put(Provider::anthropic);
    EXPECT_THAT(chosen(), ::testing::StartsWith("anthropic "));
}

TEST_F(ChooseEndpoint, takes_nobody_elses_key)
{
    services.add_user("bob");
    services.run(services.api_key_service().put(
        "bob", {.provider = Provider::openai, .api_key = "key-of-bob"}));
    EXPECT_EQ(chosen(), "none");
}

TEST_F(ChooseEndpoint, needs_a_model_of_a_custom_provider)
{
    put(Provider::custom, "https://models.example/v1");
    EXPECT_EQ(chosen(), "none");
}

TEST_F(ChooseEndpoint, passes_over_a_key_that_cannot_be_opened)
{
    put(Provider::openai);
    const auth::Fernet other{std::vector<std::string>{testing::older_fernet_key}};
    services::ApiKeys keys{services.api_keys(), &other,           {}, false,
                           services.clock(),    services.random()};
    const auto endpoint = services.run(choose_endpoint(keys, "ada", {.openai_key = "s"}, false));
    EXPECT_EQ(endpoint.value().key.view(), "s");
    const auto error =
        testing::error_of([&] { services.run(choose_endpoint(keys, "ada", {}, false)); });
    EXPECT_EQ(error.code(), base::ErrorCode::conflict);
    services::ApiKeys off{services.api_keys(), nullptr,          {}, false,
                          services.clock(),    services.random()};
    EXPECT_FALSE(services.run(choose_endpoint(off, "ada", {}, false)));
}

}  // namespace
}  // namespace todod::assistant::model
