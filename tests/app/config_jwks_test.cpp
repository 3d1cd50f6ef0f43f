#include <gmock/gmock.h>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using auth::KeyAlgorithm;
using testing::error_of;

constexpr const char* url = "https://auth.example/api/auth/jwks";

TEST(JwksConfig, is_off_when_nothing_is_set)
{
    for (const Environment& environment :
         {Environment{}, Environment{{"JWKS_URL", ""}, {"AUTH_SERVER_URL", ""}}}) {
        const Config config = read_config(environment);
        EXPECT_EQ(config.jwks_url, "");
        EXPECT_EQ(config.jwks_algorithm, std::nullopt);
    }
}

TEST(JwksConfig, takes_the_place_of_the_keys)
{
    for (const char* each : {url, "http://localhost:3000/api/auth/jwks", "http://[::1]/jwks?a=b"}) {
        EXPECT_EQ(read_config({{"JWKS_URL", each}}).jwks_url, each);
        EXPECT_EQ(read_config({{"AUTH_SERVER_URL", each}}).jwks_url, "");
    }
}

TEST(JwksConfig, takes_one_algorithm_for_its_tokens)
{
    const auto algorithm_of = [](const char* name) {
        return read_config({{"JWKS_URL", url}, {"JWT_ALGORITHM", name}}).jwks_algorithm;
    };
    EXPECT_EQ(algorithm_of("RS256"), KeyAlgorithm::rs256);
    EXPECT_EQ(algorithm_of("ES256"), KeyAlgorithm::es256);
    EXPECT_EQ(algorithm_of("EdDSA"), KeyAlgorithm::eddsa);
    EXPECT_EQ(algorithm_of("HS256"), std::nullopt);
}

TEST(JwksConfig, refuses_what_it_cannot_use)
{
    constexpr auto url_message = " must be an http:// or https:// URL without a user.";
    for (const char* name : {"JWKS_URL", "AUTH_SERVER_URL"}) {
        for (const char* value :
             {"auth.example/jwks", "ftp://auth.example", "http://", "http://a b",
              "https://ann:hunter2@auth.example/", "file:///etc/jwks.json"}) {
            const auto error = error_of([&] { read_config({{name, value}}); });
            EXPECT_EQ(error.message(), std::string{name} + url_message) << value;
        }
    }
    constexpr auto algorithms =
        "JWT_ALGORITHM must be HS256, or with JWKS_URL also RS256, ES256 or EdDSA.";
    for (const char* name : {"none", "PS256", "rs256", "RS512", "Ed25519"}) {
        const auto error =
            error_of([&] { read_config({{"JWKS_URL", url}, {"JWT_ALGORITHM", name}}); });
        EXPECT_EQ(error.message(), algorithms) << name;
    }
    EXPECT_EQ(error_of([] { read_config({{"JWT_ALGORITHM", "RS256"}}); }).message(), algorithms);
}

}  // namespace
}  // namespace todod
