#include "auth/limit_table.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <string>

#include "support/threads.hpp"

namespace todod::auth {

namespace {

constexpr std::uint32_t start = 1'800'000'000;
constexpr std::uint8_t read = 0;
constexpr std::uint8_t write = 1;

class LimitTableTest : public ::testing::Test {
protected:
    /// How many of `tries` are allowed.
    int allowed(std::string_view subject, std::uint32_t quota, std::uint32_t second, int tries)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += table.take(read, subject, quota, second).is_allowed ? 1 : 0;
        return count;
    }

    base::SecureRandom random;
    LimitTable table{random};
};

}  // namespace

TEST_F(LimitTableTest, allows_a_quota_a_window_and_says_what_is_left)
{
    for (std::uint32_t left : {2U, 1U, 0U}) {
        const Count count = table.take(read, "ada", 3, start);
        EXPECT_TRUE(count.is_allowed);
        EXPECT_EQ(count.remaining, left);
        EXPECT_EQ(count.reset_seconds, 60U);
    }
    const Count count = table.take(read, "ada", 3, start + 10);
    EXPECT_FALSE(count.is_allowed);
    EXPECT_EQ(count.remaining, 0U);
    EXPECT_EQ(count.reset_seconds, 50U);
}

TEST_F(LimitTableTest, counts_each_subject_and_kind_alone)
{
    EXPECT_EQ(allowed("ada", 3, start, 5), 3);
    EXPECT_EQ(allowed("bob", 3, start, 5), 3);
    EXPECT_EQ(allowed("", 3, start, 5), 3);
    EXPECT_TRUE(table.take(write, "ada", 3, start).is_allowed);
}

TEST_F(LimitTableTest, slides)
{
    EXPECT_EQ(allowed("ada", 10, start, 4), 4);
    EXPECT_EQ(allowed("ada", 10, start + 30, 20), 6);
    EXPECT_EQ(allowed("ada", 10, start + 59, 20), 0) << "no fixed window begins anew";
    EXPECT_EQ(allowed("ada", 10, start + 60, 20), 4);
    EXPECT_EQ(allowed("ada", 10, start + 89, 20), 0);
    EXPECT_EQ(allowed("ada", 10, start + 90, 20), 6);
    EXPECT_EQ(allowed("ada", 10, start + 1000, 20), 10);
}

TEST_F(LimitTableTest, allows_again_when_it_has_said_so)
{
    allowed("ada", 2, start + 7, 1);
    allowed("ada", 2, start + 20, 1);
    const Count refused = table.take(read, "ada", 2, start + 33);
    ASSERT_FALSE(refused.is_allowed);
    EXPECT_FALSE(table.take(read, "ada", 2, start + 33 + refused.reset_seconds - 1).is_allowed);
    EXPECT_TRUE(table.take(read, "ada", 2, start + 33 + refused.reset_seconds).is_allowed);
}

TEST_F(LimitTableTest, does_not_count_what_it_refuses)
{
    EXPECT_EQ(allowed("ada", 3, start, 1000), 3);
    for (std::uint32_t second = 1; second < 60; ++second)
        EXPECT_EQ(allowed("ada", 3, start + second, 10), 0);
    EXPECT_EQ(allowed("ada", 3, start + 60, 10), 3);
}

TEST_F(LimitTableTest, is_a_log_of_whole_seconds)
{
    std::mt19937 dice{7};
    std::deque<std::uint32_t> log;
    constexpr std::uint32_t quota = 40;
    for (std::uint32_t second = start; second < start + 2000; second += dice() % 4) {
        while (!log.empty() && log.front() + limit_window_seconds <= second)
            log.pop_front();
        const bool expected = log.size() < quota;
        if (expected) log.push_back(second);
        const Count count = table.take(read, "ada", quota, second);
        ASSERT_EQ(count.is_allowed, expected) << second;
        ASSERT_EQ(count.remaining, quota - log.size());
        ASSERT_EQ(count.reset_seconds, log.front() + limit_window_seconds - second);
        if (dice() % 50 == 0) second += 80 + dice() % 80;
    }
}

TEST_F(LimitTableTest, counts_what_was_allowed_elsewhere)
{
    for (int i = 0; i < 4; ++i)
        table.add(read, "ada", start);
    EXPECT_EQ(allowed("ada", 10, start, 20), 6);
    EXPECT_EQ(table.take(read, "ada", 3, start).remaining, 0U) << "it may be more than the quota";
}

TEST_F(LimitTableTest, starts_anew_when_the_clock_goes_far_back)
{
    EXPECT_EQ(allowed("ada", 3, start, 5), 3);
    EXPECT_EQ(allowed("ada", 3, start - 30, 5), 0);
    EXPECT_LE(table.take(read, "ada", 3, start - 30).reset_seconds, 60U);
    EXPECT_EQ(allowed("ada", 3, start - 3600, 5), 3);
    EXPECT_EQ(allowed("ada", 3, start - 3600 + 60, 5), 3);
}

TEST_F(LimitTableTest, forgets_nobody_who_asks_much_for_many_who_ask_little)
{
    EXPECT_EQ(allowed("ada", 100, start, 100), 100);
    for (std::size_t i = 0; i < 4 * LimitTable::capacity; ++i)
        table.take(read, std::to_string(i), 100, start + 1);
    EXPECT_EQ(allowed("ada", 100, start + 2, 100), 0);
    EXPECT_TRUE(table.take(read, "bob", 100, start + 2).is_allowed) << "a full table takes more in";
}

TEST_F(LimitTableTest, is_empty_after_a_window)
{
    for (std::size_t i = 0; i < 2 * LimitTable::capacity; ++i)
        table.take(read, std::to_string(i), 1, start);
    int kept = 0;
    for (std::size_t i = 0; i < LimitTable::capacity / 4; ++i) {
        const std::string subject = "new " + std::to_string(i);
        table.take(read, subject, 1, start + 60);
        kept += table.take(read, subject, 1, start + 61).is_allowed ? 0 : 1;
    }
    EXPECT_EQ(kept, static_cast<int>(LimitTable::capacity / 4));
}

TEST_F(LimitTableTest, holds_one_limit_among_threads)
{
    std::atomic<int> count = 0;
    testing::on_threads(4, [&](int) { count += allowed("ada", 1000, start, 800); });
    EXPECT_EQ(count, 1000);
}

}  // namespace todod::auth
