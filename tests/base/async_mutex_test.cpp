#include "base/async_mutex.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <vector>

#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::base {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

class AsyncMutexTest : public ::testing::Test {
protected:
    Async<int> enter(int number)
    {
        const auto guard = co_await mutex_.lock();
        entered_.push_back(number);
        inside_.push_back(++now_inside_);
        co_await next_turn(loop_);
        co_await next_turn(loop_);
        --now_inside_;
        if (number == thrower_) throw std::runtime_error{"inside"};
        co_return number;
    }

    testing::TestLoop loop_;
    AsyncMutex mutex_{loop_};
    std::vector<int> entered_;
    std::vector<int> inside_;
    int now_inside_ = 0;
    int thrower_ = 0;
};

TEST_F(AsyncMutexTest, lets_one_in_at_a_time_in_the_order_they_came)
{
    testing::run_together(loop_, testing::all(enter(1), enter(2), enter(3)));
    EXPECT_THAT(entered_, ElementsAre(1, 2, 3));
    EXPECT_THAT(inside_, Each(1));
}

TEST_F(AsyncMutexTest, is_free_again_when_all_have_left)
{
    EXPECT_EQ(loop_.run(enter(1)), 1);
    EXPECT_EQ(loop_.run(enter(2)), 2);
}

TEST_F(AsyncMutexTest, lets_the_next_in_when_one_throws)
{
    thrower_ = 1;
    const auto outcomes = testing::run_together(loop_, testing::all(enter(1), enter(2)));
    EXPECT_TRUE(outcomes[0].failure);
    EXPECT_TRUE(outcomes[1].value);
    EXPECT_EQ(loop_.run(enter(3)), 3);
}

}  // namespace
}  // namespace todod::base
