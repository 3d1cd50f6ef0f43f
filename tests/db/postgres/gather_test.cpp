#include "db/postgres/gather.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "db/postgres/error.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using base::ErrorCode;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Optional;
using testing::run_together;
using ::testing::SizeIs;
using namespace std::chrono_literals;

struct Double : Waiting {
    int number;
    int answer = 0;
};

std::exception_ptr server_error(std::string state)
{
    const auto passing = base::Error::unavailable("busy", 1s);
    const base::Error faulty{ErrorCode::internal, "refused"};
    return std::make_exception_ptr(
        ServerError{state.starts_with('4') ? passing : faulty, std::move(state)});
}

class GatherTest : public ::testing::Test {
protected:
    using Batch = std::vector<Double*>;

    explicit GatherTest(GatherLimits limits = {})
        : gather_(loop_, limits, [this](Batch batch) { return run(std::move(batch)); })
    {
    }

    base::Async<int> ask(int number, std::string user_id = "ada")
    {
        Double request{{}, number};
        waiting_.push_back(&request);
        co_await gather_.ask(request, user_id, loop_);
        co_return request.answer;
    }

    std::vector<testing::Outcome<int>> ask_all(const std::vector<int>& numbers)
    {
        std::vector<base::Async<int>> work;
        for (const int number : numbers)
            work.push_back(ask(number));
        return run_together(loop_, std::move(work));
    }

    /// Doubles what is asked, but for what `behave_` has to say of a batch.
    base::Async<void> run(Batch batch)
    {
        std::vector<int>& numbers = batches_.emplace_back();
        for (Double* const each : batch)
            numbers.push_back(each->number);
        most_running_ = std::max(most_running_, ++running_);
        co_await base::next_turn(loop_);
        co_await base::next_turn(loop_);
        --running_;
        if (behave_) behave_(batch);
        for (Double* const each : batch)
            each->answer = 2 * each->number;
    }

    /// Lets every batch fail that has `number`.
    void fail_with(int number, std::exception_ptr failure)
    {
        behave_ = [number, failure](const Batch& batch) {
            if (std::ranges::find(batch, number, &Double::number) != batch.end())
                std::rethrow_exception(failure);
        };
    }

    /// Lets the next `times` batches fail.
    void fail_times(int times, std::exception_ptr failure)
    {
        behave_ = [times, failure](const Batch&) mutable {
            if (times-- > 0) std::rethrow_exception(failure);
        };
    }

    testing::TestLoop loop_;
    std::vector<std::vector<int>> batches_;
    std::vector<Waiting*> waiting_;
    std::function<void(const Batch&)> behave_;
    int running_ = 0;
    int most_running_ = 0;
    Gather<Double> gather_;
};

class TwoAtOnceTest : public GatherTest {
protected:
    TwoAtOnceTest() : GatherTest({.max_batch = 2, .max_running = 2}) {}
};

class ReadGatherTest : public GatherTest {
protected:
    ReadGatherTest() : GatherTest({.is_read = true}) {}
};

TEST_F(GatherTest, lets_a_lone_request_go_at_once)
{
    EXPECT_EQ(loop_.run(ask(1)), 2);
    EXPECT_EQ(loop_.run(ask(2)), 4);
    EXPECT_THAT(batches_, ElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST_F(GatherTest, asks_what_waits_together_and_what_comes_meanwhile_next)
{
    bool done = false;
    std::vector<int> answers;
    const auto later = [&](int number) -> base::Async<void> {
        answers.push_back(co_await ask(number));
        done = answers.size() == 2;
    };
    behave_ = [&](const Batch& batch) {
        if (batch.size() != 3) return;
        base::spawn(later(4));
        base::spawn(later(5));
    };
    const auto outcomes = ask_all({1, 2, 3});
    EXPECT_THAT(outcomes[2].value, Optional(6));
    loop_.run_until(done);
    EXPECT_THAT(answers, ElementsAre(8, 10));
    EXPECT_THAT(batches_, ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4, 5)));
    EXPECT_EQ(most_running_, 1);
}

TEST_F(TwoAtOnceTest, keeps_to_its_limits)
{
    ask_all({1, 2, 3, 4, 5, 6, 7});
    EXPECT_THAT(batches_, SizeIs(4));
    EXPECT_THAT(batches_.front(), ElementsAre(1, 2));
    EXPECT_THAT(batches_.back(), ElementsAre(7));
    EXPECT_EQ(most_running_, 2);
}

TEST_F(GatherTest, takes_turns_with_the_kinds_that_it_shares_a_mutex_with)
{
    base::AsyncMutex mutex{loop_};
    const GatherLimits limits{.max_batch = 2, .mutex = &mutex};
    const auto run = [this](Batch batch) { return this->run(std::move(batch)); };
    Gather<Double> one{loop_, limits, run};
    Gather<Double> other{loop_, limits, run};
    const auto ask = [this](Gather<Double>& gather, int number) -> base::Async<int> {
        Double request{{}, number};
        co_await gather.ask(request, "ada", loop_);
        co_return request.answer;
    };
    fail_with(3, server_error("22012"));
    const auto outcomes = run_together(
        loop_, testing::all(ask(one, 1), ask(one, 2), ask(one, 3), ask(other, 4), ask(other, 5)));
    EXPECT_EQ(outcomes[2].code(), ErrorCode::internal);
    for (const int i : {0, 1, 3, 4})
        EXPECT_THAT(outcomes[static_cast<std::size_t>(i)].value, Optional(2 * (i + 1)));
    EXPECT_THAT(batches_, ElementsAre(ElementsAre(1, 2), ElementsAre(4, 5), ElementsAre(3)));
    EXPECT_EQ(most_running_, 1);
}

TEST_F(GatherTest, serves_a_user_whom_another_would_keep_waiting)
{
    std::vector<base::Async<int>> work;
    for (int i = 0; i < 1000; ++i)
        work.push_back(ask(1, "ada"));
    work.push_back(ask(2, "bob"));
    run_together(loop_, std::move(work));
    EXPECT_THAT(batches_.front(), Contains(2));
}

TEST_F(GatherTest, fails_a_request_with_its_own_failure_alone)
{
    behave_ = [](const Batch& batch) { batch[1]->failure = server_error("22012"); };
    const auto outcomes = ask_all({1, 2, 3});
    EXPECT_THAT(outcomes[0].value, Optional(2));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_THAT(outcomes[2].value, Optional(6));
    EXPECT_THAT(batches_, SizeIs(1));
}

TEST_F(GatherTest, finds_the_one_that_a_batch_failed_for)
{
    for (const auto& failure :
         {server_error("22012"), std::make_exception_ptr(base::Error{ErrorCode::conflict, "taken"}),
          std::make_exception_ptr(std::runtime_error{"ours"})}) {
        batches_.clear();
        fail_with(13, failure);
        const auto outcomes = ask_all({12, 13, 14});
        EXPECT_THAT(outcomes[0].value, Optional(24));
        EXPECT_EQ(outcomes[1].failure, failure);
        EXPECT_THAT(outcomes[2].value, Optional(28));
        EXPECT_THAT(batches_, ElementsAre(ElementsAre(12, 13, 14), ElementsAre(12), ElementsAre(13),
                                          ElementsAre(14)));
    }
}

TEST_F(GatherTest, asks_one_that_fails_alone_once)
{
    fail_with(13, server_error("22012"));
    EXPECT_EQ(ask_all({13})[0].code(), ErrorCode::internal);
    EXPECT_THAT(batches_, SizeIs(1));
}

TEST_F(GatherTest, fails_all_at_once_when_the_server_is_away)
{
    for (const auto& failure : {std::make_exception_ptr(ConnectionError{"away"}),
                                std::make_exception_ptr(ConnectionLost{"gone"}),
                                std::make_exception_ptr(base::Error::unavailable("full", 1s))}) {
        batches_.clear();
        fail_times(1, failure);
        for (const auto& outcome : ask_all({1, 2, 3}))
            EXPECT_EQ(outcome.code(), ErrorCode::unavailable);
        EXPECT_THAT(batches_, SizeIs(1)) << "of a write nobody knows whether it was done";
        EXPECT_THAT(ask_all({4})[0].value, Optional(8));
    }
}

TEST_F(GatherTest, tries_again_what_was_taken_back_for_anothers_sake)
{
    for (const auto& state : {"40P01", "40001", "0A000", "26000"}) {
        batches_.clear();
        fail_times(BatchQueue::max_attempts - 1, server_error(state));
        for (const auto& outcome : ask_all({1, 2}))
            EXPECT_TRUE(outcome.value) << state;
        EXPECT_THAT(batches_, SizeIs(BatchQueue::max_attempts));
        EXPECT_THAT(batches_, Each(ElementsAre(1, 2)));
    }
}

TEST_F(GatherTest, gives_up_a_conflict_that_does_not_end)
{
    fail_with(13, server_error("40P01"));
    const auto outcomes = ask_all({12, 13});
    EXPECT_THAT(outcomes[0].value, Optional(24));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::unavailable);
    EXPECT_THAT(batches_, SizeIs(2 * BatchQueue::max_attempts + 1));
}

TEST_F(GatherTest, tries_again_a_conflict_of_one_that_is_asked_alone)
{
    bool has_conflicted = false;
    behave_ = [&](const Batch& batch) {
        if (batch.size() > 1) std::rethrow_exception(server_error("22012"));
        if (batch.front()->number == 2 && !std::exchange(has_conflicted, true))
            std::rethrow_exception(server_error("40P01"));
    };
    for (const auto& outcome : ask_all({1, 2, 3}))
        EXPECT_TRUE(outcome.value);
}

TEST_F(ReadGatherTest, asks_again_when_the_connection_is_lost)
{
    fail_times(1, std::make_exception_ptr(ConnectionLost{"gone"}));
    for (const auto& outcome : ask_all({1, 2}))
        EXPECT_TRUE(outcome.value);
    EXPECT_THAT(batches_, SizeIs(2));
}

TEST_F(ReadGatherTest, does_not_ask_a_server_again_that_cannot_be_reached)
{
    fail_times(1, std::make_exception_ptr(ConnectionError{"away"}));
    EXPECT_EQ(ask_all({1})[0].code(), ErrorCode::unavailable);
    EXPECT_THAT(batches_, SizeIs(1));
}

TEST_F(GatherTest, refuses_what_has_waited_for_too_long)
{
    bool is_first = true;
    std::optional<ErrorCode> code;
    std::optional<int> answer;
    int left = 2;
    bool done = false;
    const auto late = [&]() -> base::Async<void> {
        try {
            co_await ask(2);
        } catch (const base::Error& error) {
            code = error.code();
        }
        done = --left == 0;
    };
    const auto in_time = [&]() -> base::Async<void> {
        answer = co_await ask(3);
        done = --left == 0;
    };
    behave_ = [&](const Batch&) {
        if (!std::exchange(is_first, false)) return;
        base::spawn(late());
        waiting_.back()->since -= FairQueue::max_wait + 1s;
        base::spawn(in_time());
    };
    loop_.run(ask(1));
    loop_.run_until(done);
    EXPECT_EQ(code, ErrorCode::unavailable);
    EXPECT_EQ(answer, 6);
    EXPECT_THAT(batches_, ElementsAre(ElementsAre(1), ElementsAre(3)));
}

TEST_F(GatherTest, refuses_what_it_has_no_room_for)
{
    std::vector<base::Async<int>> work;
    for (std::size_t i = 0; i <= FairQueue::max_lane; ++i)
        work.push_back(ask(1));
    const auto outcomes = run_together(loop_, std::move(work));
    const auto error = testing::error_of([&] { std::rethrow_exception(outcomes.back().failure); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    EXPECT_TRUE(outcomes[FairQueue::max_lane - 1].value);
}

}  // namespace
}  // namespace todod::db::postgres
