#include "auth/token.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "auth/credentials.hpp"
#include "auth/fake_tokens.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using testing::error_of;

/// Of the bytes 0, 1, 2 … 31.
constexpr const char* known_token = "tdd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
/// By Python's hashlib, over all of it.
constexpr const char* known_hash = "u0AnMlUOqh7l8KcF4-dUV4ySrBzFL83rrn14JrvR5y4";

class CountingBytes final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::byte>(i);
    }
};

TEST(Token, is_a_prefix_and_256_random_bits)
{
    CountingBytes bytes;
    EXPECT_EQ(make_token(bytes), known_token);
    base::SecureRandom random;
    EXPECT_NE(make_token(random), make_token(random));
}

TEST(Token, is_kept_as_its_sha_256)
{
    EXPECT_EQ(hash_token(known_token), known_hash);
}

TEST(Token, has_no_hash_in_another_form)
{
    const std::string token{known_token};
    for (const std::string& other :
         {std::string{}, std::string{"tdd_"}, token.substr(4), "TDD_" + token.substr(4),
          token.substr(0, token.size() - 1), token + "A", token + "=", " " + token, token + " ",
          "tdd_" + std::string(42, 'A') + "B", "tdd_" + std::string(42, 'A') + "+"}) {
        EXPECT_FALSE(hash_token(other)) << other;
    }
}

/// Nothing that an account does has to do with these tokens.
class NoAccounts final : public store::Accounts {
public:
    base::Async<std::optional<types::Account>> find(std::string) override { unexpected(); }
    base::Async<std::optional<types::Account>> find_by_email(std::string) override { unexpected(); }
    base::Async<std::optional<store::Standing>> find_standing(std::string) override
    {
        unexpected();
    }
    base::Async<std::optional<store::Standing>> ensure(std::string, base::Instant) override
    {
        unexpected();
    }
    base::Async<void> create(types::Account) override { unexpected(); }
    base::Async<bool> change_password(std::string, std::int64_t, std::string,
                                      base::Instant) override
    {
        unexpected();
    }
    base::Async<void> replace_hash(std::string, std::string, std::string) override { unexpected(); }
    base::Async<std::vector<types::AccountSummary>> list_all() override { unexpected(); }
    base::Async<void> remove(std::string, base::Instant) override { unexpected(); }

private:
    [[noreturn]] static void unexpected() { throw std::logic_error{"no account is asked for"}; }
};

class TokenCredentials : public ::testing::Test {
protected:
    Principal authenticate(const std::string& token, bool may_recall = false)
    {
        const std::string bearer = "Bearer " + token;
        const std::vector<schema::NamedText> headers{{"Authorization", bearer}};
        return loop_.run(credentials_.authenticate(headers, may_recall));
    }
    base::Error refusal(const std::string& token)
    {
        return error_of([&] { authenticate(token); });
    }
    store::TokenGrant& grant() { return tokens_.grants[known_hash]; }

    testing::TestLoop loop_;
    testing::FakeClock clock_;
    NoAccounts accounts_;
    testing::FakeTokens tokens_;
    Credentials credentials_{accounts_, {.tokens = &tokens_}, clock_};
};

TEST_F(TokenCredentials, a_token_lets_in_with_its_scopes_alone)
{
    grant() = {.user_id = "ada", .id = {}, .scopes = 0b101, .expires_at = {}, .last_used_at = {}};
    const Principal principal = authenticate(known_token);
    EXPECT_EQ(principal.user_id, "ada");
    EXPECT_TRUE(principal.may(Scope::read));
    EXPECT_FALSE(principal.may(Scope::write));
    EXPECT_TRUE(principal.may(Scope::remove));
    EXPECT_TRUE(principal.is_token);
    EXPECT_FALSE(principal.is_service);
}

TEST_F(TokenCredentials, a_token_is_known_by_its_id)
{
    const base::Uuid id{{std::byte{1}}};
    grant() = {.user_id = "ada", .id = id, .scopes = 1, .expires_at = {}, .last_used_at = {}};
    EXPECT_EQ(authenticate(known_token).token_id, id);
}

TEST_F(TokenCredentials, nothing_of_a_token_is_remembered)
{
    grant() = {.user_id = "ada", .id = {}, .scopes = 1, .expires_at = {}, .last_used_at = {}};
    authenticate(known_token, true);
    authenticate(known_token, true);
    EXPECT_EQ(tokens_.looks, 2);
    tokens_.grants.clear();
    EXPECT_EQ(refusal(known_token).code(), ErrorCode::unauthorized);
}

TEST_F(TokenCredentials, what_is_confirmed_is_that_the_account_is_there_whatever_its_password)
{
    grant() = {.user_id = "ada",
               .id = {},
               .scopes = 1,
               .expires_at = {},
               .last_used_at = {},
               .generation = 3};
    EXPECT_FALSE(authenticate(known_token, false).seen);
    const auto seen = authenticate(known_token, true).seen;
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->generation, 3);
    const store::Standing changed{.generation = 4,
                                  .tokens_valid_from = clock_.now() + std::chrono::hours{1}};
    EXPECT_TRUE(store::holds(seen->issue, changed));
}

TEST_F(TokenCredentials, ends_at_the_moment_it_expires)
{
    grant() = {.user_id = "ada",
               .id = {},
               .scopes = 1,
               .expires_at = clock_.now() + std::chrono::milliseconds{1},
               .last_used_at = {}};
    EXPECT_EQ(authenticate(known_token).user_id, "ada");
    clock_.advance(std::chrono::milliseconds{1});
    EXPECT_EQ(refusal(known_token).code(), ErrorCode::unauthorized);
}

TEST_F(TokenCredentials, unknown_malformed_and_expired_are_refused_in_the_same_words)
{
    const base::Error unknown = refusal(known_token);
    grant() = {
        .user_id = "ada", .id = {}, .scopes = 1, .expires_at = clock_.now(), .last_used_at = {}};
    const base::Error expired = refusal(known_token);
    for (const base::Error& error : {unknown, expired, refusal("tdd_"), refusal("tdd_x.y.z")}) {
        EXPECT_EQ(error.code(), ErrorCode::unauthorized);
        EXPECT_STREQ(error.what(), unknown.what());
    }
    EXPECT_TRUE(tokens_.uses.empty()) << "what is refused is not used";
}

TEST_F(TokenCredentials, a_use_is_noted_once_a_minute)
{
    const base::Instant now = clock_.now();
    const struct {
        std::optional<base::Instant> last;
        bool noted;
    } table[] = {
        {std::nullopt, true},
        {now, false},
        {now - std::chrono::milliseconds{59'999}, false},
        {now - std::chrono::seconds{60}, true},
        {now - std::chrono::hours{1}, true},
        {now + std::chrono::seconds{5}, false},
    };
    for (const auto& [last, noted] : table) {
        tokens_.uses.clear();
        grant() = {.user_id = "ada", .id = {}, .scopes = 1, .expires_at = {}, .last_used_at = last};
        authenticate(known_token);
        EXPECT_EQ(tokens_.uses.size(), noted ? 1U : 0U);
        if (noted) EXPECT_EQ(tokens_.uses.front(), std::pair(std::string{"ada"}, now));
    }
}

}  // namespace
}  // namespace todod::auth
