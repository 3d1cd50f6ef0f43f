#include "net/lookup.hpp"

#include <gmock/gmock.h>

#include <future>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::net {
namespace {

using base::ErrorCode;
using testing::error_of;

/// Lookups that come to their end with the test.
class LookupTest : public ::testing::Test {
protected:
    ~LookupTest() override { end_.set_value(); }

    /// So many of hosts that nobody else asks for.
    void start(std::size_t count, bool public_only)
    {
        for (std::size_t i = 0; i < count; ++i)
            lookups_.start(fmt::format("{}.example", hosts_++), public_only, [](const auto&) {});
    }
    void expect_busy(bool public_only)
    {
        EXPECT_EQ(error_of([&] { start(1, public_only); }).code(), ErrorCode::unavailable);
    }

    std::promise<void> end_;
    SharedLookups lookups_{[](const auto&) {},
                           [ended = end_.get_future().share()](const auto&) {
                               ended.wait();
                               return Addresses{};
                           }};
    int hosts_ = 0;
};

TEST_F(LookupTest, leaves_room_for_others_beside_hosts_that_must_be_public)
{
    start(Lookups::max_at_once, true);
    expect_busy(true);
    start(Lookups::max_at_once, false);
    expect_busy(false);
}

TEST_F(LookupTest, takes_who_asks_for_the_same_host_along)
{
    start(Lookups::max_at_once, true);
    for (const bool public_only : {true, false})
        lookups_.start("0.example", public_only, [](const auto&) {});
    start(Lookups::max_at_once, false);
}

}  // namespace
}  // namespace todod::net
