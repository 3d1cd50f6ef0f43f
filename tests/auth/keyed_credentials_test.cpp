#include <gtest/gtest.h>

#include "auth/credentials.hpp"
#include "auth/fake_accounts.hpp"
#include "auth/hand_made_token.hpp"
#include "auth/signing_key.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using testing::error_of;

/// With an authorisation server that has `key_`.
class KeyedCredentialsTest : public ::testing::Test {
protected:
    std::string token(std::string_view subject = "ada", std::string_view more = "") const
    {
        return key_.sign(fmt::format(R"({{"sub":"{}","exp":{}{}}})", subject,
                                     to_numeric_date(clock_.now()) + 60, more));
    }
    Principal let_in(Jwt* jwt, const std::string& token)
    {
        return let_in({.jwt = jwt, .jwks = &tokens_}, token);
    }
    Principal let_in(const Checks& checks, const std::string& token)
    {
        Credentials credentials{accounts_, checks, clock_};
        const std::string value = "Bearer " + token;
        const std::vector<schema::NamedText> headers{{"Authorization", value}};
        return loop_.run(credentials.authenticate(headers, false));
    }

    testing::TestLoop loop_;
    testing::FakeClock clock_;
    testing::FakeAccounts accounts_;
    Jwt jwt_{{.secret = "a secret of at least thirty-two bytes",
              .previous_secrets = {},
              .issuer = {},
              .audience = {}}};
    const testing::SigningKey key_ = testing::SigningKey::ed25519("one");
    bool is_away_ = false;
    base::Log log_{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    base::Metrics metrics_;
    Jwks jwks_{[this](auto done) {
                   net::HttpOutcome outcome;
                   outcome.response.status = is_away_ ? 500 : 200;
                   outcome.response.body = testing::key_set_of({key_.jwk()});
                   done(std::move(outcome));
               },
               clock_, log_, metrics_};
    JwksTokens tokens_{jwks_, {}, std::nullopt, loop_};
    JwksTokens scoped_tokens_{
        jwks_,
        {.issuer = {}, .audience = {}, .resource = "https://todo.example/mcp"},
        std::nullopt,
        loop_};
};

TEST_F(KeyedCredentialsTest, lets_a_token_do_what_its_scopes_cover_and_no_more)
{
    constexpr types::Scopes none = 0;
    constexpr types::Scopes read = 1;
    constexpr types::Scopes write_and_delete = 6;
    for (const auto& [claim, scopes] :
         {std::pair{R"(,"scope":"openid read")", read},
          {R"(,"scope":"write  delete")", write_and_delete},
          {R"(,"scope":["delete","write"])", write_and_delete},
          {R"(,"scp":["delete","write"])", write_and_delete},
          {R"(,"scp":"read profile")", read},
          {R"(,"scope":"read write delete")", types::all_scopes},
          {R"(,"scope":"openid offline_access")", none},
          {R"(,"scope":"reader tasks:read READ")", none},
          {R"(,"scope":"")", none},
          {R"(,"scope":[])", none},
          {R"(,"scp":[])", none},
          {R"(,"aud":"https://todo.example/mcp")", none},
          {R"(,"aud":["a","https://todo.example/mcp"],"scope":"read")", read}}) {
        for (int i = 0; i < 2; ++i) {
            const auto caller = let_in({.jwks = &scoped_tokens_}, token("ada", claim));
            EXPECT_EQ(caller.scopes, scopes) << claim << (i == 0 ? "" : ", seen before");
            EXPECT_TRUE(caller.is_token) << claim;
        }
        const auto caller = let_in({.jwks = &tokens_}, token("ada", claim));
        EXPECT_EQ(caller.scopes, types::all_scopes) << "nobody has told its issuer of any";
        EXPECT_FALSE(caller.is_token);
    }
}

TEST_F(KeyedCredentialsTest, lets_a_person_do_everything_whose_token_is_for_no_program)
{
    for (const char* claim : {"", R"(,"aud":"https://todo.example")", R"(,"aud":[])"}) {
        const auto caller = let_in({.jwks = &scoped_tokens_}, token("ada", claim));
        EXPECT_EQ(caller.scopes, types::all_scopes) << claim;
        EXPECT_FALSE(caller.is_token) << claim;
    }
}

TEST_F(KeyedCredentialsTest, refuses_scopes_that_are_no_texts)
{
    for (const char* claim : {R"(,"scope":1)", R"(,"scope":[1])", R"(,"scope":{"read":true})",
                              R"(,"scope":null)", R"(,"scp":1)", R"(,"scope":"read","scp":{})"}) {
        const auto error =
            error_of([&] { let_in({.jwks = &scoped_tokens_}, token("ada", claim)); });
        EXPECT_EQ(error.code(), ErrorCode::unauthorized) << claim;
    }
}

TEST_F(KeyedCredentialsTest, lets_in_by_the_keys_of_another_server_with_and_without_a_secret)
{
    EXPECT_EQ(let_in(nullptr, token()).user_id, "ada");
    EXPECT_EQ(let_in(&jwt_, token("bob")).user_id, "bob");
    EXPECT_EQ(let_in(&jwt_, jwt_.issue("ann", 0, clock_.now())).user_id, "ann");
    EXPECT_EQ(let_in(&jwt_, token()).user_id, "ada") << "also when it has been seen before";
}

TEST_F(KeyedCredentialsTest, refuses_hs256_without_a_secret)
{
    const std::string token = jwt_.issue("ann", 0, clock_.now());
    EXPECT_EQ(error_of([&] { let_in(nullptr, token); }).code(), ErrorCode::unauthorized);
}

TEST_F(KeyedCredentialsTest, refuses_the_public_key_as_a_secret)
{
    for (const std::string& known : {key_.public_pem(), key_.public_der(), key_.jwk()}) {
        const std::string token = testing::hand_made_token(
            R"({"alg":"HS256","kid":"one"})", R"({"sub":"ada","exp":4102444800})", known);
        for (Jwt* jwt : {static_cast<Jwt*>(nullptr), &jwt_})
            EXPECT_EQ(error_of([&] { let_in(jwt, token); }).code(), ErrorCode::unauthorized);
    }
}

TEST_F(KeyedCredentialsTest, asks_to_try_again_when_the_keys_were_never_to_be_had)
{
    is_away_ = true;
    const auto error = error_of([&] { let_in(&jwt_, token()); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    EXPECT_EQ(let_in(&jwt_, jwt_.issue("ann", 0, clock_.now())).user_id, "ann");
}

}  // namespace
}  // namespace todod::auth
