#include "auth/jwks_tokens.hpp"

#include <gmock/gmock.h>

#include "auth/hand_made_token.hpp"
#include "auth/signing_key.hpp"
#include "auth/vectors.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;
using testing::error_of;
using testing::key_set_of;
using testing::read_vectors;
using testing::SigningKey;

/// The tokens of a server that answers at once with `document`.
struct Verifier {
    explicit Verifier(std::string keys, ClaimRules rules = {},
                      std::optional<KeyAlgorithm> only = std::nullopt)
        : document(std::move(keys)), tokens(jwks, std::move(rules), only, loop)
    {
    }

    Claims verify(const std::string& token)
    {
        if (const Claims* known = tokens.recall(token, clock.now())) {
            ++recalled;
            return *known;
        }
        return loop.run(tokens.verify(token, clock.now()));
    }
    bool holds(const std::string& token)
    {
        try {
            verify(token);
            return true;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::unauthorized) << error.message();
            return false;
        }
    }

    std::string document;
    int fetches = 0;
    int recalled = 0;
    testing::TestLoop loop;
    testing::FakeClock clock;
    base::Log log{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    base::Metrics metrics;
    Jwks jwks{[this](auto done) {
                  ++fetches;
                  net::HttpOutcome outcome;
                  outcome.response.status = 200;
                  outcome.response.body = document;
                  done(std::move(outcome));
              },
              clock, log, metrics};
    JwksTokens tokens;
};

class JwksTokensTest : public ::testing::Test {
protected:
    std::int64_t now() const
    {
        return std::chrono::floor<std::chrono::seconds>(verifier_.clock.now())
            .time_since_epoch()
            .count();
    }
    std::string claims(std::string_view more = {}) const
    {
        return fmt::format(R"({{"sub":"ann","iat":{},"exp":{}{}}})", now(), now() + 3600, more);
    }

    const SigningKey ec_ = SigningKey::p256("e");
    const SigningKey ed_ = SigningKey::ed25519("d");
    const std::string keys_ = key_set_of({ec_.jwk(), ed_.jwk()});
    Verifier verifier_{keys_};
};

TEST_F(JwksTokensTest, verifies_each_algorithm_by_its_kid)
{
    const SigningKey rsa = SigningKey::rsa("r");
    verifier_.document = key_set_of({rsa.jwk(), ec_.jwk(), ed_.jwk()});
    for (const SigningKey* key : {&rsa, &ec_, &ed_}) {
        const std::string token = key->sign(claims());
        EXPECT_TRUE(verifier_.tokens.takes(token));
        EXPECT_EQ(verifier_.verify(token).subject, "ann") << key->algorithm();
    }
    EXPECT_EQ(verifier_.fetches, 1);
}

TEST_F(JwksTokensTest, leaves_other_tokens_to_others)
{
    using testing::hand_made_token;
    for (const std::string& token : {
             hand_made_token(R"({"alg":"HS256"})", claims(), "secret"),
             hand_made_token(R"({"alg":"none"})", claims(), "secret"),
             ed_.sign_as(R"({"alg":"PS256","kid":"r"})", claims()),
             ed_.sign_as(R"({"alg":"EdDSA","crit":["x"]})", claims()),
             std::string{},
             std::string{".."},
             std::string{"a.b.c"},
         }) {
        EXPECT_FALSE(verifier_.tokens.takes(token)) << token;
        EXPECT_FALSE(verifier_.holds(token)) << token;
    }
    EXPECT_EQ(verifier_.fetches, 0) << "nothing is fetched for them";
    // Also where the same header was taken before.
    EXPECT_TRUE(verifier_.tokens.takes(ed_.sign(claims())));
    EXPECT_FALSE(verifier_.tokens.takes(".."));
}

TEST_F(JwksTokensTest, checks_a_signature_once)
{
    const std::string token = ed_.sign(claims());
    EXPECT_TRUE(verifier_.holds(token));
    EXPECT_EQ(verifier_.recalled, 0);
    EXPECT_TRUE(verifier_.holds(token));
    EXPECT_TRUE(verifier_.holds(token));
    EXPECT_EQ(verifier_.recalled, 2);
}

TEST_F(JwksTokensTest, judges_times_at_each_use)
{
    const std::string token = ed_.sign(claims());
    EXPECT_TRUE(verifier_.holds(token));
    verifier_.clock.advance(1h + 59s);
    EXPECT_TRUE(verifier_.holds(token));
    verifier_.clock.advance(1s);
    EXPECT_FALSE(verifier_.holds(token));
    EXPECT_FALSE(verifier_.holds(ed_.sign(claims(fmt::format(R"(,"nbf":{})", now() + 61)))));
    EXPECT_TRUE(verifier_.holds(ed_.sign(claims(fmt::format(R"(,"nbf":{})", now() + 60)))));
}

TEST_F(JwksTokensTest, ends_the_tokens_of_a_key_that_was_withdrawn)
{
    const std::string withdrawn = ed_.sign(claims());
    const std::string kept = ec_.sign(claims());
    EXPECT_TRUE(verifier_.holds(withdrawn));
    EXPECT_TRUE(verifier_.holds(kept));
    verifier_.document = key_set_of({ec_.jwk()});
    EXPECT_FALSE(verifier_.holds(SigningKey::ed25519("unknown").sign(claims())));
    EXPECT_FALSE(verifier_.holds(withdrawn));
    EXPECT_TRUE(verifier_.holds(kept));
}

TEST_F(JwksTokensTest, ends_the_tokens_of_a_key_that_was_replaced_under_its_kid)
{
    const std::string before = ec_.sign(claims());
    EXPECT_TRUE(verifier_.holds(before));
    const SigningKey after = SigningKey::p256("e");
    verifier_.document = key_set_of({after.jwk()});
    verifier_.clock.advance(2 * Jwks::refresh_time - 1h);
    verifier_.holds(ed_.sign(claims()));
    EXPECT_FALSE(verifier_.holds(before));
    EXPECT_TRUE(verifier_.holds(after.sign(claims())));
}

TEST_F(JwksTokensTest, asks_for_the_claims_that_are_configured)
{
    Verifier strict{keys_, {.issuer = "https://auth.example", .audience = "todos"}};
    const std::string good = R"(,"iss":"https://auth.example","aud":["x","todos"])";
    EXPECT_TRUE(strict.holds(ec_.sign(claims(good))));
    for (const char* more : {"", R"(,"iss":"https://auth.example")", R"(,"aud":"todos")",
                             R"(,"iss":"https://other.example","aud":"todos")",
                             R"(,"iss":"https://auth.example","aud":"other")"}) {
        EXPECT_FALSE(strict.holds(ec_.sign(claims(more)))) << more;
    }
}

TEST_F(JwksTokensTest, takes_what_is_for_the_resource_beside_what_is_for_the_audience)
{
    Verifier both{keys_, {.issuer = {}, .audience = "web", .resource = "https://todo.example/mcp"}};
    for (const char* audience : {R"("web")", R"("https://todo.example/mcp")", R"(["x","web"])"})
        EXPECT_TRUE(both.holds(ec_.sign(claims(fmt::format(R"(,"aud":{})", audience)))))
            << audience;
    for (const char* more : {"", R"(,"aud":"other")", R"(,"aud":"https://todo.example")"})
        EXPECT_FALSE(both.holds(ec_.sign(claims(more)))) << more;
    Verifier neither{keys_, {.issuer = {}, .audience = "web", .resource = {}}};
    EXPECT_FALSE(neither.holds(ec_.sign(claims(R"(,"aud":"")"))));
}

TEST_F(JwksTokensTest, refuses_claims_that_do_not_hold)
{
    const std::string times = fmt::format(R"("iat":{},"exp":{})", now(), now() + 60);
    for (const std::string& payload : {
             fmt::format(R"({{"sub":"ann","exp":{}}})", now() - 61),
             fmt::format(R"({{"sub":"ann","iat":{},"exp":{}}})", now() + 61, now() + 3600),
             std::string{R"({"sub":"ann"})"},
             "{" + times + "}",
             R"({"sub":"",)" + times + "}",
             R"({"sub":1,)" + times + "}",
             R"({"sub":")" + std::string(256, 'x') + "\"," + times + "}",
             std::string{"null"},
             std::string{"not JSON"},
             std::string{},
         }) {
        EXPECT_FALSE(verifier_.holds(ed_.sign(payload))) << payload;
    }
}

/// todod's own tokens say under which generation of the account they were issued; nobody else may.
TEST_F(JwksTokensTest, takes_no_generation_from_others)
{
    EXPECT_FALSE(verifier_.verify(ed_.sign(claims(R"(,"gen":7)"))).generation);
}

TEST_F(JwksTokensTest, accepts_one_algorithm_where_one_is_configured)
{
    Verifier pinned{keys_, {}, KeyAlgorithm::es256};
    EXPECT_TRUE(pinned.holds(ec_.sign(claims())));
    EXPECT_TRUE(pinned.tokens.takes(ed_.sign(claims())));
    EXPECT_FALSE(pinned.holds(ed_.sign(claims())));
}

TEST_F(JwksTokensTest, refuses_what_is_too_long_before_it_looks_at_it)
{
    const std::string token = ed_.sign(claims(",\"x\":\"" + std::string(8192, 'x') + '"'));
    EXPECT_FALSE(verifier_.holds(token));
    EXPECT_EQ(verifier_.fetches, 0);
    EXPECT_TRUE(verifier_.holds(ed_.sign(claims(",\"x\":\"" + std::string(5000, 'x') + '"'))));
}

TEST(JwksTokens, verifies_what_better_auth_issued)
{
    const boost::json::value issued = read_vectors("auth/issued_tokens.json");
    if (issued.is_null()) GTEST_SKIP() << "the tokens of other servers are not there";
    int count = 0;
    for (const auto& server : issued.as_array()) {
        const auto& claims = server.at("jwt_claims");
        Verifier verifier{boost::json::serialize(server.at("jwks")),
                          {.issuer = std::string{claims.at("iss").as_string()},
                           .audience = std::string{claims.at("aud").as_string()}}};
        const std::chrono::seconds now{server.at("now").as_int64()};
        verifier.clock.set(base::Instant{now});
        const std::string token{server.at("jwt").as_string()};
        EXPECT_EQ(verifier.verify(token).subject, claims.at("id").as_string());
        verifier.clock.set(base::Instant{now} + 16h);
        EXPECT_FALSE(verifier.holds(token));
        ++count;
    }
    EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace todod::auth
