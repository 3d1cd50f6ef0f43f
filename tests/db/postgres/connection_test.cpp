#include "db/postgres/connection.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <numeric>

#include "db/postgres/error.hpp"
#include "db/postgres/live_connection.hpp"
#include "support/errors.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::ElementsAre;
using testing::LiveConnection;
using testing::run_together;
using testing::Together;
using namespace std::chrono_literals;

using Flights = std::vector<base::Async<std::vector<Rows>>>;

template <class... Statements>
std::vector<Command> commands(const Statements&... statements)
{
    std::vector<Command> commands;
    (commands.push_back(Command{.sql = statements}), ...);
    return commands;
}

/// The state of the ServerError it failed with; empty when it failed with something else, or not.
template <class T>
std::string state_of(const testing::Outcome<T>& outcome)
{
    if (!outcome.failure) return {};
    try {
        std::rethrow_exception(outcome.failure);
    } catch (const ServerError& error) {
        return error.state();
    } catch (...) {
        return {};
    }
}

template <class Failure, class T>
bool failed_with(const testing::Outcome<T>& outcome)
{
    try {
        if (outcome.failure) std::rethrow_exception(outcome.failure);
    } catch (const Failure&) {
        return true;
    } catch (...) {
        return false;
    }
    return false;
}

/// What the ServerError of `work` says of itself.
template <class Work>
ServerError server_error_of(Work work)
{
    try {
        work();
    } catch (const ServerError& error) {
        return error;
    }
    ADD_FAILURE() << "no ServerError was thrown";
    return {base::Error{base::ErrorCode::internal, "none"}, "00000"};
}

class PostgresConnectionTest : public ::testing::Test {
protected:
    void make_table()
    {
        live_.run(commands("CREATE TEMP TABLE t (n int4 UNIQUE DEFERRABLE INITIALLY DEFERRED)"));
    }

    std::vector<std::int32_t> numbers()
    {
        const Rows rows = live_.ask("SELECT n FROM t ORDER BY n");
        std::vector<std::int32_t> numbers;
        for (int row = 0; row < rows.size(); ++row)
            numbers.push_back(rows.get<std::int32_t>(row, 0));
        return numbers;
    }

    LiveConnection live_;
};

TEST_F(PostgresConnectionTest, gives_what_each_command_of_a_flight_gave_in_order)
{
    make_table();
    const auto rows =
        live_.run(commands("INSERT INTO t VALUES (1), (2)", "SELECT n FROM t WHERE n > 1",
                           "SELECT n FROM t WHERE n > 2", "DELETE FROM t"));
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].changed(), 2);
    ASSERT_EQ(rows[1].size(), 1);
    EXPECT_EQ(rows[1].get<std::int32_t>(0, 0), 2);
    EXPECT_EQ(rows[2].size(), 0);
    EXPECT_EQ(rows[3].changed(), 2);
    EXPECT_TRUE(live_.run(std::vector<Command>{}).empty());
}

TEST_F(PostgresConnectionTest, answers_what_is_under_way_at_once_each_with_its_own)
{
    constexpr std::int32_t count = 200;
    std::vector<base::Async<Rows>> work;
    for (std::int32_t i = 0; i < count; ++i) {
        work.push_back(live_->run(Command{.sql = "SELECT $1",
                                          .parameters = Parameters::of(i),
                                          .name = i % 2 == 0 ? "" : "echo"}));
    }
    const auto outcomes = run_together(live_.loop(), std::move(work));
    for (std::int32_t i = 0; i < count; ++i) {
        ASSERT_TRUE(outcomes[static_cast<std::size_t>(i)].value) << i;
        EXPECT_EQ(outcomes[static_cast<std::size_t>(i)].value->get<std::int32_t>(0, 0), i);
    }
}

TEST_F(PostgresConnectionTest, sends_and_receives_more_than_the_sockets_hold)
{
    constexpr std::size_t count = 24;
    constexpr std::size_t size = 1'000'000;
    std::vector<base::Async<Rows>> work;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string text(size, static_cast<char>('a' + i));
        work.push_back(live_->run(Command{
            .sql = "SELECT $1 || $1", .parameters = Parameters::of(text), .name = "twice"}));
    }
    const auto outcomes = run_together(live_.loop(), std::move(work));
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(outcomes[i].value) << i;
        EXPECT_TRUE(outcomes[i].value->get<std::string>(0, 0) ==
                    std::string(2 * size, static_cast<char>('a' + i)));
    }
}

TEST_F(PostgresConnectionTest, does_nothing_of_a_flight_that_fails_and_all_of_those_around_it)
{
    make_table();
    Flights flights;
    flights.push_back(live_->run(commands("INSERT INTO t VALUES (1)")));
    flights.push_back(live_->run(
        commands("INSERT INTO t VALUES (2)", "SELECT 1 / 0", "INSERT INTO t VALUES (3)")));
    flights.push_back(live_->run(commands("INSERT INTO t VALUES (4)")));
    const auto outcomes = run_together(live_.loop(), std::move(flights));
    EXPECT_TRUE(outcomes[0].value);
    EXPECT_EQ(state_of(outcomes[1]), "22012");
    EXPECT_EQ(outcomes[1].code(), base::ErrorCode::internal);
    EXPECT_TRUE(outcomes[2].value);
    EXPECT_THAT(numbers(), ElementsAre(1, 4));
    EXPECT_TRUE(live_->is_usable());
}

TEST_F(PostgresConnectionTest, survives_a_transaction_that_fails_only_as_it_ends)
{
    make_table();
    Flights flights;
    flights.push_back(live_->run(commands("INSERT INTO t VALUES (1), (1)", "SELECT 1")));
    flights.push_back(
        live_->run(commands("BEGIN", "INSERT INTO t VALUES (2), (2)", "COMMIT", "SELECT 1")));
    flights.push_back(live_->run(commands("INSERT INTO t VALUES (3)")));
    const auto outcomes = run_together(live_.loop(), std::move(flights));
    EXPECT_EQ(state_of(outcomes[0]), "23505");
    EXPECT_EQ(state_of(outcomes[1]), "23505");
    EXPECT_TRUE(outcomes[2].value);
    EXPECT_THAT(numbers(), ElementsAre(3));
}

TEST_F(PostgresConnectionTest, takes_back_a_transaction_that_nobody_ends)
{
    make_table();
    for (const auto& second : {"SELECT 1", "SELECT 1 / 0"}) {
        SCOPED_TRACE(second);
        live_.run(commands("BEGIN", "INSERT INTO t VALUES (1)"));
        run_together(live_.loop(), testing::all(live_->run(commands(second))));
        live_->roll_back();
        EXPECT_TRUE(live_->is_usable());
        EXPECT_THAT(numbers(), ElementsAre());
    }
    live_.run(commands("BEGIN", "INSERT INTO t VALUES (2)", "COMMIT"));
    live_->roll_back();
    EXPECT_THAT(numbers(), ElementsAre(2));
}

TEST_F(PostgresConnectionTest, may_go_while_a_transaction_is_taken_back)
{
    for (const auto& first : {"SELECT 1", "SELECT 1 / 0"}) {
        LiveConnection live;
        run_together(live.loop(), testing::all(live->run(commands("BEGIN", first))));
        live->roll_back();
        live.close();
    }
}

TEST_F(PostgresConnectionTest, keeps_the_servers_notices_off_the_terminal)
{
    ::testing::internal::CaptureStderr();
    live_.run(commands("ROLLBACK", "DROP TABLE IF EXISTS pg_temp.nowhere"));
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(PostgresConnectionTest, prepares_a_command_with_a_name_once)
{
    for (const bool keeps_session : {true, false}) {
        LiveConnection live{{.keeps_session = keeps_session}};
        const auto run = [&] {
            live.run(Command{
                .sql = "SELECT $1", .parameters = Parameters::of(std::int32_t{1}), .name = "one"});
        };
        run();
        run();
        EXPECT_EQ(live.ask("SELECT count(*) FROM pg_prepared_statements").get<std::int64_t>(0, 0),
                  keeps_session ? 1 : 0);
    }
}

TEST_F(PostgresConnectionTest, has_its_settings_in_each_transaction_where_a_session_keeps_none)
{
    for (const bool keeps_session : {true, false}) {
        LiveConnection live{{.keeps_session = keeps_session}};
        for (int i = 0; i < 2; ++i) {
            const auto rows = live.run(commands("SHOW statement_timeout", "SHOW enable_hashjoin"));
            ASSERT_EQ(rows.size(), 2U);
            EXPECT_EQ(rows[0].get<std::string>(0, 0), "5s");
            EXPECT_EQ(rows[1].get<std::string>(0, 0), "off");
        }
        live.run(commands("BEGIN", "SELECT 1"));
        const auto rows = live.run(commands("SHOW statement_timeout", "COMMIT"));
        ASSERT_EQ(rows.size(), 2U);
        EXPECT_EQ(rows[0].get<std::string>(0, 0), "5s");
    }
}

TEST_F(PostgresConnectionTest, waits_for_several_slow_statements_as_long_as_each_is_in_time)
{
    LiveConnection live{{.patience = 3s}};
    std::vector<Command> slow;
    for (int i = 0; i < 4; ++i)
        slow.push_back({.sql = "SELECT pg_sleep($1 / 1000.0)", .parameters = Parameters::of(900)});
    EXPECT_EQ(live.run(std::move(slow)).size(), 4U);
}

TEST_F(PostgresConnectionTest, can_run_a_command_that_failed_to_be_prepared_once_it_is_right)
{
    const Command command{.sql = "SELECT count(*) FROM t", .name = "count"};
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(server_error_of([&] { live_.run(command); }).state(), "42P01");
    make_table();
    EXPECT_EQ(live_.run(command).get<std::int64_t>(0, 0), 0);
    EXPECT_EQ(live_.run(command).get<std::int64_t>(0, 0), 0);
}

TEST_F(PostgresConnectionTest,
       can_run_a_command_whose_preparation_was_skipped_or_stood_before_a_failure)
{
    const Command named{.sql = "SELECT 7", .name = "seven"};
    const Command fails{.sql = "SELECT 1 / 0", .name = "fails"};
    for (const auto& flight : {std::vector{fails, named}, std::vector{named, fails}}) {
        LiveConnection live;
        EXPECT_EQ(server_error_of([&] { live.run(flight); }).state(), "22012");
        EXPECT_EQ(live.run(named).get<std::int32_t>(0, 0), 7);
        EXPECT_EQ(server_error_of([&] { live.run(fails); }).state(), "22012");
        EXPECT_TRUE(live->is_usable());
    }
}

TEST_F(PostgresConnectionTest, is_of_no_more_use_once_what_is_prepared_does_not_fit)
{
    make_table();
    const Command command{.sql = "SELECT * FROM t", .name = "all"};
    live_.run(command);
    live_.run(commands("ALTER TABLE t ALTER COLUMN n TYPE int8"));
    const auto error = server_error_of([&] { live_.run(command); });
    EXPECT_EQ(error.state(), "0A000");
    EXPECT_TRUE(error.is_stale());
    EXPECT_FALSE(live_->is_usable());
}

TEST_F(PostgresConnectionTest, refuses_what_is_of_another_type)
{
    make_table();
    const auto error = server_error_of(
        [&] { live_.ask("INSERT INTO t VALUES ($1)", Parameters::of(std::string{"1"})); });
    EXPECT_EQ(error.state(), "42804");
    EXPECT_EQ(error.code(), base::ErrorCode::internal);
    EXPECT_TRUE(live_->is_usable());
}

TEST_F(PostgresConnectionTest, fails_all_that_is_under_way_when_the_server_ends_it)
{
    const auto process = live_.process();
    Together<std::vector<Rows>> together{live_.loop()};
    Flights flights;
    for (const auto& sql : {"SELECT pg_sleep(60)", "SELECT 2", "SELECT 3"})
        flights.push_back(live_->run(commands(sql)));
    together.start(std::move(flights));
    testing::run_for(live_.loop(), 20ms);
    testing::terminate(process);
    for (const auto& outcome : together.finish()) {
        EXPECT_TRUE(failed_with<ConnectionLost>(outcome));
        EXPECT_EQ(outcome.code(), base::ErrorCode::unavailable);
    }
    EXPECT_FALSE(live_->is_usable());
    live_->roll_back();
    EXPECT_THROW(live_.ask("SELECT 1"), ConnectionLost);
}

TEST_F(PostgresConnectionTest, sees_that_the_server_has_hung_up_meanwhile)
{
    EXPECT_TRUE(live_->is_usable());
    testing::terminate(live_.process());
    EXPECT_FALSE(live_->is_usable());
    EXPECT_FALSE(live_->is_usable());
    EXPECT_THROW(live_.ask("SELECT 1"), ConnectionLost);
}

TEST_F(PostgresConnectionTest, fails_what_is_asked_of_a_server_that_has_hung_up_unseen)
{
    testing::terminate(live_.process());
    EXPECT_THROW(live_.ask("SELECT 1"), ConnectionLost);
    EXPECT_FALSE(live_->is_usable());
}

TEST_F(PostgresConnectionTest, gives_up_a_server_that_has_fallen_silent)
{
    LiveConnection live{{.patience = 1s}};
    const auto process = live.process();
    ASSERT_EQ(::kill(process, SIGSTOP), 0);
    Flights flights;
    for (const auto& sql : {"SELECT 1", "SELECT 2"})
        flights.push_back(live->run(commands(sql)));
    const auto began = std::chrono::steady_clock::now();
    const auto outcomes = run_together(live.loop(), std::move(flights));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    ::kill(process, SIGCONT);
    for (const auto& outcome : outcomes)
        EXPECT_TRUE(failed_with<ConnectionError>(outcome));
    EXPECT_FALSE(live->is_usable());
    EXPECT_THROW(live.ask("SELECT 1"), ConnectionError);
}

TEST_F(PostgresConnectionTest, has_patience_with_a_server_that_keeps_answering)
{
    LiveConnection live{{.patience = 3s}};
    Flights flights;
    for (int i = 0; i < 4; ++i)
        flights.push_back(live->run(commands("SELECT pg_sleep(0.9)")));
    for (const auto& outcome : run_together(live.loop(), std::move(flights)))
        EXPECT_TRUE(outcome.value);
    testing::run_for(live.loop(), 3200ms);
    EXPECT_TRUE(live->is_usable()) << "an idle server need not say anything";
    live.ask("SELECT 1");
}

TEST_F(PostgresConnectionTest, stays_whole_when_a_statement_takes_too_long)
{
    live_.run(commands("SET statement_timeout = 300"));
    const auto error = server_error_of([&] { live_.ask("SELECT pg_sleep(60)"); });
    EXPECT_TRUE(error.is_cancelled());
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    EXPECT_TRUE(live_->is_usable());
    live_.ask("SELECT 1");
}

}  // namespace
}  // namespace todod::db::postgres
