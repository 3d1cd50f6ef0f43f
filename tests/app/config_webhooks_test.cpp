#include <gmock/gmock.h>

#include <numeric>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"
#include "webhooks/progress.hpp"

namespace todod {
namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::error_of;

TEST(Webhooks, are_sent_again_as_the_standard_has_it_unless_told_otherwise)
{
    const auto standard = read_config({}).webhook_retries;
    EXPECT_THAT(standard, ElementsAre(5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h));
    const auto sum = std::accumulate(standard.begin(), standard.end(), seconds{0});
    EXPECT_LT(sum + sum / 10, webhooks::RetryRules{}.longest_failing)
        << "a message is given up before its hook is";
    EXPECT_THAT(read_config({{"WEBHOOKS_RETRIES", "0, 604800"}}).webhook_retries,
                ElementsAre(seconds{0}, seconds{604'800}));
    std::string many = "1";
    for (int i = 0; i < 20; ++i)
        many += ",1";
    for (const std::string& text : {std::string{","}, std::string{"-1"}, std::string{"5s"},
                                    std::string{"604801"}, std::string{"5,x"}, many}) {
        const auto error = error_of([&] { read_config({{"WEBHOOKS_RETRIES", text}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid) << text;
        EXPECT_EQ(error.message(),
                  "WEBHOOKS_RETRIES must be 1 to 20 numbers of seconds from 0 to 604800, with "
                  "commas between.");
    }
}

TEST(Webhooks, go_to_private_addresses_only_where_told_and_never_in_production)
{
    EXPECT_FALSE(read_config({}).webhooks_allow_private);
    EXPECT_TRUE(read_config({{"WEBHOOKS_ALLOW_PRIVATE", "true"}}).webhooks_allow_private);
    const std::string production = "production";
    EXPECT_FALSE(read_config({{"ENVIRONMENT", production}, {"WEBHOOKS_ALLOW_PRIVATE", "false"}})
                     .webhooks_allow_private);
    const auto error = error_of(
        [&] { read_config({{"ENVIRONMENT", production}, {"WEBHOOKS_ALLOW_PRIVATE", "true"}}); });
    EXPECT_EQ(error.message(), "WEBHOOKS_ALLOW_PRIVATE must be false in production.");
}

}  // namespace
}  // namespace todod
