#include "webhooks/signature.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace todod::webhooks {
namespace {

using ::testing::MatchesRegex;

/// Of Standard Webhooks' own libraries.
constexpr const char* known_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr base::Instant known_time{std::chrono::seconds{1'614'265'330}};
const Message known_message{"msg_p5jXN8AQM9LWM0D4loKWxJek", R"({"test": 2432232314})"};

TEST(WebhookSignature, is_that_of_the_standard_s_own_libraries)
{
    EXPECT_EQ(sign(known_secret, known_message, known_time),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    EXPECT_EQ(timestamp_of(known_time), "1614265330");
}

TEST(WebhookSignature, is_of_the_second_whatever_follows_it)
{
    const auto later = known_time + std::chrono::milliseconds{999};
    EXPECT_EQ(sign(known_secret, known_message, later),
              sign(known_secret, known_message, known_time));
    EXPECT_NE(sign(known_secret, known_message, known_time + std::chrono::seconds{1}),
              sign(known_secret, known_message, known_time));
}

TEST(WebhookSignature, is_another_for_whatever_is_another)
{
    const auto known = sign(known_secret, known_message, known_time);
    EXPECT_NE(sign("whsec_NfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", known_message, known_time), known);
    EXPECT_NE(sign(known_secret, {known_message.id + "x", known_message.body}, known_time), known);
    EXPECT_NE(sign(known_secret, {known_message.id, known_message.body + " "}, known_time), known);
}

TEST(WebhookSignature, is_not_made_with_what_is_no_secret)
{
    EXPECT_THROW(sign("whsec_not base64", known_message, known_time), base::Error);
}

TEST(WebhookSecret, is_of_32_bytes_in_base64_and_never_the_same)
{
    base::SecureRandom random;
    const std::string one = make_secret(random);
    const std::string other = make_secret(random);
    for (const std::string& secret : {one, other}) {
        EXPECT_THAT(secret, MatchesRegex("whsec_[A-Za-z0-9+/]{43}="));
        EXPECT_NO_THROW(sign(secret, known_message, known_time));
    }
    EXPECT_NE(one, other);
}

}  // namespace
}  // namespace todod::webhooks
