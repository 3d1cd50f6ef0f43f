#include <gtest/gtest.h>

#include <deque>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/error.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::db::postgres {
namespace {

using base::ErrorCode;
using testing::run_together;

/// A Gather over a real server.
class LiveGatherTest : public ::testing::Test {
protected:
    struct Read : Waiting {
        std::int64_t answer = 0;
    };

    LiveGatherTest()
    {
        database_.ask(
            "CREATE TABLE t (id int4 PRIMARY KEY, n int4 NOT NULL);"
            "INSERT INTO t VALUES (1, 0), (2, 0)");
    }

    static Command add_one(const char* id)
    {
        static std::deque<std::string> statements;
        return {.sql = statements.emplace_back(
                    fmt::format("UPDATE t SET n = n + 1 WHERE id = {}", id))};
    }

    template <class Request>
    base::Async<void> ask(Gather<Request>& gather)
    {
        Request request;
        co_await gather.ask(request, "ada", loop_);
    }

    testing::EmptyDatabase database_;
    testing::TestLoop loop_;
    Connector connector_{database_.settings()};
    Pool pool_{connector_, 1, loop_};
};

TEST_F(LiveGatherTest, reads_on_when_the_table_has_changed_under_what_is_prepared)
{
    const auto read = [this](std::vector<Read*> batch) -> base::Async<void> {
        const Lease connection = co_await pool_.lease();
        const Rows rows = co_await connection->run(
            Command{.sql = "SELECT n FROM t WHERE id = 1", .name = "read"});
        for (Read* const each : batch)
            each->answer = rows.find<std::int64_t>(0, 0).value_or(-1);
    };
    database_.ask("ALTER TABLE t ALTER COLUMN n TYPE int8");
    Gather<Read> gather{loop_, {.is_read = true}, read};
    loop_.run(ask(gather));
    database_.ask("ALTER TABLE t ALTER COLUMN n TYPE text");
    database_.ask("UPDATE t SET n = '12345678'");
    loop_.run(ask(gather));
}

TEST_F(LiveGatherTest, reads_on_when_the_server_has_ended_the_connection)
{
    int attempts = 0;
    const auto read = [&](std::vector<Read*>) -> base::Async<void> {
        const Lease connection = co_await pool_.lease();
        const char* const sql =
            ++attempts == 1 ? "SELECT pg_terminate_backend(pg_backend_pid())" : "SELECT 1";
        co_await connection->run(Command{.sql = sql});
    };
    Gather<Read> reads{loop_, {.is_read = true}, read};
    loop_.run(ask(reads));
    EXPECT_EQ(attempts, 2);

    attempts = 0;
    Gather<Read> writes{loop_, {}, read};
    EXPECT_EQ(testing::error_of([&] { loop_.run(ask(writes)); }).code(), ErrorCode::unavailable);
    EXPECT_EQ(attempts, 1);
    loop_.run(ask(writes));
}

TEST_F(LiveGatherTest, writes_on_after_a_deadlock)
{
    struct Write : Waiting {};
    int attempts = 0;
    bool other_has_begun = false;
    bool ours_has_begun = false;
    const auto other = [&]() -> base::Async<void> {
        const Lease lease = co_await pool_.lease();
        while (!ours_has_begun)
            co_await base::next_turn(loop_);
        std::vector<Command> commands{
            {.sql = "BEGIN"}, {.sql = "SET LOCAL deadlock_timeout = '10s'"}, add_one("2")};
        co_await lease->run(std::move(commands));
        other_has_begun = true;
        commands.assign({add_one("1"), {.sql = "COMMIT"}});
        co_await lease->run(std::move(commands));
    };
    const auto write = [&](std::vector<Write*>) -> base::Async<void> {
        ++attempts;
        const Lease lease = co_await pool_.lease();
        // It is the first to look for a deadlock, and is taken back.
        std::vector<Command> commands{
            {.sql = "BEGIN"}, {.sql = "SET LOCAL deadlock_timeout = 50"}, add_one("1")};
        co_await lease->run(std::move(commands));
        ours_has_begun = true;
        while (!other_has_begun)
            co_await base::next_turn(loop_);
        bool other_waits = attempts > 1;
        while (!other_waits) {
            const Rows rows = co_await lease->run(Command{
                .sql = "SELECT 1 FROM pg_locks"
                       " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"});
            other_waits = rows.size() != 0;
        }
        commands.assign({add_one("2"), {.sql = "COMMIT"}});
        co_await lease->run(std::move(commands));
    };
    Gather<Write> gather{loop_, {}, write};
    for (const auto& outcome : run_together(loop_, testing::all(ask(gather), other())))
        EXPECT_TRUE(outcome.value);
    EXPECT_EQ(attempts, 2);
    EXPECT_EQ(database_.ask("SELECT string_agg(n::text, ' ' ORDER BY id) FROM t"), "2 2");
}

}  // namespace
}  // namespace todod::db::postgres
