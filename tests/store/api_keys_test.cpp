#include "store/api_keys.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/threads.hpp"
#include "support/together.hpp"

namespace todod::store {
namespace {

using testing::all;
using testing::error_of;
using testing::run_as_one_batch;
using types::ApiKey;
using types::Provider;
using types::SealedApiKey;

class StoredApiKeys : public ::testing::Test, public testing::TestDatabase {
protected:
    StoredApiKeys()
    {
        add_user("ada");
        add_user("bob");
    }

    SealedApiKey key(Provider provider, std::string token)
    {
        return {{.provider = provider,
                 .masked_key = "****" + token.substr(token.size() - 1),
                 .created_at = clock().now(),
                 .updated_at = clock().now()},
                token};
    }

    void put(std::string user_id, Provider provider, std::string token)
    {
        ASSERT_TRUE(run(api_keys().put(std::move(user_id), key(provider, std::move(token)))));
    }

    std::string token_of(std::string user_id, Provider provider)
    {
        const auto found = run(api_keys().find(std::move(user_id), provider));
        return found ? found->token : "";
    }
};

void expect_same(const ApiKey& found, const ApiKey& expected)
{
    EXPECT_EQ(found.provider, expected.provider);
    EXPECT_EQ(found.masked_key, expected.masked_key);
    EXPECT_EQ(found.base_url, expected.base_url);
    EXPECT_EQ(found.model, expected.model);
    EXPECT_EQ(found.valid, expected.valid);
    EXPECT_EQ(found.last_validated_at, expected.last_validated_at);
    EXPECT_EQ(found.created_at, expected.created_at);
    EXPECT_EQ(found.updated_at, expected.updated_at);
}

TEST_F(StoredApiKeys, come_back_as_they_were_given)
{
    SealedApiKey full = key(Provider::custom, "full");
    full.shown.base_url = "https://ü.example/v1";
    full.shown.model = "a model";
    full.shown.valid = false;
    full.shown.last_validated_at = clock().now() + std::chrono::milliseconds{1};
    for (const SealedApiKey& given : {full, key(Provider::gemini, "plain")}) {
        const auto kept = run(api_keys().put("ada", given));
        ASSERT_TRUE(kept);
        expect_same(*kept, given.shown);
        const auto found = run(api_keys().find("ada", given.shown.provider));
        ASSERT_TRUE(found);
        expect_same(found->shown, given.shown);
        EXPECT_EQ(found->token, given.token);
    }
    const auto list = run(api_keys().list("ada"));
    ASSERT_EQ(list.size(), 2U);
    expect_same(list[0], full.shown);
    EXPECT_EQ(list[1].provider, Provider::gemini);
}

TEST_F(StoredApiKeys, are_of_every_provider_and_listed_by_its_name)
{
    using enum Provider;
    for (const Provider provider : {openai, openrouter, gemini, anthropic, custom})
        put("ada", provider, "token");
    std::vector<Provider> listed;
    for (const auto& found : run(api_keys().list("ada")))
        listed.push_back(found.provider);
    EXPECT_THAT(listed, ::testing::ElementsAre(anthropic, custom, gemini, openai, openrouter));
}

TEST_F(StoredApiKeys, belong_to_their_user_alone)
{
    put("ada", Provider::openai, "hers");
    put("bob", Provider::openai, "his");
    EXPECT_EQ(token_of("ada", Provider::openai), "hers");
    EXPECT_EQ(token_of("bob", Provider::openai), "his");
    EXPECT_EQ(token_of("ada", Provider::gemini), "");
    EXPECT_EQ(token_of("Ada", Provider::openai), "");
    EXPECT_EQ(run(api_keys().list("nobody")).size(), 0U);

    EXPECT_FALSE(run(api_keys().update("bob", "hers", key(Provider::openai, "stolen"))));
    EXPECT_TRUE(run(api_keys().remove("bob", Provider::openai)));
    EXPECT_EQ(token_of("ada", Provider::openai), "hers");
}

TEST_F(StoredApiKeys, that_are_replaced_keep_only_when_there_first_was_one)
{
    SealedApiKey first = key(Provider::custom, "first");
    first.shown.base_url = "https://first.example";
    first.shown.model = "first";
    first.shown.valid = true;
    first.shown.last_validated_at = clock().now();
    run(api_keys().put("ada", first));
    clock().advance(std::chrono::hours{1});
    SealedApiKey second = key(Provider::custom, "second");
    const auto kept = run(api_keys().put("ada", second));
    second.shown.created_at = first.shown.created_at;
    expect_same(*kept, second.shown);
    EXPECT_EQ(kept->updated_at, clock().now());
    EXPECT_EQ(token_of("ada", Provider::custom), "second");
    EXPECT_EQ(run(api_keys().list("ada")).size(), 1U);
}

TEST_F(StoredApiKeys, are_updated_only_while_they_are_sealed_as_was_seen)
{
    put("ada", Provider::openai, "first");
    const base::Instant set_at = clock().now();
    clock().advance(std::chrono::hours{1});
    SealedApiKey validated = key(Provider::openai, "resealed");
    validated.shown.valid = true;
    validated.shown.last_validated_at = clock().now();
    EXPECT_FALSE(run(api_keys().update("ada", "another", validated)));
    EXPECT_EQ(token_of("ada", Provider::openai), "first");
    EXPECT_TRUE(run(api_keys().update("ada", "first", validated)));
    const auto found = run(api_keys().find("ada", Provider::openai));
    EXPECT_EQ(found->token, "resealed");
    EXPECT_EQ(found->shown.valid, true);
    EXPECT_EQ(found->shown.last_validated_at, clock().now());
    EXPECT_EQ(found->shown.created_at, set_at);
    EXPECT_EQ(found->shown.updated_at, set_at);
    EXPECT_FALSE(run(api_keys().update("ada", "first", validated)));
    EXPECT_FALSE(run(api_keys().update("ada", "resealed", key(Provider::gemini, "x"))));
}

TEST_F(StoredApiKeys, are_removed_once)
{
    put("ada", Provider::openai, "one");
    put("ada", Provider::gemini, "two");
    EXPECT_TRUE(run(api_keys().remove("ada", Provider::openai)));
    EXPECT_FALSE(run(api_keys().remove("ada", Provider::openai)));
    EXPECT_FALSE(run(api_keys().find("ada", Provider::openai)));
    EXPECT_EQ(token_of("ada", Provider::gemini), "two");
}

TEST_F(StoredApiKeys, are_not_kept_for_who_has_no_account)
{
    EXPECT_FALSE(run(api_keys().put("nobody", key(Provider::openai, "token"))));
    EXPECT_FALSE(run(api_keys().find("nobody", Provider::openai)));
    put("ada", Provider::openai, "token");
    run(accounts().remove("ada", clock().now()));
    EXPECT_FALSE(run(api_keys().put("ada", key(Provider::openai, "token"))));
    EXPECT_EQ(ask("SELECT count(*) FROM api_keys"), "0");
}

TEST_F(StoredApiKeys, none_is_left_of_an_account_that_is_removed_meanwhile)
{
    constexpr int rounds = 20;
    for (int round = 0; round < rounds; ++round)
        add_user(fmt::format("u{}", round));
    const SealedApiKey given = key(Provider::openai, "token");
    const base::Instant at = clock().now();
    testing::on_threads(2, [&](int index) {
        testing::Shard shard{*this};
        for (int round = 0; round < rounds; ++round) {
            const std::string user_id = fmt::format("u{}", round);
            if (index == 0) {
                shard.run(shard.api_keys().put(user_id, given));
            } else {
                shard.run(shard.accounts().remove(user_id, at));
            }
        }
    });
    EXPECT_EQ(ask("SELECT count(*) FROM api_keys"), "0");
}

TEST_F(StoredApiKeys, of_several_for_a_provider_at_once_one_stays)
{
    const auto outcomes =
        run_as_one_batch(*this, all(api_keys().put("ada", key(Provider::openai, "one")),
                                    api_keys().put("ada", key(Provider::openai, "two")),
                                    api_keys().put("bob", key(Provider::openai, "his"))));
    for (const auto& outcome : outcomes)
        EXPECT_TRUE(outcome.value && *outcome.value);
    EXPECT_EQ(run(api_keys().list("ada")).size(), 1U);
    EXPECT_EQ(token_of("bob", Provider::openai), "his");
}

TEST_F(StoredApiKeys, of_a_provider_that_is_not_known_are_an_error_of_ours)
{
    EXPECT_EQ(error_of([] { read_provider("OpenAI"); }).code(), base::ErrorCode::internal);
    EXPECT_EQ(read_provider("openai"), Provider::openai);
}

}  // namespace
}  // namespace todod::store
