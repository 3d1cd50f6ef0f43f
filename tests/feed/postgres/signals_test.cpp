// What processes on one PostgreSQL tell each other.
#include <gmock/gmock.h>

#include "feed/watched.hpp"

namespace todod::feed {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

using SignalsTest = WatcherTest;

TEST_F(SignalsTest, tells_other_processes_at_once)
{
    Process one{storage(), log_, once};
    Process other{storage(), log_, once};
    ASSERT_TRUE(comes_up(one) && comes_up(other));
    Subscription here{one.hub, loop(), "ada"};
    Subscription there{other.hub, loop(), "ada"};
    Subscription bob{other.hub, loop(), "bob"};
    for (int i = 0; i < 3; ++i) {
        one.hub.wake(key_of("ada"));
        EXPECT_TRUE(is_woken(here));
        EXPECT_TRUE(is_woken(there));
    }
    other.hub.wake(key_of("ada"));
    EXPECT_TRUE(is_woken(here));
    EXPECT_FALSE(is_woken(bob, 50ms));
}

TEST_F(SignalsTest, tells_of_many_and_of_more_than_can_be_told)
{
    Process one{storage(), log_, once};
    Process other{storage(), log_, once};
    ASSERT_TRUE(comes_up(one) && comes_up(other));
    Subscription there{other.hub, loop(), "ada"};
    one.hub.wake(key_of("ada"));
    for (UserKey user = 0; user < 1000; ++user)
        one.hub.wake(user);
    EXPECT_TRUE(is_woken(there));
    there.note_seen(0);
    write();
    for (UserKey user = 0; user < 100'000; ++user)
        one.hub.wake(user);
    EXPECT_TRUE(is_woken(there)) << "it has looked for itself";
}

TEST_F(SignalsTest, looks_each_second_once_it_does_not_hear_any_more)
{
    Process process{storage(), log_, once};
    ASSERT_TRUE(comes_up(process));
    Subscription ada{process.hub, loop(), "ada"};
    ada.note_seen(0);
    write();
    EXPECT_FALSE(is_woken(ada, 100ms)) << "nobody has told";
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE '%pg_notify%' "
        "AND pid <> pg_backend_pid()");
    EXPECT_TRUE(is_woken(ada));
    EXPECT_TRUE(comes_up(process));
    EXPECT_THAT(logged(), HasSubstr("Does not hear what other replicas change"));
}

}  // namespace
}  // namespace todod::feed
