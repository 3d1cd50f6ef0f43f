#include "auth/public_key.hpp"

#include <gtest/gtest.h>

#include "auth/jws.hpp"
#include "auth/signing_key.hpp"
#include "auth/vectors.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;
using testing::key_set_of;
using testing::read_vectors;
using testing::SigningKey;

std::optional<PublicKey> read(std::string_view jwk)
{
    const JsonPtr object = read_json_object(jwk);
    return object ? read_public_key(*object) : std::nullopt;
}

std::string replace(std::string text, std::string_view what, std::string_view with)
{
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

std::string from_hex(std::string_view hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
    return bytes;
}

TEST(PublicKey, verifies_what_its_private_key_signed)
{
    for (const SigningKey& key :
         {SigningKey::rsa("r"), SigningKey::p256("e"), SigningKey::ed25519("d")}) {
        SCOPED_TRACE(key.algorithm());
        const auto read_key = read(key.jwk());
        ASSERT_TRUE(read_key);
        EXPECT_EQ(read_key->algorithm, find_key_algorithm(key.algorithm()));
        const std::string signature = key.signature_of("text");
        EXPECT_TRUE(verify_signature(*read_key, "text", signature));
        EXPECT_FALSE(verify_signature(*read_key, "texT", signature));
        EXPECT_FALSE(verify_signature(*read_key, "text", ""));
        EXPECT_FALSE(verify_signature(*read_key, "text", signature.substr(1)));
        EXPECT_FALSE(verify_signature(*read_key, "text", signature + '\0'));
        EXPECT_FALSE(verify_signature(*read_key, "text", '\0' + signature));
        EXPECT_FALSE(verify_signature(*read_key, "text", std::string(signature.size(), '\0')));
    }
}

TEST(PublicKey, may_say_what_it_is_for)
{
    const SigningKey key = SigningKey::p256("");
    for (const char* more :
         {"", R"(,"use":"sig")", R"(,"alg":"ES256")", R"(,"key_ops":["verify"])",
          R"(,"key_ops":["sign","verify"])", R"(,"x5t":"a","expiresAt":null,"x5c":["b"])"}) {
        EXPECT_TRUE(read(key.jwk(more))) << more;
    }
}

TEST(PublicKey, is_left_alone_when_it_is_for_something_else_or_not_public)
{
    const SigningKey key = SigningKey::p256("");
    for (const char* more :
         {R"(,"use":"enc")", R"(,"use":1)", R"(,"use":"")", R"(,"alg":"RS256")",
          R"(,"alg":"ES384")", R"(,"alg":"HS256")", R"(,"alg":null)", R"(,"key_ops":[])",
          R"(,"key_ops":["sign"])", R"(,"key_ops":["encrypt"])", R"(,"key_ops":"verify")",
          R"(,"d":"AAAA")", R"(,"k":"AAAA")", R"(,"kid":1)", R"(,"kid":"")"}) {
        EXPECT_FALSE(read(key.jwk(more))) << more;
    }
    EXPECT_FALSE(read(key.jwk(",\"kid\":\"" + std::string(257, 'k') + '"')));
    EXPECT_TRUE(read(key.jwk(",\"kid\":\"" + std::string(256, 'k') + '"')));
    EXPECT_FALSE(read(R"({"kty":"oct","k":"c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA"})"));
    EXPECT_FALSE(read(R"({"kty":"oct","alg":"RS256","k":"c2VjcmV0"})"));
    EXPECT_FALSE(read(R"({})"));
    EXPECT_FALSE(read(R"({"kty":1})"));
}

TEST(PublicKey, is_refused_when_it_is_weak_or_would_take_long)
{
    EXPECT_FALSE(read(SigningKey::rsa("", 1024).jwk()));
    EXPECT_FALSE(read(SigningKey::rsa("", 2047).jwk()));
    const std::string good = SigningKey::rsa("").jwk();
    EXPECT_TRUE(read(good));
    for (const char* exponent : {"AQ", "AA", "Ag", "AQAA", "", "AQAAAAAAAAAAAAAB"})
        EXPECT_FALSE(read(replace(good, R"("e":"AQAB")", fmt::format(R"("e":"{}")", exponent))));
    const std::string large = base::base64url_encode(std::string(1025, '\x81'));
    EXPECT_FALSE(read(fmt::format(R"({{"kty":"RSA","e":"AQAB","n":"{}"}})", large)));
}

TEST(PublicKey, is_refused_when_it_is_malformed_or_on_another_curve)
{
    const std::string ec = SigningKey::p256("").jwk();
    const std::string okp = SigningKey::ed25519("").jwk();
    const std::string x = ec.substr(ec.find("\"x\":\"") + 5, 43);
    for (const std::string& jwk : {
             replace(ec, "P-256", "P-384"),
             replace(ec, "P-256", "secp256k1"),
             replace(ec, R"("crv":"P-256",)", ""),
             replace(ec, "\"x\"", "\"z\""),
             // Not on the curve; too short; not base64url.
             replace(ec, x, base::base64url_encode(std::string(32, '\x01'))),
             replace(ec, x, "AAAA"),
             replace(ec, x, x + "="),
             replace(ec, x, x + "AAAA"),
             replace(okp, "Ed25519", "Ed448"),
             replace(okp, "Ed25519", "X25519"),
             replace(okp, "OKP", "EC"),
             replace(okp, "\"x\":\"", "\"x\":\"AAAA"),
             std::string{R"({"kty":"RSA","n":"","e":"AQAB"})"},
             std::string{R"({"kty":"RSA"})"},
         }) {
        EXPECT_FALSE(read(jwk)) << jwk;
    }
}

TEST(KeySet, has_what_is_of_use)
{
    const SigningKey rsa = SigningKey::rsa("one");
    const SigningKey ec = SigningKey::p256("two");
    const auto set = read_key_set(key_set_of(
        {rsa.jwk(), R"({"kty":"oct","k":"AAAA","kid":"three"})", ec.jwk(R"(,"use":"enc")"),
         ec.jwk(R"(,"use":"sig")"), "1", "null", R"({"kty":"AKP","kid":"later"})"}));
    ASSERT_TRUE(set);
    EXPECT_EQ(set->keys.size(), 2U);
    EXPECT_EQ(set->find(KeyAlgorithm::rs256, "one").size(), 1U);
    EXPECT_EQ(set->find(KeyAlgorithm::es256, "two").size(), 1U);
    EXPECT_TRUE(set->find(KeyAlgorithm::es256, "one").empty()) << "a key has its algorithm";
    EXPECT_TRUE(set->find(KeyAlgorithm::rs256, "").empty());
    EXPECT_TRUE(set->find(KeyAlgorithm::eddsa, "three").empty());
}

TEST(KeySet, finds_a_key_without_a_kid_only_where_there_is_one)
{
    const SigningKey one = SigningKey::p256("one");
    const SigningKey two = SigningKey::p256("two");
    const SigningKey other = SigningKey::ed25519("");
    const auto single = read_key_set(key_set_of({one.jwk(), other.jwk()}));
    EXPECT_EQ(single->find(KeyAlgorithm::es256, std::nullopt).size(), 1U);
    EXPECT_EQ(single->find(KeyAlgorithm::eddsa, std::nullopt).size(), 1U);
    EXPECT_TRUE(single->find(KeyAlgorithm::eddsa, "any").empty());
    const auto both = read_key_set(key_set_of({one.jwk(), two.jwk()}));
    EXPECT_TRUE(both->find(KeyAlgorithm::es256, std::nullopt).empty());
}

TEST(KeySet, is_refused_when_it_is_none)
{
    for (const char* text : {"", "[]", "null", "{}", R"({"keys":{}})", R"({"keys":[]} x)",
                             R"({"keys":[],"keys":[]})", "<html></html>", R"({"keys":null})"}) {
        EXPECT_FALSE(read_key_set(text)) << text;
    }
    EXPECT_TRUE(read_key_set(R"({"keys":[]})"));
    std::string many = "{}";
    for (std::size_t i = 1; i < KeySet::max_keys; ++i)
        many += ",{}";
    EXPECT_TRUE(read_key_set(key_set_of({many})));
    EXPECT_FALSE(read_key_set(key_set_of({many, "{}"})));
}

TEST(PublicKey, judges_the_ed25519_signatures_of_wycheproof)
{
    const json::value vectors = read_vectors("wycheproof/ed25519_test.json");
    if (vectors.is_null()) GTEST_SKIP() << "Wycheproof's vectors are not there";
    int count = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        const auto key = read(fmt::format(
            R"({{"kty":"OKP","crv":"Ed25519","x":"{}"}})",
            base::base64url_encode(from_hex(group.at("publicKey").at("pk").as_string()))));
        ASSERT_TRUE(key);
        for (const auto& test : group.at("tests").as_array()) {
            ++count;
            EXPECT_EQ(verify_signature(*key, from_hex(test.at("msg").as_string()),
                                       from_hex(test.at("sig").as_string())),
                      test.at("result") == "valid")
                << test.at("tcId") << test.at("comment");
        }
    }
    EXPECT_EQ(count, 151);
}

TEST(PublicKey, judges_the_rsa_signatures_of_wycheproof)
{
    const json::value vectors = read_vectors("wycheproof/rsa_signature_2048_sha256_test.json");
    if (vectors.is_null()) GTEST_SKIP() << "Wycheproof's vectors are not there";
    int count = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        const auto& given = group.at("publicKey");
        std::string n = from_hex(given.at("modulus").as_string());
        n.erase(0, n.find_first_not_of('\0'));
        const auto key = read(
            fmt::format(R"({{"kty":"RSA","n":"{}","e":"{}"}})", base::base64url_encode(n),
                        base::base64url_encode(from_hex(given.at("publicExponent").as_string()))));
        ASSERT_TRUE(key);
        for (const auto& test : group.at("tests").as_array()) {
            if (test.at("result") == "acceptable") continue;  // either is right
            ++count;
            EXPECT_EQ(verify_signature(*key, from_hex(test.at("msg").as_string()),
                                       from_hex(test.at("sig").as_string())),
                      test.at("result") == "valid")
                << test.at("tcId") << test.at("comment");
        }
    }
    EXPECT_GT(count, 200);
}

}  // namespace
}  // namespace todod::auth
