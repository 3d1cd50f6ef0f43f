#include "base/async.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/loop.hpp"

namespace todod::base {
namespace {

using todod::testing::TestLoop;

Async<int> give(int value)
{
    co_return value;
}

Async<int> add(int a, int b)
{
    co_return co_await give(a) + co_await give(b);
}

Async<> fail(std::string message)
{
    throw std::runtime_error{message};
    co_return;
}

Async<> note(std::vector<std::string>& notes, std::string text)
{
    notes.push_back(std::move(text));
    co_return;
}

Async<std::shared_ptr<int>> hold(std::shared_ptr<int> held, Loop& loop)
{
    co_await next_turn(loop);
    co_return held;
}

TEST(Async, gives_its_value_to_whoever_awaits_it)
{
    EXPECT_EQ(TestLoop{}.run(add(2, 3)), 5);
}

TEST(Async, gives_a_value_that_can_only_be_moved)
{
    const auto make = []() -> Async<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    EXPECT_EQ(*TestLoop{}.run(make()), 7);
}

TEST(Async, does_not_start_before_it_is_awaited)
{
    const auto work = [](std::vector<std::string>& notes) -> Async<> {
        auto later = note(notes, "later");
        notes.emplace_back("first");
        co_await std::move(later);
    };
    std::vector<std::string> notes;
    TestLoop{}.run(work(notes));
    EXPECT_THAT(notes, ::testing::ElementsAre("first", "later"));
}

TEST(Async, throws_what_the_coroutine_threw_where_it_is_awaited)
{
    const auto work = []() -> Async<std::string> {
        try {
            co_await fail("broken");
        } catch (const std::runtime_error& failure) {
            co_return failure.what();
        }
        co_return "nothing was thrown";
    };
    EXPECT_EQ(TestLoop{}.run(work()), "broken");
    EXPECT_THROW(TestLoop{}.run(fail("out of all")), std::runtime_error);
}

TEST(Async, goes_on_where_it_was_suspended)
{
    const auto work = [](std::vector<std::string>& notes, std::string name, Loop& loop) -> Async<> {
        notes.push_back(name + " begins");
        co_await next_turn(loop);
        notes.push_back(name + " ends");
    };
    TestLoop loop;
    std::vector<std::string> notes;
    spawn(work(notes, "a", loop));
    loop.run(work(notes, "b", loop));
    EXPECT_THAT(notes, ::testing::ElementsAre("a begins", "b begins", "a ends", "b ends"));
}

TEST(Async, frees_what_it_holds_once_it_has_ended)
{
    TestLoop loop;
    const auto held = std::make_shared<int>(1);
    {
        const auto returned = loop.run(hold(held, loop));
        EXPECT_EQ(held.use_count(), 2);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(Async, frees_what_it_holds_when_it_is_never_awaited)
{
    TestLoop loop;
    const auto held = std::make_shared<int>(1);
    {
        const auto never_awaited = hold(held, loop);
        EXPECT_EQ(held.use_count(), 2);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(Async, awaits_without_end_in_constant_stack)
{
    // Without symmetric transfer, each would leave frames behind: 8 MiB would not do.
    constexpr int awaits = 300'000;
    const auto count = []() -> Async<int> {
        int total = 0;
        for (int i = 0; i < awaits; ++i) {
            total += co_await give(1);
        }
        co_return total;
    };
    EXPECT_EQ(TestLoop{}.run(count()), awaits);
}

TEST(Spawn, starts_at_once_and_frees_the_coroutine_at_its_end)
{
    const auto work = [](std::shared_ptr<bool> started, Loop& loop) -> Async<> {
        *started = true;
        co_await next_turn(loop);
    };
    TestLoop loop;
    const auto started = std::make_shared<bool>(false);
    spawn(work(started, loop));
    EXPECT_TRUE(*started);
    EXPECT_EQ(started.use_count(), 2);
    loop.run(hold(nullptr, loop));
    EXPECT_EQ(started.use_count(), 1);
}

TEST(SpawnDeathTest, ends_the_process_when_an_exception_leaves_it)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(spawn(fail("nobody is there to catch this")), "");
}

}  // namespace
}  // namespace todod::base
