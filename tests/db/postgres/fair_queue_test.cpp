#include "db/postgres/fair_queue.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <string>

#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FairQueueTest : public ::testing::Test {
protected:
    Waiting& push(std::string_view user_id)
    {
        Waiting& waiting = all_.emplace_back();
        EXPECT_TRUE(queue_.push(waiting, user_id));
        return waiting;
    }
    void push_many(std::size_t count, std::string_view user_id)
    {
        for (std::size_t i = 0; i < count; ++i)
            push(user_id);
    }
    std::vector<Waiting*> take(std::size_t max, std::size_t max_rows = 1'000'000)
    {
        std::vector<Waiting*> batch;
        late_.clear();
        rows_ = queue_.take(max, max_rows, batch, late_);
        return batch;
    }

    FairQueue queue_;
    std::deque<Waiting> all_;
    std::vector<Waiting*> late_;
    std::size_t rows_ = 0;
};

TEST_F(FairQueueTest, gives_a_users_own_in_the_order_they_came)
{
    std::vector<Waiting*> pushed;
    for (int i = 0; i < 10; ++i)
        pushed.push_back(&push("ada"));
    std::vector<Waiting*> taken = take(4);
    for (Waiting* const each : take(100))
        taken.push_back(each);
    EXPECT_THAT(taken, ElementsAreArray(pushed));
    EXPECT_TRUE(queue_.empty());
    EXPECT_THAT(take(1), IsEmpty());
}

TEST_F(FairQueueTest, takes_no_more_than_it_is_asked_for)
{
    push_many(10, "ada");
    push_many(10, "bob");
    EXPECT_THAT(take(0), IsEmpty());
    EXPECT_THAT(take(7), SizeIs(7));
    EXPECT_EQ(queue_.size(), 13U);
    EXPECT_THAT(take(20), SizeIs(13));
}

TEST_F(FairQueueTest, takes_nothing_more_when_the_rows_are_used_up)
{
    for (const std::size_t rows : {30U, 60U, 20U, 500U, 1U})
        push("ada").row_estimate = rows;
    EXPECT_THAT(take(10, 0), IsEmpty());
    EXPECT_THAT(take(10, 100), SizeIs(3));
    EXPECT_EQ(rows_, 110U);
    EXPECT_THAT(take(10, 100), SizeIs(1)) << "one alone may have more than that";
    EXPECT_EQ(rows_, 500U);
    EXPECT_THAT(take(10, 100), SizeIs(1));
}

TEST_F(FairQueueTest, lets_nobody_wait_for_one_who_asks_for_much)
{
    push_many(1000, "ada");
    Waiting& lone = push("bob");
    EXPECT_THAT(take(8), Contains(&lone));
}

TEST_F(FairQueueTest, lets_all_have_a_turn_before_one_has_two)
{
    constexpr int users = 12;
    std::vector<Waiting*> firsts;
    for (int i = 0; i < users; ++i)
        firsts.push_back(&push(fmt::format("user{}", i)));
    push_many(500, "user0");
    std::vector<Waiting*> taken;
    // Some share a lane: all of them have had a turn when the fullest lane has had as many.
    for (int turn = 0; turn < users; ++turn) {
        for (Waiting* const each : take(users))
            taken.push_back(each);
    }
    for (Waiting* const first : firsts)
        EXPECT_THAT(taken, Contains(first));
}

TEST_F(FairQueueTest, goes_on_with_whose_turn_it_is_in_the_next_batch)
{
    push_many(100, "ada");
    Waiting& lone = push("bob");
    std::vector<Waiting*> taken;
    for (int i = 0; i < 2; ++i) {
        for (Waiting* const each : take(1))
            taken.push_back(each);
    }
    EXPECT_THAT(taken, Contains(&lone));
}

TEST_F(FairQueueTest, refuses_a_user_who_has_filled_a_lane_and_nobody_else)
{
    push_many(FairQueue::max_lane, "ada");
    Waiting late;
    EXPECT_FALSE(queue_.push(late, "ada"));
    EXPECT_EQ(queue_.size(), FairQueue::max_lane);
    const auto error = testing::error_of([&] { std::rethrow_exception(late.failure); });
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    push("bob");
    take(2);
    push("ada");
}

TEST_F(FairQueueTest, holds_no_more_than_its_size_in_all)
{
    std::size_t held = 0;
    for (std::size_t user = 0; held < FairQueue::max_size; ++user) {
        const auto name = fmt::format("user{}", user);
        for (int i = 0; i < 100 && held < FairQueue::max_size; ++i)
            held += queue_.push(all_.emplace_back(), name) ? 1 : 0;
    }
    EXPECT_EQ(queue_.size(), FairQueue::max_size);
    Waiting late;
    for (int user = 0; user < 100; ++user)
        EXPECT_FALSE(queue_.push(late, fmt::format("late{}", user)));
    EXPECT_THAT(take(3), SizeIs(3));
    push("user0");
}

TEST_F(FairQueueTest, fails_what_has_waited_for_too_long)
{
    Waiting& late = push("ada");
    Waiting& in_time = push("ada");
    late.since -= FairQueue::max_wait + std::chrono::seconds{1};
    EXPECT_THAT(take(10), ElementsAreArray({&in_time}));
    EXPECT_THAT(late_, ElementsAreArray({&late}));
    EXPECT_EQ(testing::error_of([&] { std::rethrow_exception(late.failure); }).code(),
              base::ErrorCode::unavailable);
    EXPECT_FALSE(in_time.failure);
}

TEST_F(FairQueueTest, counts_what_it_takes_and_what_it_refuses)
{
    push("ada").since -= FairQueue::max_wait + std::chrono::seconds{1};
    take(10);
    push_many(FairQueue::max_lane, "ada");
    Waiting refused;
    queue_.push(refused, "ada");
    take(7);
    take(2);
    const auto activity = read("find", queue_.counters());
    EXPECT_EQ(activity.batches, 2U) << "nothing of the first was in time";
    EXPECT_EQ(activity.requests, 9U);
    EXPECT_EQ(activity.refused, 2U);
    EXPECT_EQ(activity.waiting, FairQueue::max_lane - 9);
}

}  // namespace
}  // namespace todod::db::postgres
