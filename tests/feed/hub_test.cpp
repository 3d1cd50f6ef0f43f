#include "feed/hub.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::feed {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::TestLoop;
using ::testing::UnorderedElementsAre;
using Kind = Subscription::Kind;

/// Somebody who waits, again and again.
struct Waiting {
    Waiting(Hub& hub, TestLoop& on, std::string user_id, Kind kind = Kind::stream)
        : loop(on), subscription(hub, on, std::move(user_id), kind)
    {
        base::spawn(wait(*this));
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting()
    {
        is_leaving = true;
        subscription.wake();
        loop.run_until(has_left);
    }

    static base::Async<void> wait(Waiting& self)
    {
        while (!self.is_leaving) {
            co_await self.subscription.woken();
            ++self.times;
        }
        self.has_left = true;
    }

    TestLoop& loop;
    Subscription subscription;
    int times = 0;
    bool is_leaving = false;
    bool has_left = false;
};

/// Lets all that is ready go on.
void turn(TestLoop& loop)
{
    loop.run([](base::Loop& on) -> base::Async<void> {
        for (int i = 0; i < 3; ++i)
            co_await base::next_turn(on);
    }(loop));
}

class HubTest : public ::testing::Test {
protected:
    std::vector<std::string> followers()
    {
        std::vector<std::string> ids;
        hub.visit_followers([&](std::vector<Hub::Follower> some) {
            for (const auto& each : some)
                ids.push_back(each.user_id);
        });
        return ids;
    }

    TestLoop loop;
    Hub hub{{.of_user = 2, .in_all = 3}};
};

TEST_F(HubTest, wakes_all_who_wait_for_the_user_and_nobody_else)
{
    const Waiting one{hub, loop, "ada"};
    const Waiting other{hub, loop, "ada"};
    const Waiting bob{hub, loop, "bob"};
    hub.wake(key_of("ada"));
    turn(loop);
    EXPECT_EQ(one.times, 1);
    EXPECT_EQ(other.times, 1);
    EXPECT_EQ(bob.times, 0);
}

TEST_F(HubTest, wakes_once_for_all_that_came_before_it_went_on)
{
    const Waiting ada{hub, loop, "ada"};
    for (int i = 0; i < 100; ++i)
        hub.wake(key_of("ada"));
    turn(loop);
    // The first wake, and one for what may have come while it was on its way.
    EXPECT_LE(ada.times, 2);
    EXPECT_GE(ada.times, 1);
}

TEST_F(HubTest, loses_no_wake_that_comes_while_nobody_waits)
{
    Subscription ada{hub, loop, "ada"};
    hub.wake(key_of("ada"));
    const auto once = [](Subscription& subscription) -> base::Async<void> {
        co_await subscription.woken();
    };
    loop.run(once(ada));  // would wait for ever
}

TEST_F(HubTest, wakes_from_any_thread)
{
    const Waiting ada{hub, loop, "ada"};
    const auto timer = loop.timer([] {});
    timer->start(std::chrono::milliseconds{20'000});
    std::jthread writer{[&] { hub.wake(key_of("ada")); }};
    writer.join();
    turn(loop);
    EXPECT_EQ(ada.times, 1);
}

TEST_F(HubTest, has_so_many_streams_of_a_user_and_in_all)
{
    auto one = std::make_unique<Subscription>(hub, loop, "ada");
    const Subscription two{hub, loop, "ada"};
    EXPECT_EQ(error_of([&] { Subscription{hub, loop, "ada"}; }).code(),
              base::ErrorCode::too_many_requests);
    const Subscription bob{hub, loop, "bob"};
    EXPECT_EQ(error_of([&] { Subscription{hub, loop, "eve"}; }).code(),
              base::ErrorCode::unavailable);
    EXPECT_EQ(hub.streams(), 3U);
    one.reset();
    const Subscription eve{hub, loop, "eve"};
    EXPECT_EQ(hub.streams(), 3U);
}

TEST_F(HubTest, counts_nobody_who_takes_hints_alone)
{
    const Subscription one{hub, loop, "ada", Kind::hint};
    const Subscription two{hub, loop, "ada", Kind::hint};
    const Subscription three{hub, loop, "ada", Kind::hint};
    EXPECT_EQ(hub.streams(), 0U);
    EXPECT_THAT(followers(), IsEmpty());
    const Subscription stream{hub, loop, "ada"};
    EXPECT_THAT(followers(), ElementsAre("ada"));
}

TEST_F(HubTest, shows_each_follower_once)
{
    const Subscription one{hub, loop, "ada"};
    const Subscription two{hub, loop, "ada"};
    const Subscription bob{hub, loop, "bob"};
    EXPECT_THAT(followers(), UnorderedElementsAre("ada", "bob"));
}

TEST_F(HubTest, wakes_who_has_not_seen_the_last_change)
{
    Waiting behind{hub, loop, "ada"};
    Waiting at_the_end{hub, loop, "ada"};
    const Waiting reads_first{hub, loop, "bob"};
    behind.subscription.note_seen(4);
    at_the_end.subscription.note_seen(5);
    hub.tell_last({"ada", key_of("ada")}, 5);
    hub.tell_last({"bob", key_of("bob")}, 5);
    turn(loop);
    EXPECT_EQ(behind.times, 1);
    EXPECT_EQ(at_the_end.times, 0);
    EXPECT_EQ(reads_first.times, 0) << "it reads the log anyway";
}

TEST_F(HubTest, wakes_who_has_seen_more_than_there_is)
{
    Waiting ada{hub, loop, "ada"};
    ada.subscription.note_seen(9);
    hub.tell_last({"ada", key_of("ada")}, 5);
    turn(loop);
    EXPECT_EQ(ada.times, 1) << "the log is another one";
}

TEST_F(HubTest, ends_all_at_once)
{
    const Waiting ada{hub, loop, "ada"};
    const Waiting mcp{hub, loop, "ada", Kind::hint};
    EXPECT_FALSE(ada.subscription.is_over());
    hub.stop();
    turn(loop);
    EXPECT_EQ(ada.times, 1);
    EXPECT_EQ(mcp.times, 1);
    EXPECT_TRUE(ada.subscription.is_over());
}

TEST_F(HubTest, gathers_who_has_written_for_whoever_tells_others)
{
    int firsts = 0;
    hub.wake(1);
    hub.gather_for([&] { ++firsts; });
    hub.wake(3);
    hub.wake(2);
    hub.wake(3);
    hub.wake_here(4);
    EXPECT_EQ(firsts, 1);
    EXPECT_THAT(hub.take_grown().users, ElementsAre(2U, 3U));
    EXPECT_THAT(hub.take_grown().users, IsEmpty());
    hub.wake(5);
    EXPECT_EQ(firsts, 2);
    hub.end_gathering();
    hub.wake(6);
    EXPECT_THAT(hub.take_grown().users, IsEmpty());
}

TEST_F(HubTest, keeps_so_many_and_says_that_there_were_more)
{
    hub.gather_for([] {});
    for (UserKey user = 0; user < 100'000; ++user)
        hub.wake(user);
    const auto grown = hub.take_grown();
    EXPECT_TRUE(grown.is_more);
    EXPECT_LT(grown.users.size(), 100'000U);
    EXPECT_FALSE(hub.take_grown().is_more);
}

TEST_F(HubTest, is_used_by_many_threads_at_once)
{
    Hub many{{.of_user = 100, .in_all = 1000}};
    many.gather_for([] {});
    std::vector<std::jthread> writers;
    for (int i = 0; i < 3; ++i) {
        writers.emplace_back([&many] {
            for (int n = 0; n < 20'000; ++n)
                many.wake(key_of("ada"));
        });
    }
    for (int i = 0; i < 200; ++i) {
        const Waiting ada{many, loop, "ada"};
        turn(loop);
    }
    EXPECT_EQ(many.streams(), 0U);
}

}  // namespace
}  // namespace todod::feed
