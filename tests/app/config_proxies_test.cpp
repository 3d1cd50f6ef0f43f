#include <gmock/gmock.h>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ConfigOfProxies, says_through_which_others_are_asked)
{
    EXPECT_FALSE(read_config({}).proxies.https);
    EXPECT_FALSE(read_config({}).proxies.http);
    const auto proxies = read_config({{"HTTPS_PROXY", "http://ann:sesame@proxy.example:3128"},
                                      {"http_proxy", "other.example:8080"},
                                      {"NO_PROXY", "a.example, .b.example:443,10.0.0.0/8"}})
                             .proxies;
    EXPECT_EQ(proxies.https.value().place(), "proxy.example:3128");
    EXPECT_EQ(proxies.https.value().authorization, "Basic YW5uOnNlc2FtZQ==");
    EXPECT_EQ(proxies.http.value().place(), "other.example:8080");
    EXPECT_THAT(proxies.direct, ElementsAre("a.example", ".b.example:443", "10.0.0.0/8"));
}

TEST(ConfigOfProxies, that_cannot_be_used_stop_the_start_and_are_not_told)
{
    for (const char* const name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
        const auto error =
            error_of([&] { read_config({{name, "https://ann:sesame@proxy.example"}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid);
        EXPECT_THAT(error.message(), StartsWith(fmt::format("{} must be http://", name)));
        EXPECT_THAT(error.message(), Not(HasSubstr("sesame")));
    }
}

TEST(ConfigOfProxies, are_shown_without_who_asks)
{
    for (const Setting& setting : list_settings(
             {{"HTTPS_PROXY", "http://ann:sesame@p"}, {"HTTP_PROXY", "http://ann:sesame@p"}}))
        EXPECT_THAT(setting.value, Not(HasSubstr("sesame"))) << setting.name;
}

}  // namespace
}  // namespace todod
