#include "base/together.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/loop.hpp"

namespace todod::base {
namespace {

using ::testing::ElementsAre;
using todod::testing::TestLoop;

using Notes = std::vector<std::string>;

Async<> work(Notes& notes, std::string name, int turns, Loop& loop)
{
    notes.push_back(name + " begins");
    for (int i = 0; i < turns; ++i)
        co_await next_turn(loop);
    notes.push_back(name + " ends");
}

Async<> fail(std::string why, Loop& loop)
{
    co_await next_turn(loop);
    throw std::runtime_error{why};
}

Async<> run_all(std::vector<Async<void>> works, Notes& notes)
{
    co_await Together{std::move(works)};
    notes.emplace_back("all have ended");
}

TEST(Together, begins_all_before_any_has_to_end)
{
    TestLoop loop;
    Notes notes;
    std::vector<Async<void>> works;
    works.push_back(work(notes, "a", 2, loop));
    works.push_back(work(notes, "b", 0, loop));
    works.push_back(work(notes, "c", 1, loop));
    loop.run(run_all(std::move(works), notes));
    EXPECT_THAT(notes, ElementsAre("a begins", "b begins", "b ends", "c begins", "c ends", "a ends",
                                   "all have ended"));
}

TEST(Together, goes_on_at_once_where_there_is_nothing_to_wait_for)
{
    TestLoop loop;
    Notes notes;
    loop.run(run_all({}, notes));
    std::vector<Async<void>> works;
    works.push_back(work(notes, "a", 0, loop));
    loop.run(run_all(std::move(works), notes));
    EXPECT_THAT(notes, ElementsAre("all have ended", "a begins", "a ends", "all have ended"));
}

TEST(Together, throws_the_first_failure_when_all_have_ended)
{
    TestLoop loop;
    Notes notes;
    std::vector<Async<void>> works;
    works.push_back(fail("first", loop));
    works.push_back(fail("second", loop));
    works.push_back(work(notes, "a", 3, loop));
    try {
        loop.run(run_all(std::move(works), notes));
        FAIL() << "it goes on";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "first");
    }
    EXPECT_THAT(notes, ElementsAre("a begins", "a ends"));
}

}  // namespace
}  // namespace todod::base
