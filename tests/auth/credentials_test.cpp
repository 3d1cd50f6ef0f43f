#include "auth/credentials.hpp"

#include <gtest/gtest.h>

#include "auth/fake_accounts.hpp"
#include "auth/hand_made_jwe.hpp"
#include "auth/hand_made_token.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using store::Standing;
using testing::error_of;
using testing::FakeAccounts;

constexpr std::string_view secret = "a secret of at least thirty-two bytes";

/// Ada's session alone.
class OneSession final : public store::Sessions {
public:
    base::Async<std::optional<store::Session>> find(std::vector<std::string> tokens) override
    {
        if (tokens != std::vector<std::string>{"session"}) co_return std::nullopt;
        co_return store::Session{"ada", base::Instant::max()};
    }
};

class CredentialsTest : public ::testing::Test {
protected:
    Principal authenticate(const std::string& authorization, bool may_recall = false)
    {
        const std::vector<schema::NamedText> headers{{"Host", "todod"},
                                                     {"authorization", authorization}};
        return loop_.run(credentials_.authenticate(headers, may_recall));
    }
    using Headers = std::vector<std::pair<std::string, std::string>>;
    Principal authenticate_by(const Headers& headers, bool may_recall)
    {
        std::vector<schema::NamedText> views;
        for (const auto& [name, value] : headers)
            views.push_back({name, value});
        return loop_.run(credentials_.authenticate(views, may_recall));
    }
    ErrorCode refusal_by(const Headers& headers)
    {
        return error_of([&] { authenticate_by(headers, true); }).code();
    }
    Principal sign_in(std::int64_t generation, bool may_recall)
    {
        return authenticate("Bearer " + jwt_.issue("ada", generation, clock_.now()), may_recall);
    }
    ErrorCode refusal(const std::string& authorization, bool may_recall = false)
    {
        return error_of([&] { authenticate(authorization, may_recall); }).code();
    }
    ErrorCode refusal_of(std::int64_t generation, bool may_recall)
    {
        return error_of([&] { sign_in(generation, may_recall); }).code();
    }

    /// Of another service: it knows of no generations.
    std::string foreign_token(base::Instant issued_at) const
    {
        const auto seconds = [](base::Instant at) {
            return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
        };
        return testing::hand_made_token(
            R"({"alg":"HS256"})",
            fmt::format(R"({{"sub":"ada","iat":{},"exp":{}}})", seconds(issued_at),
                        seconds(clock_.now() + std::chrono::hours{1})),
            secret);
    }

    testing::TestLoop loop_;
    testing::FakeClock clock_;
    FakeAccounts accounts_;
    Jwt jwt_{{.secret = std::string{secret}, .previous_secrets = {}, .issuer = {}, .audience = {}}};
    const std::vector<std::string> secrets_{std::string{secret}};
    NextAuth nextauth_{secrets_, "cookie"};
    OneSession session_store_;
    const SessionSettings session_settings_{
        .kept = KeptToken::plain, .hash_secrets = {}, .signing_secrets = {}};
    Sessions sessions_{session_store_, session_settings_};
    const std::vector<std::string> service_tokens_{"token of a service", "the one before"};
    Credentials credentials_{accounts_,
                             {.jwt = &jwt_,
                              .nextauth = &nextauth_,
                              .sessions = &sessions_,
                              .service_tokens = service_tokens_},
                             clock_};
};

TEST_F(CredentialsTest, a_token_of_an_account_lets_in_after_a_look_at_it)
{
    accounts_.standings["ada"] = {.generation = 3, .tokens_valid_from = {}};
    for (const bool may_recall : {false, true}) {
        accounts_.looks = 0;
        const Principal principal = sign_in(3, may_recall);
        EXPECT_EQ(principal.user_id, "ada");
        EXPECT_EQ(principal.seen.has_value(), may_recall) << "what is confirmed is what was seen";
        EXPECT_EQ(accounts_.looks, 1);
    }
}

TEST_F(CredentialsTest, what_is_remembered_lets_in_to_be_confirmed)
{
    accounts_.recalled["ada"] = {.generation = 3, .tokens_valid_from = {}};
    const Principal principal = sign_in(3, true);
    EXPECT_EQ(principal.user_id, "ada");
    ASSERT_TRUE(principal.seen);
    EXPECT_EQ(principal.seen->generation, 3);
    EXPECT_EQ(principal.seen->issue.generation, 3);
    EXPECT_EQ(principal.seen->issue.at, clock_.now());
    EXPECT_EQ(accounts_.looks, 0);
}

TEST_F(CredentialsTest, what_is_remembered_lets_a_foreign_token_in_by_when_it_was_issued)
{
    const base::Instant changed_at = clock_.now() - std::chrono::hours{1};
    accounts_.recalled["ada"] = {.generation = 3, .tokens_valid_from = changed_at};
    const Principal principal = authenticate("Bearer " + foreign_token(clock_.now()), true);
    ASSERT_TRUE(principal.seen);
    EXPECT_EQ(principal.seen->generation, 3);
    EXPECT_EQ(principal.seen->issue.generation, std::nullopt);
    EXPECT_EQ(principal.seen->issue.at, clock_.now());
}

TEST_F(CredentialsTest, what_is_remembered_does_not_count_for_who_may_not_recall)
{
    accounts_.recalled["ada"] = {.generation = 3, .tokens_valid_from = {}};
    accounts_.standings["ada"] = {.generation = 4, .tokens_valid_from = clock_.now()};
    EXPECT_EQ(refusal_of(3, false), ErrorCode::unauthorized);
    EXPECT_FALSE(sign_in(4, false).seen);
    EXPECT_EQ(accounts_.looks, 2);
}

TEST_F(CredentialsTest, what_is_remembered_refuses_nobody)
{
    accounts_.recalled["ada"] = {.generation = 3, .tokens_valid_from = {}};
    accounts_.standings["ada"] = {.generation = 4, .tokens_valid_from = clock_.now()};
    const Principal principal = sign_in(4, true);
    EXPECT_EQ(principal.user_id, "ada");
    ASSERT_TRUE(principal.seen);
    EXPECT_EQ(principal.seen->generation, 4);
    EXPECT_EQ(accounts_.looks, 1);
    EXPECT_EQ(refusal_of(2, true), ErrorCode::unauthorized);
    EXPECT_EQ(accounts_.looks, 2) << "refused by what it was, not by what it had been";
}

TEST_F(CredentialsTest, a_token_that_does_not_hold_any_more_is_refused)
{
    accounts_.standings["ada"] = {.generation = 1, .tokens_valid_from = clock_.now()};
    EXPECT_EQ(refusal_of(0, false), ErrorCode::unauthorized);
    const auto before = clock_.now() - std::chrono::seconds{1};
    EXPECT_EQ(refusal("Bearer " + foreign_token(before)), ErrorCode::unauthorized);
    EXPECT_NO_THROW(authenticate("Bearer " + foreign_token(clock_.now())));
}

TEST_F(CredentialsTest, a_user_who_has_not_been_met_is_made_unless_deleted)
{
    EXPECT_EQ(authenticate("Bearer " + foreign_token(clock_.now())).user_id, "ada");
    EXPECT_TRUE(accounts_.standings.contains("ada"));
    accounts_.standings.clear();
    accounts_.deleted = "ada";
    EXPECT_EQ(refusal("Bearer " + foreign_token(clock_.now())), ErrorCode::unauthorized);
    EXPECT_TRUE(accounts_.standings.empty());
}

TEST_F(CredentialsTest, a_token_that_is_not_one_is_refused_whatever_is_remembered)
{
    accounts_.recalled["ada"] = {};
    accounts_.standings["ada"] = {};
    const std::string token = jwt_.issue("ada", 0, clock_.now());
    for (const std::string& authorization :
         {std::string{}, std::string{"Bearer"}, std::string{"Bearer "}, std::string{"Bearer x"},
          std::string{"Bearer a.b.c"}, token, "Basic " + token, fmt::format("Bearer {}x", token),
          fmt::format("Bearer {0}, Bearer {0}", token)}) {
        for (const bool may_recall : {false, true})
            EXPECT_EQ(refusal(authorization, may_recall), ErrorCode::unauthorized) << authorization;
    }
    EXPECT_NO_THROW(authenticate("bearer   " + token + " ", true));
    EXPECT_EQ(accounts_.looks, 0);
}

TEST_F(CredentialsTest, a_request_has_one_authorization)
{
    const std::string bearer = "Bearer " + jwt_.issue("ada", 0, clock_.now());
    for (const std::vector<schema::NamedText>& headers :
         {std::vector<schema::NamedText>{},
          std::vector<schema::NamedText>{{"Authorization", bearer}, {"authorization", bearer}}}) {
        EXPECT_EQ(error_of([&] { loop_.run(credentials_.authenticate(headers, true)); }).code(),
                  ErrorCode::unauthorized);
    }
}

TEST_F(CredentialsTest, without_keys_no_token_is_good)
{
    Credentials closed{accounts_, {}, clock_};
    for (const std::string& token :
         {jwt_.issue("ada", 0, clock_.now()), std::string{"session"}, std::string{"a.b.c.d.e"}}) {
        const std::string bearer = "Bearer " + token;
        const std::vector<schema::NamedText> headers{{"Authorization", bearer}};
        EXPECT_EQ(error_of([&] { loop_.run(closed.authenticate(headers, true)); }).code(),
                  ErrorCode::unauthorized)
            << token;
    }
}

TEST_F(CredentialsTest, a_service_speaks_for_the_user_that_it_names)
{
    accounts_.standings["bob"] = {.generation = 7, .tokens_valid_from = clock_.now()};
    for (const bool may_recall : {false, true}) {
        for (const std::string& token : service_tokens_) {
            for (const char* user_id : {"ada", "bob"}) {
                const Principal principal = authenticate_by(
                    {{"x-service-auth", token}, {"X-User-Id", user_id}}, may_recall);
                EXPECT_EQ(principal.user_id, user_id);
                EXPECT_TRUE(principal.is_service);
                EXPECT_EQ(principal.token_id, std::nullopt);
                ASSERT_EQ(principal.seen.has_value(), may_recall);
                if (!may_recall) continue;
                const Standing changed{.generation = 8,
                                       .tokens_valid_from = clock_.now() + std::chrono::hours{1}};
                EXPECT_TRUE(store::holds(principal.seen->issue, changed));
            }
        }
    }
    EXPECT_TRUE(accounts_.standings.contains("ada")) << "who has not been met is made";
}

TEST_F(CredentialsTest, a_service_goes_by_its_own_token_alone)
{
    const std::string bearer = "Bearer " + jwt_.issue("ada", 0, clock_.now());
    for (const std::string& token :
         {std::string{}, std::string{"token"}, std::string{"token of a service "} + "x",
          std::string{"TOKEN OF A SERVICE"}, std::string{"token of a service,the one before"}}) {
        EXPECT_EQ(refusal_by(
                      {{"X-Service-Auth", token}, {"X-User-ID", "ada"}, {"Authorization", bearer}}),
                  ErrorCode::unauthorized)
            << token;
    }
    const std::string& good = service_tokens_.front();
    EXPECT_EQ(
        refusal_by({{"X-Service-Auth", good}, {"X-Service-Auth", good}, {"X-User-ID", "ada"}}),
        ErrorCode::unauthorized);
    Credentials closed{accounts_, {.jwt = &jwt_}, clock_};
    const std::vector<schema::NamedText> headers{{"X-Service-Auth", ""}, {"X-User-ID", "ada"}};
    EXPECT_EQ(error_of([&] { loop_.run(closed.authenticate(headers, true)); }).code(),
              ErrorCode::unauthorized);
    EXPECT_TRUE(accounts_.standings.empty());
}

TEST_F(CredentialsTest, a_session_lets_in_whatever_has_become_of_the_password)
{
    accounts_.standings["ada"] = {.generation = 7, .tokens_valid_from = clock_.now()};
    for (const bool may_recall : {false, true}) {
        const Principal principal = authenticate("Bearer session", may_recall);
        EXPECT_EQ(principal.user_id, "ada");
        ASSERT_EQ(principal.seen.has_value(), may_recall);
        if (!may_recall) continue;
        const Standing changed{.generation = 8,
                               .tokens_valid_from = clock_.now() + std::chrono::hours{1}};
        EXPECT_TRUE(store::holds(principal.seen->issue, changed));
    }
    EXPECT_EQ(refusal("Bearer Session"), ErrorCode::unauthorized);
}

TEST_F(CredentialsTest, a_session_makes_its_user_unless_deleted)
{
    authenticate("Bearer session");
    EXPECT_TRUE(accounts_.standings.contains("ada"));
    accounts_.standings.clear();
    accounts_.deleted = "ada";
    EXPECT_EQ(refusal("Bearer session"), ErrorCode::unauthorized);
    EXPECT_TRUE(accounts_.standings.empty());
}

TEST_F(CredentialsTest, a_token_of_auth_js_is_held_against_the_account_as_a_jwt_is)
{
    const auto token_of = [&](base::Instant issued_at) {
        const auto seconds = [](base::Instant at) { return to_numeric_date(at); };
        return testing::hand_made_jwe(
                   R"({"alg":"dir","enc":"A256CBC-HS512"})",
                   fmt::format(R"({{"sub":"ada","iat":{},"exp":{}}})", seconds(issued_at),
                               seconds(clock_.now() + std::chrono::hours{1})),
                   testing::auth_js_key(secret, "cookie"))
            .text();
    };
    const std::string bearer = "Bearer " + token_of(clock_.now());
    for (const bool may_recall : {false, true})
        EXPECT_EQ(authenticate(bearer, may_recall).user_id, "ada");
    accounts_.standings["ada"] = {.generation = 1, .tokens_valid_from = clock_.now()};
    EXPECT_NO_THROW(authenticate(bearer));
    EXPECT_EQ(refusal("Bearer " + token_of(clock_.now() - std::chrono::seconds{1})),
              ErrorCode::unauthorized);
    EXPECT_EQ(refusal(bearer + "x"), ErrorCode::unauthorized);
    EXPECT_EQ(refusal("Bearer a.b.c.d.e"), ErrorCode::unauthorized);
}

TEST_F(CredentialsTest, a_service_has_to_name_a_user)
{
    const std::string& token = service_tokens_.front();
    EXPECT_EQ(refusal_by({{"X-Service-Auth", token}}), ErrorCode::bad_request);
    for (const std::string& user_id : {std::string{}, std::string{" "}, std::string(256, 'x'),
                                       std::string{"a\x01"}, std::string{"\xFF"}}) {
        EXPECT_EQ(refusal_by({{"X-Service-Auth", token}, {"X-User-ID", user_id}}),
                  ErrorCode::bad_request)
            << user_id;
    }
    EXPECT_NO_THROW(
        authenticate_by({{"X-Service-Auth", token}, {"X-User-ID", std::string(255, 'x')}}, true));
    accounts_.deleted = "gone";
    EXPECT_EQ(refusal_by({{"X-Service-Auth", token}, {"X-User-ID", "gone"}}),
              ErrorCode::unauthorized);
}

TEST_F(CredentialsTest, only_a_jwt_of_todods_own_tells_its_generation)
{
    EXPECT_EQ(sign_in(0, true).generation, 0);
    EXPECT_EQ(authenticate("Bearer " + foreign_token(clock_.now())).generation, std::nullopt);
    EXPECT_EQ(authenticate("Bearer session").generation, std::nullopt);
    const Headers service{{"X-Service-Auth", service_tokens_.front()}, {"X-User-ID", "ada"}};
    EXPECT_EQ(authenticate_by(service, false).generation, std::nullopt);
}

}  // namespace
}  // namespace todod::auth
