#include "db/job.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "support/loop.hpp"

namespace todod::db {
namespace {

using testing::TestLoop;

/// What stands for a database's connection here.
struct Place {
    int runs = 0;
};

class NumberedJob final : public Job<Place> {
public:
    void run(Place&) override {}
};

/// Runs what is pushed as often as it was told to, and lets it go on.
class Queue {
public:
    explicit Queue(TestLoop& loop, int times = 1) : loop_(loop), times_(times) {}

    void push(Job<Place>& job)
    {
        if (full) throw std::runtime_error{"full"};
        for (int i = 0; i < times_; ++i) {
            job.failure = nullptr;
            try {
                ++place.runs;
                job.run(place);
            } catch (...) {
                job.failure = std::current_exception();
            }
        }
        loop_.post(job.waiting);
    }
    void collect(Job<Place>&) { ++collected; }

    Place place;
    int collected = 0;
    bool full = false;

private:
    TestLoop& loop_;
    int times_;
};

template <class Work>
base::Async<std::invoke_result_t<Work&, Place&>> wait_for(Queue& queue, Work work)
{
    co_return co_await Pending<Queue, Place, Work>{queue, std::move(work)};
}

TEST(JobQueue, gives_jobs_in_the_order_they_came)
{
    JobQueue<Place> queue{8};
    std::array<NumberedJob, 3> jobs;
    for (auto& job : jobs)
        EXPECT_TRUE(queue.push(job));

    EXPECT_EQ(queue.size(), 3U);
    for (auto& job : jobs)
        EXPECT_EQ(queue.pop(), &job);
    EXPECT_EQ(queue.pop(), nullptr);
    EXPECT_TRUE(queue.empty());
}

TEST(JobQueue, takes_no_more_than_its_bound)
{
    JobQueue<Place> queue{2};
    std::array<NumberedJob, 3> jobs;
    EXPECT_TRUE(queue.push(jobs[0]));
    EXPECT_TRUE(queue.push(jobs[1]));
    EXPECT_FALSE(queue.push(jobs[2]));
    EXPECT_EQ(queue.size(), 2U);

    EXPECT_EQ(queue.pop(), &jobs[0]);
    EXPECT_TRUE(queue.push(jobs[2]));
    EXPECT_EQ(queue.pop(), &jobs[1]);
    EXPECT_EQ(queue.pop(), &jobs[2]);
}

TEST(JobQueue, can_be_filled_again_once_it_is_empty)
{
    JobQueue<Place> queue{2};
    NumberedJob job;
    for (int round = 0; round < 3; ++round) {
        EXPECT_TRUE(queue.push(job));
        EXPECT_EQ(queue.pop(), &job);
        EXPECT_EQ(queue.pop(), nullptr);
    }
}

TEST(Pending, gives_what_the_work_gives)
{
    TestLoop loop;
    Queue queue{loop};
    EXPECT_EQ(loop.run(wait_for(queue, [](Place&) { return std::string{"done"}; })), "done");
    EXPECT_EQ(queue.place.runs, 1);
    EXPECT_EQ(queue.collected, 1);
}

TEST(Pending, hands_over_what_cannot_be_copied)
{
    TestLoop loop;
    Queue queue{loop};
    EXPECT_EQ(*loop.run(wait_for(queue, [](Place&) { return std::make_unique<int>(7); })), 7);
}

TEST(Pending, may_give_nothing)
{
    TestLoop loop;
    Queue queue{loop};
    loop.run(wait_for(queue, [](Place&) {}));
    EXPECT_EQ(queue.place.runs, 1);
}

TEST(Pending, throws_what_the_work_throws)
{
    TestLoop loop;
    Queue queue{loop};
    const auto fail = [](Place&) -> int { throw std::runtime_error{"no"}; };
    EXPECT_THROW(loop.run(wait_for(queue, fail)), std::runtime_error);
    EXPECT_EQ(queue.collected, 1);
}

TEST(Pending, gives_the_outcome_of_the_last_run)
{
    TestLoop loop;
    Queue queue{loop, 3};
    EXPECT_EQ(loop.run(wait_for(queue, [](Place& place) { return place.runs; })), 3);

    Queue second{loop, 2};
    const auto fail_first = [](Place& place) {
        if (place.runs == 1) throw std::runtime_error{"not yet"};
        return place.runs;
    };
    EXPECT_EQ(loop.run(wait_for(second, fail_first)), 2);
}

TEST(Pending, throws_when_it_is_not_taken_in)
{
    TestLoop loop;
    Queue queue{loop};
    queue.full = true;
    EXPECT_THROW(loop.run(wait_for(queue, [](Place&) { return 1; })), std::runtime_error);
    EXPECT_EQ(queue.place.runs, 0);
    EXPECT_EQ(queue.collected, 0);
}

}  // namespace
}  // namespace todod::db
