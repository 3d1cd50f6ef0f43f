#include "db/sqlite/writer.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "support/held_writer.hpp"
#include "support/temp_folder.hpp"
#include "support/threads.hpp"

namespace todod::db::sqlite {
namespace {

using base::Async;
using base::ErrorCode;
using testing::all;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Outcome;
using testing::TestLoop;

constexpr const char* schema =
    "PRAGMA journal_mode = WAL;"
    "CREATE TABLE t (n INTEGER PRIMARY KEY, who INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE child (n INTEGER NOT NULL REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)";

class WriterTest : public ::testing::Test {
protected:
    WriterTest()
    {
        Connection{path(), Connection::Mode::create}.script(schema);
        open();
    }

    /// Opens the writer anew.
    void open(std::string settings = "")
    {
        writer_.reset();
        writer_ = std::make_unique<Writer>(
            path(), [settings](Connection& connection) { connection.script(settings); },
            [this](Connection& connection) {
                ++batches_;
                if (fail_batch_end_.exchange(false)) throw std::runtime_error{"batch end"};
                if (connection.total_changes() < 0) throw std::logic_error{"no connection"};
            });
        loop_writer_.emplace(*writer_, loop_);
    }

    std::string path() const { return folder_.file("test.db"); }

    Async<std::int64_t> insert(std::int64_t n)
    {
        co_return co_await loop_writer_->write([n](Connection& connection) {
            connection.run("INSERT INTO t (n) VALUES (?1)", {n});
            return n;
        });
    }

    /// Calls `then` after it has written `n`, or before it writes it.
    template <class Then>
    Async<std::int64_t> insert(std::int64_t n, bool first, Then then)
    {
        co_return co_await loop_writer_->write([&](Connection& connection) {
            if (first) connection.run("INSERT INTO t (n) VALUES (?1)", {n});
            then(connection);
            if (!first) connection.run("INSERT INTO t (n) VALUES (?1)", {n});
            return n;
        });
    }

    std::vector<Outcome<std::int64_t>> run_as_one_batch(std::vector<Async<std::int64_t>> work)
    {
        return testing::run_as_one_batch(*writer_, loop_, std::move(work));
    }

    std::vector<std::int64_t> kept() const
    {
        Connection connection{path(), Connection::Mode::read_only};
        auto rows = connection.query("SELECT n FROM t ORDER BY n");
        std::vector<std::int64_t> numbers;
        while (rows.step())
            numbers.push_back(rows.integer(0));
        return numbers;
    }

    testing::TempFolder folder_;
    TestLoop loop_;
    std::atomic<int> batches_ = 0;
    std::atomic<bool> fail_batch_end_ = false;
    std::unique_ptr<Writer> writer_;
    std::optional<LoopWriter> loop_writer_;
};

template <class Value>
std::vector<bool> successes(const std::vector<Outcome<Value>>& outcomes)
{
    std::vector<bool> good;
    for (const auto& outcome : outcomes)
        good.push_back(outcome.value.has_value());
    return good;
}

TEST_F(WriterTest, what_is_answered_is_there_for_everyone)
{
    EXPECT_EQ(loop_.run(insert(1)), 1);
    EXPECT_THAT(kept(), ElementsAre(1));
}

TEST_F(WriterTest, goes_on_on_the_loop_of_the_one_who_wrote)
{
    std::thread::id before = std::this_thread::get_id();
    std::thread::id running;
    std::thread::id after;
    loop_.run(
        [](LoopWriter& writer, std::thread::id& running_, std::thread::id& after_) -> Async<void> {
            co_await writer.write([&](Connection&) { running_ = std::this_thread::get_id(); });
            after_ = std::this_thread::get_id();
        }(*loop_writer_, running, after));
    EXPECT_NE(running, before);
    EXPECT_EQ(after, before);
}

TEST_F(WriterTest, what_waits_together_is_one_batch)
{
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, true, true));
    EXPECT_EQ(batches_, 2);  // that which held the writer, and this
    EXPECT_THAT(kept(), ElementsAre(1, 2, 3));
}

TEST_F(WriterTest, jobs_of_a_batch_see_what_those_before_them_did)
{
    const auto count = [](LoopWriter& writer) -> Async<std::int64_t> {
        co_return co_await writer.write([](Connection& connection) {
            auto rows = connection.query("SELECT count(*) FROM t");
            rows.step();
            return rows.integer(0);
        });
    };
    const auto outcomes =
        run_as_one_batch(all(insert(1), count(*loop_writer_), insert(2), count(*loop_writer_)));
    EXPECT_EQ(outcomes[1].value, 1);
    EXPECT_EQ(outcomes[3].value, 2);
}

TEST_F(WriterTest, a_refusal_is_no_trouble_of_its_neighbours)
{
    const ErrorCode answers[] = {ErrorCode::bad_request, ErrorCode::unauthorized,
                                 ErrorCode::forbidden,   ErrorCode::not_found,
                                 ErrorCode::conflict,    ErrorCode::precondition_failed,
                                 ErrorCode::invalid};
    std::int64_t n = 0;
    for (const ErrorCode code : answers) {
        batches_ = 0;
        int runs = 0;
        const auto refuse = [&](Connection&) {
            ++runs;
            throw base::Error{code, "no"};
        };
        const auto outcomes =
            run_as_one_batch(all(insert(n + 1), insert(n + 2, false, refuse), insert(n + 3)));
        EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
        EXPECT_EQ(outcomes[1].code(), code);
        EXPECT_EQ(batches_, 2);
        EXPECT_EQ(runs, 1);
        n += 3;
    }
    EXPECT_EQ(kept().size(), 2 * std::size(answers));
}

TEST_F(WriterTest, a_refusal_after_a_change_takes_the_change_back)
{
    const auto refuse = [](Connection&) { throw base::Error{ErrorCode::conflict, "no"}; };
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2, true, refuse), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::conflict);
    EXPECT_THAT(kept(), ElementsAre(1, 3));
}

TEST_F(WriterTest, a_failure_fails_alone)
{
    loop_.run(insert(2));
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_THAT(kept(), ElementsAre(1, 2, 3));
}

TEST_F(WriterTest, any_exception_reaches_the_one_who_wrote_and_no_other)
{
    const auto fail = [](Connection&) { throw std::runtime_error{"away"}; };
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2, true, fail), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
    EXPECT_THROW(std::rethrow_exception(outcomes[1].failure), std::runtime_error);
    EXPECT_THAT(kept(), ElementsAre(1, 3));
}

TEST_F(WriterTest, a_refusal_may_become_a_success_when_the_batch_runs_again)
{
    // The second finds what the third had not done yet; alone it finds what the first has done.
    const auto only_alone = [this](Connection&) {
        if (batches_ < 2) throw base::Error{ErrorCode::not_found, "not yet"};
    };
    const auto fail = [](Connection&) { throw std::runtime_error{"away"}; };
    const auto outcomes =
        run_as_one_batch(all(insert(1), insert(2, false, only_alone), insert(3, true, fail)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, true, false));
    EXPECT_THAT(kept(), ElementsAre(1, 2));
}

TEST_F(WriterTest, a_commit_that_fails_fails_only_the_one_to_blame)
{
    const auto orphan = [](Connection& connection) {
        connection.run("INSERT INTO child VALUES (1000)");
    };
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2, true, orphan), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_THAT(kept(), ElementsAre(1, 3));
    EXPECT_EQ(loop_.run(insert(4)), 4);
}

TEST_F(WriterTest, an_end_of_a_batch_that_fails_is_tried_again_with_each)
{
    int runs = 0;
    const auto arm = [&](Connection&) { fail_batch_end_ = ++runs == 1; };
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2, true, arm), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, true, true));
    EXPECT_THAT(kept(), ElementsAre(1, 2, 3));
    EXPECT_EQ(batches_, 5);  // the holder's, the one that failed, and three alone
}

TEST_F(WriterTest, a_database_that_is_full_takes_what_fits)
{
    open("PRAGMA max_page_count = 20");
    const auto much = [](Connection& connection) {
        const std::string text(200'000, 'x');
        connection.run("CREATE TABLE IF NOT EXISTS texts (v TEXT)");
        connection.run("INSERT INTO texts VALUES (?1)", {text});
    };
    const auto outcomes = run_as_one_batch(all(insert(1), insert(2, true, much), insert(3)));
    EXPECT_THAT(successes(outcomes), ElementsAre(true, false, true));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::unavailable);
    EXPECT_THAT(kept(), ElementsAre(1, 3));
}

TEST_F(WriterTest, another_process_that_holds_the_database_is_waited_for_once_a_batch)
{
    open("PRAGMA busy_timeout = 300");
    Connection other{path(), Connection::Mode::read_write};
    std::vector<Async<std::int64_t>> work;
    for (std::int64_t n = 1; n <= 50; ++n)
        work.push_back(insert(n));
    testing::Together<std::int64_t> together{loop_};
    const auto begin = std::chrono::steady_clock::now();
    {
        const Transaction holding{other, Transaction::Kind::immediate};
        together.start(std::move(work));
        for (const auto& outcome : together.finish())
            EXPECT_EQ(outcome.code(), ErrorCode::unavailable);
    }
    // The first may have gone alone, the others together.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
    EXPECT_THAT(kept(), IsEmpty());
    EXPECT_EQ(loop_.run(insert(1)), 1);
}

TEST_F(WriterTest, jobs_that_run_alone_wait_for_the_database_once_for_all)
{
    open("PRAGMA busy_timeout = 300");
    Connection other{path(), Connection::Mode::read_write};
    int runs = 0;
    const auto lose_the_database = [&](Connection& connection) {
        if (++runs == 1) throw std::runtime_error{"not with others"};
        connection.run("COMMIT");
        other.run("BEGIN IMMEDIATE");
    };
    auto work = all(insert(1, true, lose_the_database));
    for (std::int64_t n = 2; n <= 50; ++n)
        work.push_back(insert(n));
    const auto begin = std::chrono::steady_clock::now();
    const auto outcomes = run_as_one_batch(std::move(work));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        EXPECT_EQ(outcomes[i].code(), ErrorCode::unavailable);
    other.run("ROLLBACK");
    EXPECT_THAT(kept(), ElementsAre(1));
}

/// Pushes jobs as if they had been waiting for as long as they may.
struct LateWriter : LoopWriter {
    using LoopWriter::LoopWriter;
    void push(Job<Connection>& job)
    {
        LoopWriter::push(job);
        job.pushed -= Writer::max_wait;
    }
};

TEST_F(WriterTest, what_has_waited_for_too_long_fails_untried)
{
    LateWriter late{*writer_, loop_};
    int runs = 0;
    const auto write_late = [&]() -> Async<std::int64_t> {
        const auto work = [&](Connection&) { return std::int64_t{++runs}; };
        co_return co_await Pending<LateWriter, Connection, decltype(work)>{late, work};
    };
    const auto outcomes = run_as_one_batch(all(write_late(), insert(2)));
    EXPECT_THAT(successes(outcomes), ElementsAre(false, true));
    EXPECT_EQ(outcomes[0].code(), ErrorCode::unavailable);
    EXPECT_EQ(runs, 0);
}

TEST_F(WriterTest, more_than_a_batch_holds_goes_in_several_in_order)
{
    std::vector<Async<std::int64_t>> work;
    constexpr auto count = static_cast<std::int64_t>(2 * Writer::max_batch + 1);
    for (std::int64_t n = 1; n <= count; ++n)
        work.push_back(insert(n));
    const auto outcomes = run_as_one_batch(std::move(work));
    EXPECT_THAT(successes(outcomes), ::testing::Each(true));
    EXPECT_EQ(batches_, 4);
    EXPECT_EQ(kept().size(), static_cast<std::size_t>(count));
}

TEST_F(WriterTest, refuses_more_than_may_wait)
{
    std::vector<Async<std::int64_t>> work;
    constexpr auto count = static_cast<std::int64_t>(Writer::max_waiting + 2);
    for (std::int64_t n = 1; n <= count; ++n)
        work.push_back(insert(n));
    const auto outcomes = run_as_one_batch(std::move(work));
    EXPECT_EQ(std::ranges::count(successes(outcomes), false), 2);
    EXPECT_EQ(outcomes[Writer::max_waiting].code(), ErrorCode::unavailable);
    EXPECT_EQ(outcomes.back().code(), ErrorCode::unavailable);
    EXPECT_EQ(kept().size(), Writer::max_waiting);
}

TEST_F(WriterTest, finishes_what_waits_before_it_goes)
{
    testing::Together<std::int64_t> together{loop_};
    std::vector<Async<std::int64_t>> work;
    for (std::int64_t n = 1; n <= 2000; ++n)
        work.push_back(insert(n));
    together.start(std::move(work));
    writer_.reset();
    EXPECT_THAT(successes(together.finish()), ::testing::Each(true));
    EXPECT_EQ(kept().size(), 2000U);
}

TEST_F(WriterTest, starts_only_where_its_preparation_works)
{
    EXPECT_THROW(open("SELECT nonsense"), base::Error);
    open();
    EXPECT_EQ(loop_.run(insert(1)), 1);
    EXPECT_THROW((Writer{folder_.file("none.db"), [](Connection&) {}, [](Connection&) {}}),
                 base::Error);
}

TEST_F(WriterTest, serves_many_threads_each_on_its_own_loop)
{
    open("PRAGMA synchronous = OFF");  // what is tested is no matter of disks
    constexpr int threads = 6;
    constexpr int rounds = 40;
    std::atomic<int> answered = 0;
    testing::on_threads(threads, [&](int who) {
        TestLoop loop;
        LoopWriter writer{*writer_, loop};
        const auto thread = std::this_thread::get_id();
        const auto write = [&](std::int64_t n) -> Async<std::int64_t> {
            const auto written = co_await writer.write([n, who](Connection& connection) {
                if (n % 10 == 9) throw base::Error{ErrorCode::conflict, "no"};
                if (n % 10 == 8) throw std::runtime_error{"no"};
                connection.run("INSERT INTO t (n, who) VALUES (?1, ?2)", {n, who});
                return n;
            });
            EXPECT_EQ(std::this_thread::get_id(), thread);
            ++answered;
            co_return written;
        };
        for (int round = 0; round < rounds; ++round) {
            std::vector<Async<std::int64_t>> work;
            for (std::int64_t i = 0; i < 10; ++i)
                work.push_back(write((std::int64_t{who} * rounds + round) * 10 + i));
            const auto outcomes = testing::run_together(loop, std::move(work));
            for (std::size_t i = 0; i < 8; ++i)
                EXPECT_TRUE(outcomes[i].value) << i;
            EXPECT_EQ(outcomes[9].code(), ErrorCode::conflict);
            EXPECT_TRUE(outcomes[8].failure);
        }
    });
    EXPECT_EQ(answered, threads * rounds * 8);
    EXPECT_EQ(kept().size(), static_cast<std::size_t>(answered));
}

}  // namespace
}  // namespace todod::db::sqlite
