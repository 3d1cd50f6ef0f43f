#include "db/postgres/reads.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/error.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using base::ErrorCode;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Optional;
using testing::Outcome;
using testing::run_together;
using ::testing::SizeIs;

/// Wants 100 divided by `divisor`.
struct Quotient : Waiting {
    std::int64_t divisor = 0;
    std::int64_t answer = 0;
    std::int64_t transaction = 0;  ///< in which it was asked
};

/// Wants nothing but to be served by a statement that is the same for all.
struct Plain : Waiting {
    std::int64_t transaction = 0;
};

class ReadsTest : public ::testing::Test {
protected:
    Question divide(const std::vector<Quotient*>& batch)
    {
        std::vector<std::int64_t>& divisors = divided_.emplace_back();
        for (const Quotient* const each : batch)
            divisors.push_back(each->divisor);
        Command command{.sql =
                            "SELECT r.place, 100 / r.divisor, pg_current_xact_id()::text::int8"
                            " FROM unnest($1::int8[]) WITH ORDINALITY AS r(divisor, place)"};
        command.parameters.add_array(batch, [](auto* each) { return each->divisor; });
        Question question;
        question.commands.push_back(std::move(command));
        question.keep = [batch](std::span<const SharedRows> rows) {
            ASSERT_EQ(rows.size(), 1U);
            for (int row = 0; row < rows.front()->size(); ++row) {
                const auto place = rows.front()->get<std::int64_t>(row, 0);
                Quotient& request = *batch[static_cast<std::size_t>(place - 1)];
                request.answer = rows.front()->get<std::int64_t>(row, 1);
                request.transaction = rows.front()->get<std::int64_t>(row, 2);
            }
        };
        return question;
    }

    /// Asks what `plain_` says, with a statement of its own behind it.
    Question ask_plainly(const std::vector<Plain*>& batch)
    {
        plain_batches_.push_back(batch.size());
        Question question;
        question.commands.push_back({.sql = plain_});
        question.commands.push_back({.sql = "SELECT pg_current_xact_id()::text::int8"});
        question.keep = [batch](std::span<const SharedRows> rows) {
            ASSERT_EQ(rows.size(), 2U);
            for (Plain* const each : batch)
                each->transaction = rows.back()->get<std::int64_t>(0, 0);
        };
        if (is_once_) plain_ = "SELECT 1";
        return question;
    }

    base::Async<Quotient> quotient(std::int64_t divisor, std::size_t rows = 1)
    {
        Quotient request{{.row_estimate = rows}, divisor};
        co_await quotients_.ask(request, "ada", loop_);
        co_return request;
    }
    base::Async<Quotient> plain(std::size_t rows = 1)
    {
        Plain request{{.row_estimate = rows}};
        co_await plains_.ask(request, "ada", loop_);
        co_return Quotient{{}, 0, 0, request.transaction};
    }

    std::vector<Outcome<Quotient>> ask_all(std::vector<base::Async<Quotient>> work)
    {
        return run_together(loop_, std::move(work));
    }

    static std::optional<std::int64_t> answer_of(const Outcome<Quotient>& outcome)
    {
        return outcome.value ? std::optional{outcome.value->answer} : std::nullopt;
    }

    testing::EmptyDatabase database_;
    testing::TestLoop loop_;
    Connector connector_{database_.settings()};
    Pool pool_{connector_, 1, loop_};
    Reads reads_{pool_, loop_};
    std::vector<std::vector<std::int64_t>> divided_;  ///< each time it was asked
    std::vector<std::size_t> plain_batches_;
    std::string_view plain_ = "SELECT 1";
    bool is_once_ = false;  ///< what plain_ says is asked the first time only
    ReadGather<Quotient> quotients_{reads_, [this](auto batch) { return divide(batch); }};
    ReadGather<Plain> plains_{reads_, [this](auto batch) { return ask_plainly(batch); }};
};

TEST_F(ReadsTest, lets_a_lone_request_go_at_once)
{
    EXPECT_EQ(loop_.run(quotient(4)).answer, 25);
    EXPECT_EQ(loop_.run(quotient(5)).answer, 20);
    EXPECT_THAT(divided_, ElementsAre(ElementsAre(4), ElementsAre(5)));
    EXPECT_THAT(plain_batches_, IsEmpty());
}

TEST_F(ReadsTest, asks_what_waits_of_all_kinds_in_one_round)
{
    const auto outcomes = ask_all(testing::all(quotient(1), plain(), quotient(2), plain()));
    for (const auto& outcome : outcomes) {
        ASSERT_TRUE(outcome.value);
        EXPECT_EQ(outcome.value->transaction, outcomes.front().value->transaction);
    }
    EXPECT_THAT(answer_of(outcomes[0]), Optional(100));
    EXPECT_THAT(answer_of(outcomes[2]), Optional(50));
    EXPECT_THAT(divided_, ElementsAre(ElementsAre(1, 2)));
    EXPECT_THAT(plain_batches_, ElementsAre(2));
}

TEST_F(ReadsTest, puts_no_more_into_a_round_than_its_limit)
{
    std::vector<base::Async<Quotient>> work;
    work.reserve(3 * Reads::max_batch);
    for (std::size_t i = 0; i < 3 * Reads::max_batch; ++i)
        work.push_back(quotient(static_cast<std::int64_t>(i % 100 + 1)));
    const auto outcomes = ask_all(std::move(work));
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        EXPECT_THAT(answer_of(outcomes[i]), Optional(100 / static_cast<std::int64_t>(i % 100 + 1)));
    EXPECT_THAT(divided_, SizeIs(3));
    EXPECT_THAT(divided_, Each(SizeIs(Le(Reads::max_batch))));
}

TEST_F(ReadsTest, adds_nothing_to_a_round_that_goes_through_many_rows)
{
    const auto outcomes = ask_all(testing::all(quotient(1, Reads::max_rows - 1), quotient(2),
                                               quotient(4), plain(), quotient(5)));
    for (const auto& outcome : outcomes)
        EXPECT_TRUE(outcome.value);
    EXPECT_THAT(divided_, ElementsAre(ElementsAre(1, 2), ElementsAre(4, 5)));
    EXPECT_THAT(plain_batches_, ElementsAre(1));
}

TEST_F(ReadsTest, goes_beside_a_long_round_and_waits_for_a_short_one)
{
    for (const std::size_t rows : {std::size_t{1}, Reads::long_round}) {
        // Beside a long one there may be a connection to be opened.
        plain_ = rows == 1 ? "SELECT pg_sleep(0.3)" : "SELECT pg_sleep(3)";
        plain_batches_.clear();
        std::vector<std::string_view> ended;
        const auto slow = [&]() -> base::Async<Quotient> {
            co_await plain(rows);
            ended.emplace_back("slow");
            co_return Quotient{};
        };
        const auto quick = [&]() -> base::Async<Quotient> {
            while (plain_batches_.empty())
                co_await base::next_turn(loop_);
            co_await quotient(4);
            ended.emplace_back("quick");
            co_return Quotient{};
        };
        ask_all(testing::all(slow(), quick()));
        if (rows == 1) {
            EXPECT_THAT(ended, ElementsAre("slow", "quick"));
        } else {
            EXPECT_THAT(ended, ElementsAre("quick", "slow"));
        }
    }
}

TEST_F(ReadsTest, fails_a_kind_alone_whose_statement_is_refused)
{
    plain_ = "SELECT * FROM missing";
    const auto outcomes = ask_all(testing::all(quotient(1), plain(), quotient(2)));
    EXPECT_THAT(answer_of(outcomes[0]), Optional(100));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_THAT(answer_of(outcomes[2]), Optional(50));
    EXPECT_THAT(divided_, ElementsAre(ElementsAre(1, 2), ElementsAre(1, 2)))
        << "together with the other, and then by itself";
}

TEST_F(ReadsTest, fails_a_request_alone_that_its_neighbours_are_refused_for)
{
    const auto outcomes = ask_all(testing::all(quotient(1), quotient(0), quotient(2), plain()));
    EXPECT_THAT(answer_of(outcomes[0]), Optional(100));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_THAT(answer_of(outcomes[2]), Optional(50));
    EXPECT_TRUE(outcomes[3].value);
    EXPECT_THAT(plain_batches_, ElementsAre(1, 1));
}

TEST_F(ReadsTest, asks_one_that_fails_alone_once)
{
    EXPECT_EQ(ask_all(testing::all(quotient(0))).front().code(), ErrorCode::internal);
    EXPECT_THAT(divided_, SizeIs(1));
}

TEST_F(ReadsTest, goes_on_after_a_failure)
{
    ask_all(testing::all(quotient(0), quotient(1)));
    EXPECT_EQ(loop_.run(quotient(4)).answer, 25);
}

TEST_F(ReadsTest, asks_again_when_the_server_has_ended_the_connection)
{
    plain_ = "SELECT pg_terminate_backend(pg_backend_pid())";
    is_once_ = true;
    const auto outcomes = ask_all(testing::all(quotient(4), plain()));
    EXPECT_THAT(answer_of(outcomes[0]), Optional(25));
    EXPECT_TRUE(outcomes[1].value);
    EXPECT_THAT(divided_, ElementsAre(ElementsAre(4), ElementsAre(4)));
}

TEST_F(ReadsTest, fails_all_at_once_when_the_server_keeps_ending_the_connection)
{
    plain_ = "SELECT pg_terminate_backend(pg_backend_pid())";
    for (const auto& outcome : ask_all(testing::all(quotient(4), plain())))
        EXPECT_EQ(outcome.code(), ErrorCode::unavailable);
    EXPECT_THAT(plain_batches_, SizeIs(2)) << "asked again as a whole, and not one by one";
}

TEST_F(ReadsTest, refuses_what_it_has_no_room_for)
{
    std::vector<base::Async<Quotient>> work;
    work.reserve(FairQueue::max_lane + 1);
    for (std::size_t i = 0; i <= FairQueue::max_lane; ++i)
        work.push_back(quotient(1));
    const auto outcomes = ask_all(std::move(work));
    EXPECT_EQ(outcomes.back().code(), ErrorCode::unavailable);
    EXPECT_TRUE(outcomes[FairQueue::max_lane - 1].value);
}

}  // namespace
}  // namespace todod::db::postgres
