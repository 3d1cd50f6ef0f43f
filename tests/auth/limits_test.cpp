#include "auth/limits.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/redis.hpp"

namespace todod::auth {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::PrivateRedis;

constexpr std::string_view a_subject = "ada";
/// Of Redis' caller: nobody gives up a busy machine.
constexpr std::chrono::seconds patience{10};

class LimitsTest : public ::testing::Test {
protected:
    std::unique_ptr<LimitBook> open(std::optional<net::RedisSettings> redis = std::nullopt)
    {
        return std::make_unique<LimitBook>(default_quotas, std::move(redis), clock_, random_, log_);
    }

    Verdict take(LimitBook& book, LimitKind kind, std::string_view subject = a_subject)
    {
        base::Metrics metrics;
        Limits limits{book, loop_, metrics};
        return loop_.run(
            [](Limits* all, LimitKind what, std::string_view who) -> base::Async<Verdict> {
                co_return co_await all->take(what, who);
            }(&limits, kind, subject));
    }

    int allowed(LimitBook& book, LimitKind kind, int tries, std::string_view subject = a_subject)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += take(book, kind, subject).count.is_allowed ? 1 : 0;
        return count;
    }

    static base::LogSettings quiet()
    {
        base::LogSettings settings;
        settings.level = base::LogLevel::off;
        return settings;
    }

    testing::FakeClock clock_;
    base::SecureRandom random_;
    base::Log log_{quiet()};
    testing::TestLoop loop_;
    base::Metrics metrics_;
};

}  // namespace

TEST_F(LimitsTest, allow_each_kind_its_quota)
{
    const auto book = open();
    EXPECT_EQ(allowed(*book, LimitKind::read, 150), 100);
    EXPECT_EQ(allowed(*book, LimitKind::write, 150), 30);
    EXPECT_EQ(allowed(*book, LimitKind::chat, 150), 20);
    EXPECT_EQ(allowed(*book, LimitKind::anonymous, 150), 60);
    EXPECT_EQ(allowed(*book, LimitKind::login, 150), 10);
    EXPECT_EQ(allowed(*book, LimitKind::email, 150), 10);
    EXPECT_EQ(allowed(*book, LimitKind::email, 150, "bob"), 10);
    clock_.advance(std::chrono::minutes{1});
    EXPECT_EQ(allowed(*book, LimitKind::login, 150), 10);
}

TEST_F(LimitsTest, are_shared_by_all_who_have_the_same_redis)
{
    const PrivateRedis redis;
    const net::RedisSettings settings{
        .host = "127.0.0.1", .port = redis.port(), .patience = patience};
    const auto one = open(settings);
    const auto other = open(settings);
    // By Redis' own clock: a process whose clock is wrong counts as all do.
    clock_.advance(std::chrono::hours{5});
    int count = 0;
    for (int i = 0; i < 50; ++i) {
        const Verdict verdict = take(i % 2 == 0 ? *one : *other, LimitKind::write);
        count += verdict.count.is_allowed ? 1 : 0;
        EXPECT_EQ(verdict.count.remaining, static_cast<std::uint32_t>(30 - count));
        EXPECT_THAT(verdict.count.reset_seconds,
                    ::testing::AllOf(::testing::Ge(1U), ::testing::Le(60U)));
    }
    EXPECT_EQ(count, 30);
    EXPECT_EQ(allowed(*one, LimitKind::login, 20, "an.address"), 10);
}

TEST_F(LimitsTest, leave_redis_nothing_for_long_and_no_names)
{
    const PrivateRedis redis;
    const auto book = open({{.host = "127.0.0.1", .port = redis.port(), .patience = patience}});
    take(*book, LimitKind::email, "ada@example.com");
    const std::string key = redis.ask({"RANDOMKEY"});
    EXPECT_THAT(key, ::testing::StartsWith("todod:limit:"));
    EXPECT_THAT(key, Not(HasSubstr("ada")));
    EXPECT_GT(std::stoi(redis.ask({"TTL", key})), 0);
    take(*book, LimitKind::read, std::string(10'000, 'x'));
    EXPECT_EQ(redis.ask({"DBSIZE"}), "3");
}

TEST_F(LimitsTest, slide_in_redis_as_they_do_here)
{
    const PrivateRedis redis;
    const auto book = open({{.host = "127.0.0.1", .port = redis.port(), .patience = patience}});
    take(*book, LimitKind::login);
    redis.ask({"DEL", "todod:limit:probe"});
    const std::string key = redis.ask({"RANDOMKEY"});
    const int now = std::stoi(redis.ask({"HGET", key, "o"}));
    // As if 4 had asked 70 seconds ago, 3 had 50 seconds ago and 2 had just now.
    redis.ask({"DEL", key});
    const auto at = [now](int seconds) { return std::to_string(now + seconds); };
    redis.ask({"HSET", key, "n", "9", "o", at(-70), at(-70), "4", at(-50), "3", at(0), "2"});
    const Verdict verdict = take(*book, LimitKind::login);
    EXPECT_TRUE(verdict.count.is_allowed);
    EXPECT_EQ(verdict.count.remaining, 4U);
    EXPECT_THAT(verdict.count.reset_seconds,
                ::testing::AllOf(::testing::Ge(5U), ::testing::Le(10U)));
    EXPECT_EQ(redis.ask({"HEXISTS", key, at(-70)}), "0");
    EXPECT_EQ(allowed(*book, LimitKind::login, 20), 4);
    redis.ask({"DEL", key});
    redis.ask({"HSET", key, "n", "10", "o", at(-500), at(-500), "10"});
    EXPECT_EQ(allowed(*book, LimitKind::login, 20), 10);
    redis.ask({"DEL", key});
    redis.ask({"HSET", key, "n", "10", "o", at(500), at(500), "10"});
    EXPECT_EQ(allowed(*book, LimitKind::login, 20), 10) << "the server's clock has gone back";
}

TEST_F(LimitsTest, end_in_redis_whatever_stands_there)
{
    const PrivateRedis redis;
    const auto book = open({{.host = "127.0.0.1", .port = redis.port(), .patience = patience}});
    take(*book, LimitKind::login);
    redis.ask({"DEL", "todod:limit:probe"});
    const std::string key = redis.ask({"RANDOMKEY"});
    const int now = std::stoi(redis.ask({"HGET", key, "o"}));
    const std::string before = std::to_string(now - 70);
    // A sum with no buckets, one that is less than they hold, and one that is more.
    const auto expect_new = [&](std::string_view sum, std::string_view bucket) {
        redis.ask({"DEL", key});
        redis.ask({"HSET", key, "n", sum, "o", before, before, bucket});
        EXPECT_EQ(allowed(*book, LimitKind::login, 20), 10) << sum << " of " << bucket;
        EXPECT_NE(book->redis(), nullptr);
        EXPECT_EQ(redis.ask({"HGET", key, "n"}), "10");
    };
    expect_new("10", "0");
    expect_new("3", "7");
    expect_new("7", "3");
}

TEST_F(LimitsTest, are_kept_here_while_redis_takes_no_writes)
{
    const PrivateRedis redis;
    const net::RedisSettings settings{
        .host = "127.0.0.1", .port = redis.port(), .patience = patience};
    const auto book = open(settings);
    EXPECT_EQ(allowed(*book, LimitKind::login, 4), 4);
    redis.ask({"REPLICAOF", "127.0.0.1", "1"});
    EXPECT_EQ(allowed(*book, LimitKind::login, 20), 6);
    EXPECT_EQ(open(settings)->redis(), nullptr) << "it is asked to write, not only to answer";
    redis.ask({"REPLICAOF", "NO", "ONE"});
    EXPECT_NE(open(settings)->redis(), nullptr);
}

TEST_F(LimitsTest, go_on_from_what_was_let_in_when_redis_goes_away)
{
    PrivateRedis redis;
    const auto book = open({{.host = "127.0.0.1", .port = redis.port(), .patience = patience}});
    EXPECT_EQ(allowed(*book, LimitKind::write, 20), 20);
    redis.kill();
    EXPECT_EQ(allowed(*book, LimitKind::write, 20), 10);
    redis.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (book->redis() == nullptr && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    EXPECT_EQ(allowed(*book, LimitKind::write, 40), 30) << "Redis has forgotten";
}

TEST_F(LimitsTest, tell_of_the_verdict_that_leaves_least)
{
    const auto book = open();
    Limits limits{*book, loop_, metrics_};
    Meter meter;
    loop_.run(meter.check(LimitKind::login, a_subject));
    EXPECT_FALSE(meter.told()) << "nothing is counted before begin";
    meter.begin(&limits);
    loop_.run(meter.check(LimitKind::email, a_subject));
    loop_.run(meter.check(LimitKind::email, a_subject));
    loop_.run(meter.check(LimitKind::login, a_subject));
    EXPECT_EQ(meter.told()->kind, LimitKind::email);
    EXPECT_EQ(meter.told()->count.remaining, 8U);
    meter.begin(&limits);
    EXPECT_FALSE(meter.told());
}

TEST_F(LimitsTest, refuse_in_words_and_say_when_to_come_back)
{
    const auto book = open();
    Limits limits{*book, loop_, metrics_};
    Meter meter;
    meter.begin(&limits);
    for (int i = 0; i < 20; ++i)
        loop_.run(meter.check(LimitKind::chat, a_subject));
    clock_.advance(std::chrono::seconds{18});
    const auto error =
        testing::error_of([&] { loop_.run(meter.check(LimitKind::chat, a_subject)); });
    EXPECT_EQ(error.code(), base::ErrorCode::too_many_requests);
    EXPECT_EQ(error.message(),
              "There are at most 20 messages to the assistant a minute: try again in 42 s.");
    EXPECT_FALSE(meter.told()->count.is_allowed);
    EXPECT_EQ(meter.told()->count.reset_seconds, 42U);
    const auto readings = metrics_.read();
    const auto of = [&](std::string_view decision) {
        return std::ranges::find_if(readings,
                                    [&](const auto& reading) {
                                        return reading.labels ==
                                               base::Labels{{"class", "chat"},
                                                            {"decision", std::string{decision}}};
                                    })
            ->value;
    };
    EXPECT_EQ(of("allowed"), 20U);
    EXPECT_EQ(of("refused"), 1U);
}

}  // namespace todod::auth
