#include "types/api_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using schema::Dialect;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Outcome<PutApiKey> read_put(std::string_view json, std::string_view provider = "openai")
{
    const auto body = boost::json::parse(json);
    const schema::NamedText path[] = {{"provider", provider}};
    return read_request<PutApiKey>({.path = path, .query = {}, .headers = {}, .body = &body});
}

Outcome<PutApiKey> read_key(const std::string& key)
{
    return read_put(fmt::format(R"({{"apiKey": {}}})", to_json(key)));
}

TEST(Provider, is_known_by_exactly_its_name)
{
    for (const char* name : {"openai", "openrouter", "gemini", "anthropic", "custom"}) {
        const auto provider = parse_provider(name);
        ASSERT_TRUE(provider) << name;
        EXPECT_EQ(to_string(*provider), name);
    }
    for (const char* name : {"", "OpenAI", "open", "openai "})
        EXPECT_FALSE(parse_provider(name)) << name;
}

TEST(Provider, is_taken_in_any_case_and_spelled_one_way)
{
    EXPECT_EQ(parse_value<Provider>("OpenRouter").value, Provider::openrouter);
    EXPECT_EQ(write_value(Provider::openrouter, Dialect::own), R"("openrouter")");
    EXPECT_EQ(write_value(Provider::openrouter, Dialect::scoped), R"("openrouter")");
}

TEST(PutApiKey, takes_either_spelling_and_trims)
{
    for (const char* json :
         {R"({"apiKey": " sk-1\n", "baseUrl": " https://x.example ", "model": " m "})",
          R"({"api_key": "sk-1", "base_url": "https://x.example", "model": "m"})"}) {
        const auto read = read_put(json, "CUSTOM");
        EXPECT_THAT(read.errors, IsEmpty());
        EXPECT_EQ(read.value.provider, Provider::custom);
        EXPECT_EQ(read.value.api_key, "sk-1");
        EXPECT_EQ(read.value.base_url, "https://x.example");
        EXPECT_EQ(read.value.model, "m");
    }
    EXPECT_EQ(read_put(R"({"apiKey": "sk-1", "baseUrl": null})").value.base_url, std::nullopt);
}

TEST(PutApiKey, has_bounds)
{
    EXPECT_TRUE(read_key(repeat(4096, "k")).ok);
    EXPECT_FALSE(read_key(repeat(4097, "k")).ok);
    EXPECT_FALSE(read_key(" \t ").ok);
    EXPECT_FALSE(read_key("sk-\x01").ok);
    const auto with_model = [](int length) {
        return read_put(fmt::format(R"({{"apiKey": "k", "model": "{}"}})", repeat(length, "m"))).ok;
    };
    EXPECT_TRUE(with_model(200));
    EXPECT_FALSE(with_model(201));
    EXPECT_FALSE(with_model(0));
}

TEST(PutApiKey, names_what_is_wrong_and_never_the_key)
{
    EXPECT_THAT(read_put("{}").errors, ElementsAre("body.api_key missing: api_key is required."));
    EXPECT_THAT(read_put(R"({"apiKey": "hunter2", "key": "hunter2"})").errors,
                ElementsAre(StartsWith("body.key unknown_field: key is not a known field")));
    const auto bad = read_put(R"({"apiKey": ["hunter2"], "baseURL": "http://x"})", "opanai");
    EXPECT_THAT(
        bad.errors,
        ElementsAre(StartsWith("path.provider enum: provider must be 'openai', "),
                    StartsWith("body.apiKey string_type: apiKey must be a string"),
                    StartsWith("body.baseURL unknown_field: baseURL is not a known field")));
    for (const std::string& error : read_key(repeat(1000, "hunter2")).errors)
        EXPECT_THAT(error, ::testing::Not(::testing::HasSubstr("hunter2")));
}

TEST(ApiKey, is_written_with_what_is_not_known_as_null)
{
    const ApiKey key{.provider = Provider::openai, .masked_key = "****3fQ9"};
    EXPECT_EQ(write_value(key, Dialect::own),
              R"({"provider":"openai","maskedKey":"****3fQ9","baseUrl":null,"model":null,)"
              R"("valid":null,"lastValidatedAt":null,"createdAt":"1970-01-01T00:00:00.000Z",)"
              R"("updatedAt":"1970-01-01T00:00:00.000Z"})");
}

}  // namespace
}  // namespace todod::types
