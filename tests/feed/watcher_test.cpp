#include "feed/watcher.hpp"

#include <gmock/gmock.h>

#include "feed/watched.hpp"

namespace todod::feed {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

TEST_F(WatcherTest, wakes_streams_for_what_another_process_has_written)
{
    Process process{storage(), log_, often};
    Subscription ada{process.hub, loop(), "ada"};
    Subscription bob{process.hub, loop(), "bob"};
    ada.note_seen(0);
    bob.note_seen(0);
    write();
    EXPECT_TRUE(is_woken(ada));
    EXPECT_FALSE(is_woken(bob, 50ms));
    ada.note_seen(1);
    while (is_woken(ada, 50ms)) {
    }
    write();
    EXPECT_TRUE(is_woken(ada));
}

TEST_F(WatcherTest, looks_at_many_in_pieces)
{
    Process process{storage(), log_, often};
    std::vector<std::unique_ptr<Subscription>> others;
    for (int i = 0; i < 1200; ++i) {
        others.push_back(
            std::make_unique<Subscription>(process.hub, loop(), fmt::format("user {}", i)));
        others.back()->note_seen(0);
    }
    Subscription ada{process.hub, loop(), "ada"};
    ada.note_seen(0);
    write();
    EXPECT_TRUE(is_woken(ada));
    EXPECT_FALSE(is_woken(*others.front(), 50ms)) << "who is not there has changed nothing";
}

TEST_F(WatcherTest, looks_soon_for_a_stream_that_could_not_read)
{
    Process process{storage(), log_, once};
    if (storage().is_remote()) ASSERT_TRUE(comes_up(process));
    Subscription ada{process.hub, loop(), "ada"};
    ada.note_seen(0);
    write();
    process.hub.ask_for_look();
    EXPECT_TRUE(is_woken(ada));
}

TEST_F(WatcherTest, says_once_that_the_database_is_away)
{
    const std::string_view said = "What other processes change is not seen:";
    execute("ALTER TABLE users RENAME TO hidden");
    {
        Process process{storage(), log_, often};
        Subscription ada{process.hub, loop(), "ada"};
        ada.note_seen(0);
        for (int i = 0; i < 2000 && !logged().contains(said); ++i)
            std::this_thread::sleep_for(10ms);
        std::this_thread::sleep_for(100ms);  // it looks again, and says nothing
    }
    const auto text = logged();
    ASSERT_THAT(text, HasSubstr(said));
    EXPECT_THAT(text.substr(text.find(said) + 1), Not(HasSubstr(said)));
    execute("ALTER TABLE hidden RENAME TO users");
}

}  // namespace
}  // namespace todod::feed
