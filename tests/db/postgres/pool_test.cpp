#include "db/postgres/pool.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/live_connection.hpp"
#include "db/postgres/silent_server.hpp"
#include "support/errors.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::run_for;
using testing::run_together;
using testing::Together;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class PoolTest : public ::testing::Test {
protected:
    struct Size {
        std::size_t kept = 1;
        std::size_t overflow = 0;
        std::chrono::seconds timeout{30};
        std::chrono::seconds recycle{3600};
    };

    Pool& make(Size size)
    {
        Settings settings = database_.settings();
        settings.pool_size = size.kept;
        settings.pool_overflow = size.overflow;
        settings.pool_timeout = size.timeout;
        settings.pool_recycle = size.recycle;
        connector_.emplace(settings);
        return pool_.emplace(*connector_, 1, loop_);
    }

    std::unique_ptr<Lease> lease() { return std::make_unique<Lease>(loop_.run(pool_->lease())); }
    std::int32_t process_of(Connection& connection)
    {
        return testing::LiveConnection::process_of(connection, loop_);
    }
    /// Of the connection that is leased next, which goes back.
    std::int32_t next_process() { return process_of(**lease()); }
    Rows ask(Connection& connection, std::string_view sql)
    {
        return loop_.run(connection.run(Command{.sql = sql}));
    }

    /// Lets the server take connections or not, and ends those that there are.
    void let_connect(bool may)
    {
        server_.ask(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS {}", name(), may));
    }
    void end_all()
    {
        server_.ask(
            fmt::format("SELECT count(pg_terminate_backend(pid, 10000))"
                        " FROM pg_stat_activity WHERE datname = '{}'",
                        name()));
    }
    /// Waits until the server has so many connections, and says how many it has.
    std::string count_open(std::string_view expected)
    {
        const auto ask_count = [&] {
            return server_.ask(
                fmt::format("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'", name()));
        };
        constexpr int tries_max = 500;
        for (int i = 0; i < tries_max && ask_count() != expected; ++i)
            std::this_thread::sleep_for(10ms);
        return ask_count();
    }

    base::Async<void> stand_in_line(int name, std::vector<int>& served)
    {
        const Lease own = co_await pool_->lease();
        served.push_back(name);
    }

    testing::EmptyDatabase database_;
    testing::PlainPostgres server_{testing::postgres_server()};
    testing::TestLoop loop_;
    std::optional<Connector> connector_;
    std::optional<Pool> pool_;

private:
    std::string name() const { return database_.url().substr(database_.url().rfind('/') + 1); }
};

TEST_F(PoolTest, opens_no_more_than_it_may)
{
    make({.kept = 1, .overflow = 1});
    std::set<std::int32_t> processes;
    int used = 0;
    int most_used = 0;
    const auto work = [&]() -> base::Async<void> {
        const Lease own = co_await pool_->lease();
        most_used = std::max(most_used, ++used);
        while (most_used < 2)  // the other is being opened
            co_await base::next_turn(loop_);
        const Rows rows =
            co_await own->run(Command{.sql = "SELECT pg_backend_pid() FROM pg_sleep(0.02)"});
        processes.insert(rows.get<std::int32_t>(0, 0));
        --used;
    };
    std::vector<base::Async<void>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(work());
    for (const auto& outcome : run_together(loop_, std::move(all)))
        EXPECT_TRUE(outcome.value);
    EXPECT_EQ(most_used, 2);
    EXPECT_EQ(processes.size(), 2U);
}

TEST_F(PoolTest, serves_those_who_wait_in_the_order_they_came)
{
    make({});
    auto held = lease();
    std::vector<int> served;
    std::vector<base::Async<void>> work;
    for (int i = 0; i < 5; ++i)
        work.push_back(stand_in_line(i, served));
    Together<void> together{loop_};
    together.start(std::move(work));
    run_for(loop_, 20ms);
    EXPECT_THAT(served, ElementsAre());
    held.reset();
    together.finish();
    EXPECT_THAT(served, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(PoolTest, closes_those_past_its_size_when_they_are_not_needed_any_more)
{
    make({.kept = 1, .overflow = 2});
    {
        const auto a = lease();
        const auto b = lease();
        const auto c = lease();
        EXPECT_EQ(count_open("3"), "3");
    }
    EXPECT_EQ(count_open("1"), "1");
    pool_.reset();
    EXPECT_EQ(count_open("0"), "0");
}

TEST_F(PoolTest, lets_nobody_wait_longer_than_its_time_out)
{
    make({.timeout = 3s});
    auto held = lease();
    std::vector<int> served;
    Together<void> first{loop_};
    const auto began = Clock::now();
    first.start(testing::all(stand_in_line(1, served)));
    run_for(loop_, 400ms);
    Together<void> second{loop_};
    second.start(testing::all(stand_in_line(2, served)));
    const auto error = error_of([&] { std::rethrow_exception(first.finish()[0].failure); });
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr("free in time"));
    EXPECT_GE(Clock::now() - began, 3s);
    EXPECT_EQ(second.finish()[0].code(), base::ErrorCode::unavailable);
    EXPECT_GE(Clock::now() - began, 3400ms);
    held.reset();
    EXPECT_TRUE(lease());
    EXPECT_THAT(served, ElementsAre());
}

TEST_F(PoolTest, refuses_whoever_comes_when_too_many_wait)
{
    make({});
    auto held = lease();
    std::vector<int> served;
    std::vector<base::Async<void>> work;
    for (std::size_t i = 0; i <= Pool::max_waiting; ++i)
        work.push_back(stand_in_line(0, served));
    Together<void> together{loop_};
    together.start(std::move(work));
    run_for(loop_, 1ms);
    held.reset();
    EXPECT_EQ(together.finish().back().code(), base::ErrorCode::unavailable);
    EXPECT_EQ(served.size(), Pool::max_waiting);
}

TEST_F(PoolTest, replaces_a_connection_that_has_become_old)
{
    make({.recycle = 1s});
    const auto idle = next_process();
    std::this_thread::sleep_for(1100ms);
    auto held = lease();
    const auto used = process_of(**held);
    EXPECT_NE(used, idle);
    std::this_thread::sleep_for(1100ms);
    held.reset();
    EXPECT_NE(next_process(), used);
    EXPECT_EQ(count_open("1"), "1");
}

TEST_F(PoolTest, replaces_a_connection_that_broke_while_it_was_idle)
{
    make({.kept = 2});
    {
        const auto a = lease();
        const auto b = lease();
    }
    end_all();
    EXPECT_GT(next_process(), 0);
    EXPECT_EQ(count_open("1"), "1");
}

TEST_F(PoolTest, gives_who_waits_a_new_connection_when_the_one_that_comes_back_is_broken)
{
    make({});
    auto held = lease();
    std::vector<int> served;
    Together<void> together{loop_};
    together.start(testing::all(stand_in_line(1, served)));
    run_for(loop_, 5ms);
    end_all();
    EXPECT_THROW(ask(**held, "SELECT 1"), ConnectionLost);
    held.reset();
    together.finish();
    EXPECT_THAT(served, ElementsAre(1));
}

TEST_F(PoolTest, keeps_a_connection_for_the_next_without_what_was_left_open)
{
    make({});
    const auto process = next_process();
    auto held = lease();
    ask(**held, "BEGIN");
    ask(**held, "CREATE TABLE t ()");
    held.reset();
    held = lease();
    EXPECT_EQ(process_of(**held), process);
    EXPECT_TRUE(ask(**held, "SELECT to_regclass('t')").is_null(0, 0));
}

TEST_F(PoolTest, refuses_at_once_while_the_server_is_away_and_tries_again_later)
{
    const Pool& pool = make({});
    let_connect(false);
    // Each pause is at most this long, and at least half.
    auto pause = Pool::first_pause;
    for (int attempt = 0; attempt < 5; ++attempt, pause *= 2) {
        EXPECT_THAT(error_of([&] { lease(); }).cause(), HasSubstr("not currently accepting"));
        if (attempt < 4) std::this_thread::sleep_for(pause + 5ms);
    }
    EXPECT_EQ(read(pool.counters()).failures, 5U);
    EXPECT_THROW(lease(), ConnectionError);
    EXPECT_EQ(read(pool.counters()).failures, 5U) << "the server has not been asked";
    let_connect(true);
    std::this_thread::sleep_for(pause);
    EXPECT_TRUE(lease());
    EXPECT_TRUE(lease());
}

TEST_F(PoolTest, counts_what_it_has_and_what_went_wrong)
{
    const Pool& pool = make({.kept = 1, .overflow = 1});
    {
        auto first = lease();
        const auto second = lease();
        const auto lent = read(pool.counters());
        EXPECT_EQ(lent.open, 2U);
        EXPECT_EQ(lent.idle, 0U);
        EXPECT_EQ(lent.connects, 2U);
        std::vector<int> served;
        Together<void> together{loop_};
        together.start(testing::all(stand_in_line(1, served)));
        run_for(loop_, 10ms);
        EXPECT_EQ(read(pool.counters()).waiting, 1U);
        first.reset();
        together.finish();
        EXPECT_EQ(read(pool.counters()).waiting, 0U);
    }
    const auto kept = read(pool.counters());
    EXPECT_EQ(kept.open, 1U);
    EXPECT_EQ(kept.idle, 1U);
    EXPECT_EQ(kept.failures, 0U);
    let_connect(false);
    end_all();
    EXPECT_THROW(lease(), ConnectionError);
    const auto broken = read(pool.counters());
    EXPECT_EQ(broken.open, 0U);
    EXPECT_EQ(broken.idle, 0U);
    EXPECT_EQ(broken.connects, 2U);
    EXPECT_EQ(broken.failures, 1U);
}

TEST_F(PoolTest, lets_one_try_whether_the_server_is_back)
{
    make({.kept = 2});
    let_connect(false);
    EXPECT_THROW(lease(), ConnectionError);
    let_connect(true);
    std::this_thread::sleep_for(Pool::first_pause + 5ms);
    const auto outcomes = run_together(loop_, testing::all(pool_->lease(), pool_->lease()));
    EXPECT_TRUE(outcomes[0].value);
    EXPECT_EQ(outcomes[1].code(), base::ErrorCode::unavailable);
    EXPECT_TRUE(lease());
}

TEST_F(PoolTest, fails_all_who_wait_when_the_server_cannot_be_reached)
{
    make({.kept = 3});
    let_connect(false);
    std::vector<int> served;
    std::vector<base::Async<void>> work;
    for (int i = 0; i < 10; ++i)
        work.push_back(stand_in_line(i, served));
    for (const auto& outcome : run_together(loop_, std::move(work)))
        EXPECT_EQ(outcome.code(), base::ErrorCode::unavailable);
}

TEST_F(PoolTest, lets_wait_for_one_that_is_lent_when_no_more_can_be_opened)
{
    make({.kept = 2});
    auto held = lease();
    let_connect(false);
    std::vector<int> served;
    Together<void> together{loop_};
    together.start(testing::all(stand_in_line(1, served)));
    run_for(loop_, 100ms);
    held.reset();
    together.finish();
    EXPECT_THAT(served, ElementsAre(1));
}

TEST_F(PoolTest, may_go_while_a_connection_is_being_opened)
{
    const testing::SilentServer server;
    Settings settings = server.settings();
    settings.pool_timeout = 1s;
    Connector connector{settings};
    {
        Pool pool{connector, 1, loop_};
        EXPECT_THAT(error_of([&] { loop_.run(pool.lease()); }).cause(), HasSubstr("in time"));
    }
    run_for(loop_, 10ms);
}

TEST_F(PoolTest, divides_the_connections_among_the_threads)
{
    Settings settings = database_.settings();
    settings.pool_size = 4;
    settings.pool_overflow = 0;
    Connector connector{settings};
    for (const auto& [threads, expected] : {std::pair{2U, "2"}, {3U, "1"}, {99U, "1"}}) {
        Pool pool{connector, threads, loop_};
        std::vector<base::Async<Rows>> work;
        const auto read = [&]() -> base::Async<Rows> {
            const Lease own = co_await pool.lease();
            co_return co_await own->run(Command{.sql = "SELECT pg_sleep(0.02)"});
        };
        for (int i = 0; i < 6; ++i)
            work.push_back(read());
        run_together(loop_, std::move(work));
        EXPECT_EQ(count_open(expected), expected) << threads;
    }
}

}  // namespace
}  // namespace todod::db::postgres
