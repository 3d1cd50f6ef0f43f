#include "services/providers.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using types::Provider;

std::vector<std::string> lines_of(const net::HttpRequest& request)
{
    std::vector<std::string> lines{fmt::format("{} {}", request.method, request.url)};
    for (const auto& [name, value] : request.headers)
        lines.push_back(fmt::format("{}: {}", name, value));
    return lines;
}

std::vector<std::string> request_to(Provider provider)
{
    return lines_of(make_key_request(provider, base_url_of(provider), "sk-1"));
}

TEST(KeyRequest, asks_each_provider_as_it_wants_to_be_asked)
{
    EXPECT_THAT(request_to(Provider::openai),
                ElementsAre("GET https://api.openai.com/v1/models", "Accept: application/json",
                            "Authorization: Bearer sk-1"));
    EXPECT_THAT(request_to(Provider::openrouter),
                ElementsAre("GET https://openrouter.ai/api/v1/key", "Accept: application/json",
                            "Authorization: Bearer sk-1"));
    EXPECT_THAT(request_to(Provider::gemini),
                ElementsAre("GET https://generativelanguage.googleapis.com/v1beta/models?"
                            "pageSize=1",
                            "Accept: application/json", "x-goog-api-key: sk-1"));
    EXPECT_THAT(
        request_to(Provider::anthropic),
        ElementsAre("GET https://api.anthropic.com/v1/models?limit=1", "Accept: application/json",
                    "x-api-key: sk-1", "anthropic-version: 2023-06-01"));
    for (const char* base_url : {"http://x:1/v1", "http://x:1/v1/", "http://x:1/v1//"}) {
        EXPECT_THAT(lines_of(make_key_request(Provider::custom, base_url, "sk-1")),
                    ElementsAre("GET http://x:1/v1/models", "Accept: application/json",
                                "Authorization: Bearer sk-1"));
    }
}

TEST(KeyRequest, has_limits_and_no_key_in_its_url)
{
    using enum Provider;
    for (const Provider provider : {openai, openrouter, gemini, anthropic, custom}) {
        const auto request = make_key_request(provider, base_url_of(provider), "sk-1");
        EXPECT_EQ(request.timeout, Providers::patience);
        EXPECT_LE(request.max_body_bytes, 1U << 20U);
        EXPECT_THAT(request.url, Not(HasSubstr("sk-1")));
    }
}

TEST(KeyAnswer, says_yes_or_no_or_nothing)
{
    const auto* const no_such_key =
        R"({"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}})";
    const struct {
        Provider provider;
        int status;
        const char* body;
        std::optional<bool> verdict;
    } table[] = {
        {Provider::openai, 200, "{}", true},
        {Provider::openai, 401, "{}", false},
        {Provider::custom, 403, "", false},
        {Provider::openai, 400, no_such_key, std::nullopt},
        {Provider::gemini, 400, no_such_key, false},
        {Provider::gemini, 400, "{}", std::nullopt},
        {Provider::gemini, 403, "{}", false},
        {Provider::custom, 204, "", std::nullopt},
        {Provider::custom, 302, "", std::nullopt},
        {Provider::custom, 404, "", std::nullopt},
        {Provider::anthropic, 429, "", std::nullopt},
        {Provider::anthropic, 500, "", std::nullopt},
        {Provider::anthropic, 529, "", std::nullopt},
    };
    for (const auto& [provider, status, body, verdict] : table) {
        EXPECT_EQ(read_key_answer(provider, {.status = status, .headers = {}, .body = body}),
                  verdict)
            << types::to_string(provider) << ' ' << status;
    }
}

/// Asked where nobody answers.
class ProvidersAlone : public ::testing::Test {
protected:
    base::Async<bool> ask(Providers& of, std::string base_url)
    {
        return of.takes_key(loop, Provider::custom, std::move(base_url), auth::Wiped{"hunter2"});
    }

    testing::TestLoop loop;
    net::HttpClient client;
    Providers providers{client, false};
    Providers public_ones{client, true};
    const std::string nowhere = "http://127.0.0.1:1/v1";
};

TEST_F(ProvidersAlone, that_do_not_answer_are_unavailable_in_words_for_the_user)
{
    const auto error = error_of([&] { loop.run(ask(providers, nowhere)); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_EQ(error.message(),
              "The provider at base_url did not say whether it takes the key: try again later.");
    EXPECT_TRUE(error.retry_after());
    EXPECT_THAT(error.cause(), HasSubstr("127.0.0.1"));
    EXPECT_THAT(error.cause(), Not(HasSubstr("hunter2")));
}

TEST_F(ProvidersAlone, are_not_looked_for_at_a_private_address)
{
    for (const char* url : {"http://127.0.0.1:1/v1", "http://localhost:1", "http://[::1]:1",
                            "http://169.254.169.254/latest", "http://2130706433:1"}) {
        const auto error = error_of([&] { loop.run(ask(public_ones, url)); });
        EXPECT_EQ(error.code(), ErrorCode::bad_request) << url;
        EXPECT_EQ(error.message(), "The key's base_url leads to no public address.") << url;
    }
}

TEST_F(ProvidersAlone, are_asked_a_few_at_once)
{
    std::vector<base::Async<bool>> asked;
    for (std::size_t i = 0; i < Providers::max_at_once + 3; ++i)
        asked.push_back(ask(providers, nowhere));
    int refused = 0;
    for (const auto& outcome : testing::run_together(loop, std::move(asked))) {
        const auto error = error_of([&] { std::rethrow_exception(outcome.failure); });
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        refused += error.message().starts_with("Too many keys") ? 1 : 0;
    }
    EXPECT_EQ(refused, 3);
    // Whoever has been answered has left a place.
    EXPECT_THAT(error_of([&] { loop.run(ask(providers, nowhere)); }).message(),
                HasSubstr("did not say"));
}

}  // namespace
}  // namespace todod::services
