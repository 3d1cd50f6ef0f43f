#include "db/postgres/line.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/gather.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/threads.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using base::ErrorCode;
using testing::error_of;
using testing::TestLoop;

/// Wants `number` doubled.
struct Double : Waiting {
    std::int64_t number = 0;
    std::int64_t answer = 0;
};

struct Increment : Waiting {};

Question double_all(const std::vector<Double*>& batch)
{
    Command command{.sql =
                        "SELECT r.place, 2 * r.number FROM unnest($1::int8[])"
                        " WITH ORDINALITY AS r(number, place)"};
    command.parameters.add_array(batch, [](auto* each) { return each->number; });
    Question question;
    question.commands.push_back(std::move(command));
    question.keep = [batch](std::span<const SharedRows> rows) {
        for (int row = 0; row < rows.front()->size(); ++row) {
            const auto place = static_cast<std::size_t>(rows.front()->get<std::int64_t>(row, 0));
            batch[place - 1]->answer = rows.front()->get<std::int64_t>(row, 1);
        }
    };
    return question;
}

class LineTest : public ::testing::Test {
protected:
    /// What was served last may still be on the line's thread.
    ~LineTest() override { line_.stop(); }

    base::Async<std::int64_t> select(std::string_view sql)
    {
        const Lease lease = co_await line_.pool().lease();
        const Rows rows = co_await lease->run(Command{.sql = sql});
        co_return rows.get<std::int64_t>(0, 0);
    }

    static base::Async<std::thread::id> find_thread() { co_return std::this_thread::get_id(); }

    /// Adds up in the database what waits.
    base::Async<void> count(std::vector<Increment*> batch)
    {
        const Lease lease = co_await line_.pool().lease();
        Command command{.sql = "UPDATE counter SET n = n + $1"};
        command.parameters.add(static_cast<std::int64_t>(batch.size()));
        co_await lease->run(std::move(command));
    }

    base::Async<std::int64_t> twice(std::int64_t number, TestLoop& loop)
    {
        Double request{{}, number};
        co_await doubles_.ask(request, "ada", loop);
        co_return request.answer;
    }
    base::Async<std::int64_t> increment(TestLoop& loop)
    {
        Increment request;
        co_await increments_.ask(request, "ada", loop);
        co_return 1;
    }

    testing::EmptyDatabase database_;
    TestLoop loop_;
    Connector connector_{database_.settings()};
    Line line_{connector_, 1};
    ReadGather<Double> doubles_{line_.reads(), double_all};
    Gather<Increment> increments_{
        line_.loop(), {}, [this](auto batch) { return count(std::move(batch)); }};
};

TEST_F(LineTest, runs_what_it_is_given_on_its_own_thread_and_comes_back_to_the_callers)
{
    const auto look = [&]() -> base::Async<void> {
        const auto ours = std::this_thread::get_id();
        const auto its = co_await line_.run(loop_, find_thread());
        EXPECT_NE(its, ours);
        EXPECT_EQ(std::this_thread::get_id(), ours);
        EXPECT_EQ(co_await line_.run(loop_, find_thread()), its);
    };
    loop_.run(look());
    EXPECT_EQ(loop_.run(line_.run(loop_, select("SELECT 42::int8"))), 42);
}

TEST_F(LineTest, carries_what_is_thrown_back_to_the_callers_thread)
{
    const auto look = [&]() -> base::Async<void> {
        const auto ours = std::this_thread::get_id();
        try {
            co_await line_.run(loop_, select("SELECT 1 / 0"));
            ADD_FAILURE() << "nothing was thrown";
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::internal);
        }
        EXPECT_EQ(std::this_thread::get_id(), ours);
    };
    loop_.run(look());
    const auto refuse = []() -> base::Async<int> {
        throw base::Error{ErrorCode::conflict, "taken"};
        co_return 0;
    };
    EXPECT_EQ(error_of([&] { loop_.run(line_.run(loop_, refuse())); }).code(), ErrorCode::conflict);
    EXPECT_EQ(loop_.run(line_.run(loop_, select("SELECT 1::int8"))), 1) << "it goes on";
}

TEST_F(LineTest, serves_several_threads_each_on_its_own_loop)
{
    constexpr int threads = 4;
    constexpr int rounds = 5;
    constexpr int at_once = 40;
    database_.ask("CREATE TABLE counter (n int8); INSERT INTO counter VALUES (0)");
    std::atomic<int> wrong = 0;
    testing::on_threads(threads, [&](int thread) {
        TestLoop loop;
        const auto ours = std::this_thread::get_id();
        const auto check = [&](std::int64_t number) -> base::Async<void> {
            const auto answer = co_await twice(number, loop);
            co_await increment(loop);
            wrong += answer != 2 * number || std::this_thread::get_id() != ours;
        };
        for (int round = 0; round < rounds; ++round) {
            std::vector<base::Async<void>> work;
            work.reserve(at_once);
            for (int i = 0; i < at_once; ++i)
                work.push_back(check(thread * 1000 + round * at_once + i));
            for (const auto& outcome : testing::run_together(loop, std::move(work)))
                wrong += !outcome.value;
        }
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(database_.ask("SELECT n FROM counter"), std::to_string(threads * rounds * at_once));
}

TEST_F(LineTest, ends_with_nothing_under_way)
{
    {
        const Line unused{connector_, 1};
    }
    EXPECT_EQ(loop_.run(twice(21, loop_)), 42);
    line_.stop();
    line_.stop();
}

TEST_F(LineTest, ends_when_what_runs_aside_has_ended)
{
    constexpr int count = 20;
    database_.ask("CREATE TABLE counter (n int8); INSERT INTO counter VALUES (0)");
    for (int i = 0; i < count; ++i)
        line_.run_aside(this->count({nullptr}));
    line_.stop();
    EXPECT_EQ(database_.ask("SELECT n FROM counter"), std::to_string(count));
}

TEST_F(LineTest, ends_right_after_it_has_answered_the_last)
{
    for (int i = 0; i < 50; ++i) {
        Line line{connector_, 1};
        EXPECT_NE(loop_.run(line.run(loop_, find_thread())), std::this_thread::get_id());
    }
}

}  // namespace
}  // namespace todod::db::postgres
