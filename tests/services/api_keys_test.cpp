#include "services/api_keys.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::services {
namespace {

using base::Error;
using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using testing::fernet_key;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kinds_of;
using testing::lines_of;
using ::testing::Not;
using testing::older_fernet_key;
using types::ApiKey;
using types::Provider;

constexpr const char* secret = "sk-proj-a-long-key-3fQ9";

class ApiKeyService : public ::testing::Test, public testing::TestServices {
protected:
    ApiKeyService()
    {
        add_user("ada");
        add_user("bob");
        ask_provider = [this](Provider provider, std::optional<std::string> base_url,
                              auth::Wiped key) -> base::Async<bool> {
            asked.push_back(fmt::format("{} {} {}", types::to_string(provider),
                                        base_url.value_or("-"), key.view()));
            if (when_asked) when_asked();
            if (failure) throw Error{*failure};
            co_return verdict;
        };
    }

    ApiKey put(types::PutApiKey input, std::string user_id = "ada")
    {
        return run(api_key_service().put(std::move(user_id), std::move(input)));
    }
    ApiKey put_openai(std::string key = secret, std::string user_id = "ada")
    {
        return put({.provider = Provider::openai, .api_key = std::move(key)}, std::move(user_id));
    }
    ApiKey put_custom(std::string base_url)
    {
        return put({.provider = Provider::custom,
                    .api_key = secret,
                    .base_url = std::move(base_url),
                    .model = "m"});
    }
    ApiKey validate(Provider provider = Provider::openai, std::string user_id = "ada")
    {
        return run(api_key_service().validate(std::move(user_id), provider));
    }
    std::vector<ApiKey> list(std::string user_id = "ada")
    {
        return run(api_key_service().list(std::move(user_id)));
    }

    /// The same over the same database, with other keys and in production.
    services::ApiKeys service_with(const auth::Fernet* keyring, bool public_only = false)
    {
        return {api_keys(), keyring, ask_provider, public_only, clock(), random()};
    }

    std::string kept_token(Provider provider = Provider::openai)
    {
        return run(api_keys().find("ada", provider)).value().token;
    }

    bool verdict = true;
    std::optional<Error> failure;
    std::function<void()> when_asked;
    std::vector<std::string> asked;
    const auth::Fernet older{std::vector<std::string>{older_fernet_key}};
    const auth::Fernet rotated{std::vector<std::string>{fernet_key, older_fernet_key}};
};

TEST_F(ApiKeyService, keeps_a_key_sealed_and_shows_its_end_alone)
{
    const auto kept = put_openai();
    EXPECT_EQ(kept.provider, Provider::openai);
    EXPECT_EQ(kept.masked_key, "****3fQ9");
    EXPECT_EQ(kept.valid, std::nullopt);
    EXPECT_EQ(kept.last_validated_at, std::nullopt);
    EXPECT_EQ(kept.created_at, clock().now());
    EXPECT_EQ(kept.updated_at, clock().now());
    EXPECT_THAT(asked, IsEmpty());
    ASSERT_EQ(list().size(), 1U);
    EXPECT_EQ(list()[0].masked_key, "****3fQ9");
    EXPECT_EQ(keyring().open(kept_token(), clock().now())->plaintext.view(), secret);
    EXPECT_THAT(kept_token(), Not(HasSubstr("3fQ9")));
}

TEST_F(ApiKeyService, shows_nothing_of_a_short_key)
{
    const std::pair<const char*, const char*> table[] = {
        {"k", "****"},
        {"abcd", "****"},
        {"12345678901", "****"},
        {"123456789012", "****9012"},
    };
    for (const auto& [key, masked] : table)
        EXPECT_EQ(put_openai(key).masked_key, masked) << key;
}

TEST_F(ApiKeyService, replaces_a_key_and_forgets_what_was_said_of_the_old_one)
{
    const auto first = put_openai();
    validate();
    clock().advance(std::chrono::hours{1});
    const auto second = put_openai("another-long-key");
    EXPECT_EQ(second.masked_key, "****-key");
    EXPECT_EQ(second.created_at, first.created_at);
    EXPECT_EQ(second.updated_at, clock().now());
    EXPECT_EQ(second.valid, std::nullopt);
    EXPECT_EQ(second.last_validated_at, std::nullopt);
    EXPECT_EQ(list().size(), 1U);
}

TEST_F(ApiKeyService, keeps_where_a_custom_provider_is)
{
    const auto kept = put_custom("http://localhost:8080/v1");
    EXPECT_EQ(kept.base_url, "http://localhost:8080/v1");
    EXPECT_EQ(kept.model, "m");
    validate(Provider::custom);
    EXPECT_THAT(asked, ElementsAre("custom http://localhost:8080/v1 sk-proj-a-long-key-3fQ9"));
}

TEST_F(ApiKeyService, takes_no_base_url_that_does_not_fit_the_provider)
{
    EXPECT_THAT(lines_of(error_of([&] {
                             put({.provider = Provider::custom, .api_key = secret});
                         }).violations()),
                ElementsAre("body.base_url missing: base_url is required for the provider "
                            "custom."));
    EXPECT_THAT(lines_of(error_of([&] {
                             put({.provider = Provider::openai,
                                  .api_key = secret,
                                  .base_url = "https://elsewhere.example"});
                         }).violations()),
                ElementsAre("body.base_url not_allowed: base_url is for the provider custom "
                            "alone."));
    for (const char* url : {"x", "ftp://x.example", "https://", "https://ada:pw@x.example/v1",
                            "https://x.example/v1?a=b", "https://x.example#", "//x.example"}) {
        EXPECT_THAT(kinds_of(error_of([&] { put_custom(url); }).violations()),
                    ElementsAre("body.base_url url"))
            << url;
    }
    EXPECT_THAT(list(), IsEmpty());
}

TEST_F(ApiKeyService, takes_no_key_that_no_header_can_carry)
{
    for (const char* key : {"two words", "schlüssel", "tab\there"}) {
        const auto error = error_of([&] { put_openai(key); });
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre("body.api_key api_key")) << key;
        EXPECT_THAT(error.violations()[0].msg, Not(HasSubstr(key)));
    }
}

TEST_F(ApiKeyService, takes_in_production_no_base_url_that_is_known_to_be_private)
{
    auto strict = service_with(&keyring(), true);
    const auto put_strictly = [&](const std::string& base_url) {
        run(strict.put("ada",
                       {.provider = Provider::custom, .api_key = secret, .base_url = base_url}));
    };
    for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "127.0.0.0x1",
                             "10.0.0.1", "0.0.0.0", "172.16.0.1", "192.168.1.1", "169.254.169.254",
                             "100.64.0.1", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "localhost",
                             "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1."}) {
        const auto error = error_of([&] { put_strictly(fmt::format("http://{}:8080/v1", host)); });
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre("body.base_url url")) << host;
    }
    for (const char* host : {"models.example.com", "8.8.8.8", "[2606:4700:4700::1111]", "1.example",
                             "localhost.example"}) {
        EXPECT_NO_THROW(put_strictly(fmt::format("https://{}/v1", host))) << host;
    }
}

TEST_F(ApiKeyService, asks_the_provider_and_keeps_what_it_says)
{
    const auto kept = put_openai();
    for (const bool said : {true, false, true}) {
        clock().advance(std::chrono::hours{1});
        verdict = said;
        const auto checked = validate();
        EXPECT_EQ(checked.valid, said);
        EXPECT_EQ(checked.last_validated_at, clock().now());
        EXPECT_EQ(checked.updated_at, kept.updated_at);
        EXPECT_EQ(list()[0].valid, said);
        EXPECT_EQ(list()[0].last_validated_at, clock().now());
    }
    EXPECT_EQ(asked.front(), "openai - sk-proj-a-long-key-3fQ9");
}

TEST_F(ApiKeyService, changes_nothing_when_the_provider_does_not_say)
{
    put_openai();
    validate();
    const auto before = list()[0];
    clock().advance(std::chrono::hours{1});
    failure = Error::unavailable("No answer.", std::chrono::seconds{1});
    EXPECT_EQ(error_of([&] { validate(); }).code(), ErrorCode::unavailable);
    EXPECT_EQ(list()[0].valid, before.valid);
    EXPECT_EQ(list()[0].last_validated_at, before.last_validated_at);
}

TEST_F(ApiKeyService, keeps_nothing_said_of_a_key_that_has_been_replaced_meanwhile)
{
    put_openai();
    when_asked = [&] {
        testing::TestLoop other;
        const auto database = storage().connect(other);
        const auto store = database->api_keys();
        ApiKeys elsewhere{*store, &keyring(), ask_provider, false, clock(), random()};
        other.run(elsewhere.put("ada", {.provider = Provider::openai, .api_key = "new"}));
    };
    EXPECT_EQ(error_of([&] { validate(); }).code(), ErrorCode::conflict);
    EXPECT_EQ(list()[0].valid, std::nullopt);
}

TEST_F(ApiKeyService, knows_no_key_of_another_user_or_provider)
{
    put_openai();
    EXPECT_THAT(list("bob"), IsEmpty());
    EXPECT_EQ(error_of([&] { validate(Provider::openai, "bob"); }).code(), ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { validate(Provider::gemini); }).message(),
              "There is no key for gemini.");
    EXPECT_EQ(error_of([&] { run(api_key_service().remove("bob", Provider::openai)); }).code(),
              ErrorCode::not_found);
    EXPECT_FALSE(run(api_key_service().open_key("bob", Provider::openai)));
    EXPECT_FALSE(run(api_key_service().open_key("ada", Provider::gemini)));
    EXPECT_THAT(asked, IsEmpty());
    EXPECT_EQ(list().size(), 1U);
}

TEST_F(ApiKeyService, removes_a_key_for_good)
{
    put_openai();
    run(api_key_service().remove("ada", Provider::openai));
    EXPECT_THAT(list(), IsEmpty());
    EXPECT_EQ(error_of([&] { run(api_key_service().remove("ada", Provider::openai)); }).code(),
              ErrorCode::not_found);
}

TEST_F(ApiKeyService, does_nothing_without_a_key_to_seal_with)
{
    auto off = service_with(nullptr);
    const Error errors[] = {
        error_of([&] { run(off.list("ada")); }),
        error_of([&] { run(off.put("ada", {.provider = Provider::openai, .api_key = "k"})); }),
        error_of([&] { run(off.validate("ada", Provider::openai)); }),
        error_of([&] { run(off.remove("ada", Provider::openai)); }),
    };
    for (const Error& error : errors) {
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_EQ(error.message(), "API keys are off: ENCRYPTION_KEY is not set.");
        EXPECT_TRUE(error.retry_after());
    }
    EXPECT_FALSE(run(off.open_key("ada", Provider::openai)));
}

TEST_F(ApiKeyService, opens_a_key_for_who_is_to_use_it)
{
    put_custom("http://localhost:1");
    const auto opened = run(api_key_service().open_key("ada", Provider::custom));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->key.view(), secret);
    EXPECT_EQ(opened->base_url, "http://localhost:1");
    EXPECT_EQ(opened->model, "m");
}

TEST_F(ApiKeyService, seals_anew_what_was_sealed_under_an_older_key)
{
    for (const bool by_validating : {false, true}) {
        auto before = service_with(&older);
        run(before.put("ada", {.provider = Provider::openai, .api_key = secret}));
        auto after = service_with(&rotated);
        EXPECT_EQ(run(after.list("ada"))[0].masked_key, "****3fQ9");
        if (by_validating) {
            run(after.validate("ada", Provider::openai));
        } else {
            EXPECT_EQ(run(after.open_key("ada", Provider::openai))->key.view(), secret);
        }
        EXPECT_TRUE(rotated.open(kept_token(), clock().now())->is_current);
        // The older key is needed no longer.
        EXPECT_EQ(run(api_key_service().open_key("ada", Provider::openai))->key.view(), secret);
    }
}

TEST_F(ApiKeyService, says_so_when_the_key_that_sealed_is_gone_and_takes_a_new_one)
{
    auto before = service_with(&older);
    run(before.put("ada", {.provider = Provider::openai, .api_key = secret}));
    run(before.put("ada", {.provider = Provider::gemini, .api_key = secret}));
    EXPECT_EQ(list().size(), 2U);
    const Error errors[] = {
        error_of([&] { validate(); }),
        error_of([&] { run(api_key_service().open_key("ada", Provider::openai)); }),
    };
    for (const Error& error : errors) {
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr("ENCRYPTION_KEY"));
    }
    EXPECT_THAT(asked, IsEmpty());
    run(api_key_service().remove("ada", Provider::gemini));
    put_openai();
    EXPECT_EQ(validate().valid, true);
}

TEST_F(ApiKeyService, keeps_nothing_for_an_account_that_is_gone)
{
    put_openai();
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(error_of([&] { put_openai(); }).code(), ErrorCode::unauthorized);
    EXPECT_THAT(list(), IsEmpty());
}

}  // namespace
}  // namespace todod::services
