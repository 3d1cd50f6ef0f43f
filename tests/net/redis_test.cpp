#include "net/redis.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "net/slow_link.hpp"
#include "support/loop.hpp"
#include "support/redis.hpp"
#include "support/threads.hpp"

namespace todod::net {

namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::PrivateRedis;
using testing::TestLoop;
using Clock = std::chrono::steady_clock;

/// Adds to a key, and says what it was given.
constexpr std::string_view script =
    "return {redis.call('INCR', KEYS[1]), tonumber(ARGV[1]), tonumber(ARGV[2])}";

/// Awaits a call's answer; nothing where there is none.
struct Running {
    Redis& redis;
    base::Loop& here;
    RedisCall call;

    Running(Redis& server, base::Loop& loop, std::string key, std::int64_t one = 0,
            std::int64_t two = 0)
        : redis(server), here(loop)
    {
        call.key = std::move(key);
        call.arguments = {one, two};
    }
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle)
    {
        call.waiting = handle;
        call.loop = &here;
        return redis.push(call);
    }
    std::optional<std::array<std::int64_t, 3>> await_resume() const
    {
        if (!call.is_answered) return std::nullopt;
        return call.answer;
    }
};

/// Where nothing hangs: nobody gives up a busy machine.
constexpr std::chrono::seconds patience{10};

class RedisTest : public ::testing::Test {
protected:
    std::unique_ptr<Redis> connect(RedisSettings settings)
    {
        return std::make_unique<Redis>(std::move(settings), script, probe_, log_, random_);
    }
    std::unique_ptr<Redis> connect(const PrivateRedis& server)
    {
        return connect({.host = "127.0.0.1", .port = server.port(), .patience = patience});
    }
    /// With as little patience as usual.
    std::unique_ptr<Redis> connect_hasty(const PrivateRedis& server)
    {
        return connect({.host = "127.0.0.1", .port = server.port()});
    }

    static std::optional<std::array<std::int64_t, 3>> run(Redis& redis, std::string key,
                                                          std::int64_t one = 0,
                                                          std::int64_t two = 0)
    {
        TestLoop loop;
        return loop.run(run_on(redis, loop, std::move(key), one, two));
    }

    static base::Async<std::optional<std::array<std::int64_t, 3>>> run_on(
        Redis& redis, base::Loop& loop, std::string key, std::int64_t one, std::int64_t two)
    {
        Running wait{redis, loop, std::move(key), one, two};
        co_return co_await wait;
    }

    /// Waits until it is true, for ten seconds at most.
    static bool comes_true(const std::function<bool()>& what)
    {
        const auto deadline = Clock::now() + std::chrono::seconds{10};
        while (!what()) {
            if (Clock::now() > deadline) return false;
            std::this_thread::sleep_for(milliseconds{2});
        }
        return true;
    }

    std::string logged()
    {
        log_.flush();
        std::ifstream file{folder_.file("log")};
        return {std::istreambuf_iterator{file}, {}};
    }

    int count_logged(std::string_view text)
    {
        const std::string all = logged();
        int count = 0;
        for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1))
            ++count;
        return count;
    }

    testing::TempFolder folder_;
    base::Log log_{{.level = base::LogLevel::info, .file = folder_.file("log")}};
    base::SecureRandom random_;
    RedisCall probe_{.key = "probe"};
};

}  // namespace

TEST_F(RedisTest, runs_the_script)
{
    const PrivateRedis server;
    const auto redis = connect(server);
    ASSERT_TRUE(redis->is_up());
    EXPECT_THAT(run(*redis, "a", 7, -8).value(), ElementsAre(1, 7, -8));
    EXPECT_THAT(run(*redis, "a").value(), ElementsAre(2, 0, 0));
    EXPECT_THAT(run(*redis, std::string{"a\0\r\n", 4}).value(), ElementsAre(1, 0, 0));
    EXPECT_EQ(logged(), "");
}

TEST_F(RedisTest, is_reached_through_a_socket_and_in_a_database_of_its_own)
{
    const PrivateRedis server;
    const auto first = connect({.socket = server.socket(), .patience = patience});
    const auto second = connect({.socket = server.socket(), .database = 3, .patience = patience});
    EXPECT_EQ(run(*first, "a").value()[0], 1);
    EXPECT_EQ(run(*second, "a").value()[0], 1);
}

TEST_F(RedisTest, answers_each_of_many_on_its_own_thread)
{
    const PrivateRedis server;
    const auto redis = connect(server);
    std::atomic<int> right = 0;
    testing::on_threads(4, [&](int thread) {
        TestLoop loop;
        const auto work = [](Redis* asked, base::Loop* here, int mine, int* ended,
                             std::atomic<int>* count) -> base::Async<void> {
            for (int i = 0; i < 20; ++i) {
                Running wait{*asked, *here, std::to_string(mine), mine, i};
                const auto answer = co_await wait;
                if (answer && (*answer)[1] == mine && (*answer)[2] == i) ++*count;
            }
            ++*ended;
        };
        int ended = 0;
        for (int i = 0; i < 50; ++i)
            base::spawn(work(redis.get(), &loop, thread, &ended, &right));
        loop.run([](base::Loop* here, int* count) -> base::Async<void> {
            while (*count < 50)
                co_await base::next_turn(*here);
        }(&loop, &ended));
    });
    EXPECT_EQ(right, 4 * 50 * 20);
    EXPECT_EQ(server.ask({"GET", "2"}), "1000") << "each has run once";
}

TEST_F(RedisTest, signs_in)
{
    const PrivateRedis server{"a secret"};
    const auto signed_in = connect(
        {.host = "127.0.0.1", .port = server.port(), .password = "a secret", .patience = patience});
    EXPECT_TRUE(run(*signed_in, "a"));
    for (const std::string password : {"", "another secret"}) {
        const auto refused = connect({.host = "127.0.0.1",
                                      .port = server.port(),
                                      .password = password,
                                      .patience = patience});
        EXPECT_FALSE(refused->is_up());
        EXPECT_FALSE(run(*refused, "a"));
    }
    EXPECT_THAT(logged(), HasSubstr("WRONGPASS"));
    EXPECT_THAT(logged(), Not(HasSubstr("secret")));
}

TEST_F(RedisTest, does_not_log_a_password_that_is_said_back)
{
    // A server that knows no AUTH says what it was given.
    const PrivateRedis server{"", {"--rename-command", "AUTH", ""}};
    const auto refused = connect(
        {.host = "127.0.0.1", .port = server.port(), .password = "a secret", .patience = patience});
    EXPECT_FALSE(refused->is_up());
    EXPECT_THAT(logged(), HasSubstr("cannot be used (ERR)"));
    EXPECT_THAT(logged(), Not(HasSubstr("secret")));
}

TEST_F(RedisTest, brings_the_script_again_where_it_was_forgotten)
{
    const PrivateRedis server;
    const auto redis = connect(server);
    for (int i = 1; i <= 3; ++i) {
        server.ask({"SCRIPT", "FLUSH"});
        EXPECT_EQ(run(*redis, "a").value()[0], i);
        EXPECT_EQ(run(*redis, "b").value()[0], i);
    }
    EXPECT_EQ(logged(), "");
}

TEST_F(RedisTest, gives_up_at_once_without_a_server)
{
    PrivateRedis server;
    server.kill();
    const auto redis = connect(server);
    EXPECT_FALSE(redis->is_up());
    EXPECT_FALSE(run(*redis, "a"));
    server.start();
    EXPECT_TRUE(comes_true([&] { return redis->is_up(); }));
    EXPECT_TRUE(run(*redis, "a"));
}

TEST_F(RedisTest, finds_a_server_again_that_was_killed)
{
    PrivateRedis server;
    const auto redis = connect(server);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(run(*redis, "a"));
        server.kill();
        EXPECT_TRUE(comes_true([&] { return !run(*redis, "a"); }));
        server.start();
        EXPECT_TRUE(comes_true([&] { return run(*redis, "a").has_value(); }));
    }
    EXPECT_EQ(count_logged("cannot be used"), 3);
    EXPECT_EQ(count_logged("is back"), 3);
    EXPECT_EQ(count_logged("\n"), 6) << logged();
}

TEST_F(RedisTest, waits_once_for_a_server_that_does_not_answer)
{
    const PrivateRedis server;
    const auto redis = connect_hasty(server);
    server.pause();
    const auto begun = Clock::now();
    EXPECT_FALSE(run(*redis, "a"));
    EXPECT_GE(Clock::now() - begun, RedisSettings{}.patience);
    EXPECT_FALSE(redis->is_up());
    for (int i = 0; i < 1000; ++i)
        EXPECT_FALSE(run(*redis, "a")) << "not taken on";
    server.resume();
    EXPECT_TRUE(comes_true([&] { return run(*redis, "a").has_value(); }));
    EXPECT_EQ(count_logged("it does not answer"), 1);
    EXPECT_EQ(count_logged("is back"), 1);
}

TEST_F(RedisTest, says_nothing_of_a_connection_that_was_closed_while_in_no_use)
{
    const PrivateRedis server;
    const auto redis = connect(server);
    EXPECT_TRUE(run(*redis, "a"));
    server.ask({"CLIENT", "KILL", "TYPE", "normal"});
    EXPECT_TRUE(comes_true([&] {
        return std::ranges::count(server.ask({"CLIENT", "LIST"}), '\n') == 2 && redis->is_up();
    }));
    EXPECT_TRUE(run(*redis, "a"));
    EXPECT_EQ(logged(), "");
}

TEST_F(RedisTest, does_not_use_a_server_that_takes_no_writes)
{
    const PrivateRedis server;
    const auto redis = connect(server);
    server.ask({"REPLICAOF", "127.0.0.1", "1"});
    EXPECT_FALSE(run(*redis, "a"));
    EXPECT_FALSE(redis->is_up());
    EXPECT_FALSE(connect(server)->is_up());
    server.ask({"REPLICAOF", "NO", "ONE"});
    EXPECT_TRUE(comes_true([&] { return run(*redis, "a").has_value(); }));
}

TEST_F(RedisTest, waits_longer_each_time_where_only_the_probe_works)
{
    const PrivateRedis server;
    server.ask({"LPUSH", "a list", "x"});
    const auto redis = connect(server);
    const auto begun = Clock::now();
    milliseconds least{0};
    for (milliseconds wait = Redis::first_wait; wait < 10 * Redis::first_wait; wait *= 2) {
        EXPECT_FALSE(run(*redis, "a list"));
        EXPECT_TRUE(comes_true([&] { return redis->is_up(); }));
        least += wait / 2;
        EXPECT_GE(Clock::now() - begun, least);
    }
}

TEST_F(RedisTest, gives_up_a_call_whose_answer_comes_too_slowly)
{
    const PrivateRedis server;
    testing::SlowLink link{server.port()};
    const auto redis = connect({.host = "127.0.0.1", .port = link.port()});
    EXPECT_TRUE(run(*redis, "a"));
    link.slow_down();
    EXPECT_FALSE(run(*redis, "a"));
    EXPECT_FALSE(redis->is_up());
    EXPECT_EQ(count_logged("it does not answer"), 1) << logged();
}

TEST_F(RedisTest, has_a_bound_on_what_waits)
{
    std::vector<RedisCall> calls(Redis::max_waiting + 1);
    TestLoop loop;
    const PrivateRedis server;
    const auto redis = connect_hasty(server);
    server.pause();
    std::size_t taken = 0;
    for (RedisCall& call : calls) {
        call.key = "a";
        call.loop = &loop;
        call.waiting = std::noop_coroutine();
        if (redis->push(call)) ++taken;
    }
    EXPECT_EQ(taken, Redis::max_waiting);
    EXPECT_TRUE(comes_true([&] { return !redis->is_up(); }));
}

}  // namespace todod::net
