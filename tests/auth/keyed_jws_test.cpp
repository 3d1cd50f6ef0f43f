#include "auth/keyed_jws.hpp"

#include <gmock/gmock.h>

#include <set>

#include "auth/hand_made_token.hpp"
#include "auth/signing_key.hpp"
#include "auth/vectors.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;
using testing::key_set_of;
using testing::read_vectors;
using testing::SigningKey;

/// The payload, if the signature holds.
std::optional<std::string> verify(std::string_view token, const std::string& key_set)
{
    const auto keys = read_key_set(key_set);
    const auto jws = read_keyed_jws(token);
    if (!keys || !jws || !verify_keyed_jws(*jws, *keys)) return std::nullopt;
    return jws->payload;
}

class KeyedJwsTest : public ::testing::Test {
protected:
    const SigningKey key_ = SigningKey::ed25519("one");
    const std::string keys_ = key_set_of({key_.jwk()});
};

TEST_F(KeyedJwsTest, gives_the_payload)
{
    EXPECT_EQ(verify(key_.sign("{}"), keys_), "{}");
    EXPECT_EQ(verify(key_.sign(""), keys_), "");
}

TEST_F(KeyedJwsTest, takes_headers_that_ask_for_nothing_more)
{
    for (const char* header : {
             R"({"alg":"EdDSA","kid":"one","typ":"JWT"})",
             R"({"alg":"EdDSA"})",
             R"( {"kid":"one", "typ":"at+jwt", "alg":"EdDSA", "x5t":"a"} )",
             // Never looked at.
             R"({"alg":"EdDSA","kid":"one","jku":"http://127.0.0.1:1/jwks"})",
         }) {
        EXPECT_TRUE(verify(key_.sign_as(header, "{}"), keys_)) << header;
    }
}

TEST_F(KeyedJwsTest, refuses_other_headers_even_where_the_signature_holds)
{
    for (const std::string& header : {
             std::string{R"({"alg":"none","kid":"one"})"},
             std::string{R"({"alg":"None","kid":"one"})"},
             std::string{R"({"alg":"nOnE","kid":"one"})"},
             std::string{R"({"alg":"eddsa","kid":"one"})"},
             std::string{R"({"alg":"Ed25519","kid":"one"})"},
             std::string{R"({"alg":"RS256","kid":"one"})"},
             std::string{R"({"alg":"ES256","kid":"one"})"},
             std::string{R"({"alg":"PS256","kid":"one"})"},
             std::string{R"({"alg":"HS256","kid":"one"})"},
             std::string{R"({"alg":"","kid":"one"})"},
             std::string{R"({"alg":["EdDSA"],"kid":"one"})"},
             std::string{R"({"kid":"one"})"},
             std::string{R"({"alg":"EdDSA","kid":"One"})"},
             std::string{R"({"alg":"EdDSA","kid":"one "})"},
             std::string{R"({"alg":"EdDSA","kid":""})"},
             std::string{R"({"alg":"EdDSA","kid":null})"},
             std::string{R"({"alg":"EdDSA","kid":1})"},
             std::string{R"({"alg":"EdDSA","kid":["one"]})"},
             std::string{R"({"alg":"EdDSA","kid":{"kid":"one"}})"},
             std::string{R"({"alg":"EdDSA","kid":"one","kid":"one"})"},
             std::string{R"({"alg":"EdDSA","kid":"two","kid":"one"})"},
             std::string{R"({"alg":"none","alg":"EdDSA","kid":"one"})"},
             std::string{R"({"alg":"EdDSA","kid":"one\u0000"})"},
             std::string{R"({"alg":"EdDSA","kid":"../../../dev/null"})"},
             std::string{R"({"alg":"EdDSA","kid":"one' OR '1'='1"})"},
             R"({"alg":"EdDSA","kid":")" + std::string(257, 'k') + "\"}",
             R"({"alg":"EdDSA","kid":")" + std::string(5000, 'k') + "\"}",
             std::string{R"({"alg":"EdDSA","kid":"one","crit":["exp"]})"},
             std::string{R"({"alg":"EdDSA","kid":"one","crit":[]})"},
             std::string{R"({"alg":"EdDSA","kid":"one","b64":true})"},
             std::string{R"({"alg":"EdDSA","kid":"one","typ":1})"},
             std::string{R"(["EdDSA"])"},
             std::string{},
         }) {
        EXPECT_FALSE(verify(key_.sign_as(header, "{}"), keys_)) << header;
    }
}

TEST_F(KeyedJwsTest, trusts_no_key_that_the_token_brings_along)
{
    const SigningKey own = SigningKey::ed25519("one");
    for (const char* kid : {"one", "attacker"}) {
        const std::string header =
            fmt::format(R"({{"alg":"EdDSA","kid":"{}","jwk":{}}})", kid, own.jwk());
        EXPECT_FALSE(verify(own.sign_as(header, "{}"), keys_)) << kid;
    }
}

TEST_F(KeyedJwsTest, refuses_other_shapes)
{
    const std::string token = key_.sign("{}");
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    const std::string header = token.substr(0, first);
    const std::string payload = token.substr(first + 1, second - first - 1);
    const std::string signature = token.substr(second + 1);
    ASSERT_TRUE(verify(token, keys_));
    for (const std::string& shape : {
             std::string{},
             std::string{"."},
             std::string{".."},
             std::string{"..."},
             header + '.' + payload,
             header + '.' + payload + '.',
             header + '.' + payload + '.' + signature + '.',
             token + '.' + signature,
             header + ".." + signature,
             '.' + payload + '.' + signature,
             token + '=',
             token + '\n',
             ' ' + token,
             token + "A",
             header + "=." + payload + '.' + signature,
             token.substr(0, token.size() - 1),
             token.substr(0, token.size() / 2),
             token.substr(1),
         }) {
        EXPECT_FALSE(verify(shape, keys_)) << shape;
    }
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '.') continue;
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(verify(changed, keys_)) << i;
    }
}

TEST(KeyedJws, is_never_verified_by_an_hmac)
{
    for (const SigningKey& key :
         {SigningKey::rsa("one"), SigningKey::p256("one"), SigningKey::ed25519("one")}) {
        const std::string keys = key_set_of({key.jwk()});
        for (const std::string& secret :
             {key.public_pem(), key.public_der(), key.jwk(), keys, std::string{}}) {
            for (const std::string& algorithm : {key.algorithm(), std::string{"HS256"}}) {
                const std::string header = fmt::format(R"({{"alg":"{}","kid":"one"}})", algorithm);
                EXPECT_FALSE(verify(testing::hand_made_token(header, "{}", secret), keys));
            }
        }
    }
    const std::string oct = R"({"keys":[{"kty":"oct","kid":"one","k":"c2VjcmV0"}]})";
    for (const char* algorithm : {"HS256", "RS256"}) {
        const std::string header = fmt::format(R"({{"alg":"{}","kid":"one"}})", algorithm);
        EXPECT_FALSE(verify(testing::hand_made_token(header, "{}", "secret"), oct));
    }
}

TEST(KeyedJws, is_judged_as_wycheproof_says)
{
    const json::value vectors = read_vectors("wycheproof/json_web_signature_test.json");
    if (vectors.is_null()) GTEST_SKIP() << "Wycheproof's vectors are not there";
    const std::set<std::string_view> accepted{"RS256", "ES256"};
    int valid = 0;
    int invalid = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        const auto* key = group.as_object().if_contains("public");
        if (key == nullptr) continue;  // of an HMAC
        const auto* algorithm = key->as_object().if_contains("alg");
        // What RSASSA-PSS and longer hashes sign is valid, and refused.
        const bool is_ours = algorithm == nullptr || accepted.contains(algorithm->as_string());
        const std::string keys = key_set_of({json::serialize(*key)});
        for (const auto& test : group.at("tests").as_array()) {
            const bool expected = is_ours && test.at("result") == "valid";
            ++(expected ? valid : invalid);
            EXPECT_EQ(verify(test.at("jws").as_string(), keys).has_value(), expected)
                << test.at("tcId") << ' ' << test.at("comment");
        }
    }
    EXPECT_EQ(valid, 10);
    EXPECT_EQ(invalid, 351);
}

TEST(KeyedJws, verifies_the_examples_of_the_rfcs)
{
    // RS256 (RFC 7520 §4.1) and EdDSA (RFC 8037 A.4); ES256 is in RFC 7515 A.3.
    const json::value rs256 = read_vectors("jose-cookbook/jws/4_1.rsa_v15_signature.json");
    const json::value eddsa = read_vectors("jose-cookbook/curve25519/jws.json");
    if (rs256.is_null() || eddsa.is_null()) GTEST_SKIP() << "the cookbook is not there";
    for (const json::value& example : {rs256, eddsa}) {
        json::object key = example.at("input").at("key").as_object();
        for (const char* name : {"d", "p", "q", "dp", "dq", "qi"})
            key.erase(name);
        EXPECT_EQ(verify(example.at("output").at("compact").as_string(),
                         key_set_of({json::serialize(key)})),
                  std::string{example.at("input").at("payload").as_string()});
    }
}

TEST(KeyedJws, verifies_the_es256_example_of_rfc_7515)
{
    const std::string keys = key_set_of({
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
        R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
    });
    EXPECT_TRUE(
        verify("eyJhbGciOiJFUzI1NiJ9."
               "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
               "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
               "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
               "pmWQxfKTUJqPP3-Kg6NU1Q",
               keys));
}

}  // namespace
}  // namespace todod::auth
