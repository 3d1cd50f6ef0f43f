#include "store/sweeper.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "db/postgres/settings.hpp"
#include "store/storage.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using testing::new_task;

constexpr std::chrono::seconds patience{10};

/// Ada has a task with a key, and a log is kept.
class SweeperTest : public ::testing::Test, public testing::TestDatabase {
protected:
    SweeperTest()
    {
        add_user("ada");
        keep("key");
    }

    void keep(std::string key)
    {
        Idempotency idempotency{.operation = "create_task",
                                .key = std::move(key),
                                .fingerprint = "of Tea",
                                .now = clock().now()};
        run(tasks().create_once("ada", new_task("ada", "Tea", clock().now()),
                                std::move(idempotency)));
    }

    std::string kept() const { return ask("SELECT count(*) FROM idempotency_keys"); }

    /// Whether `holds` comes to hold.
    template <class Condition>
    static bool wait_until(Condition holds)
    {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        return true;
    }

    std::string logged()
    {
        log_.flush();
        std::ifstream file{folder_.file("log")};
        return {std::istreambuf_iterator{file}, {}};
    }

    testing::TempFolder folder_;
    base::Log log_{{.file = folder_.file("log")}};
};

TEST_F(SweeperTest, deletes_what_has_expired_at_its_start)
{
    clock().advance(KeptAnswer::lifetime);
    keep("new");
    keep("newer");  // each forgets the old ones on the way
    ASSERT_EQ(kept(), "2");
    clock().advance(KeptAnswer::lifetime);
    const Sweeper sweeper{storage(), clock(), log_, {}};
    EXPECT_TRUE(wait_until([&] { return kept() == "0"; }));
    EXPECT_EQ(ask("SELECT count(*) FROM tasks"), "3");
}

TEST_F(SweeperTest, leaves_what_has_not_expired)
{
    clock().advance(std::chrono::milliseconds{1});
    keep("newer");
    clock().advance(KeptAnswer::lifetime - std::chrono::milliseconds{1});
    const Sweeper sweeper{storage(), clock(), log_, {}, std::chrono::milliseconds{1}};
    EXPECT_TRUE(wait_until([&] { return kept() == "1"; }));
    EXPECT_EQ(ask("SELECT key FROM idempotency_keys"), "newer");
    EXPECT_EQ(logged(), "");
}

TEST_F(SweeperTest, looks_again)
{
    testing::FakeClock later = clock();
    later.advance(KeptAnswer::lifetime);
    const Sweeper sweeper{storage(), later, log_, {}, std::chrono::milliseconds{1}};
    EXPECT_TRUE(wait_until([&] { return kept() == "0"; }));
    keep("another");
    EXPECT_TRUE(wait_until([&] { return kept() == "0"; }));
}

TEST_F(SweeperTest, forgets_changes_and_the_trash_each_in_its_time)
{
    keep("another");
    run(tasks().remove("ada", std::int64_t{1}, std::nullopt, clock().now()));
    testing::FakeClock later = clock();
    later.advance(std::chrono::days{30} + std::chrono::milliseconds{1});
    {
        const Sweeper sweeper{storage(), later, log_, {}};
        EXPECT_TRUE(wait_until([&] { return ask("SELECT count(*) FROM trash") == "0"; }));
    }
    EXPECT_EQ(ask("SELECT count(*) FROM changes"), "3");
    later.set(clock().now() + std::chrono::days{90});
    {
        keep("newest");
        const Sweeper sweeper{storage(), later, log_, {.changes = std::chrono::days{89}}};
        EXPECT_TRUE(wait_until([&] { return ask("SELECT count(*) FROM changes") == "0"; }));
    }
    EXPECT_EQ(ask("SELECT count(*) FROM tasks"), "2");
}

TEST_F(SweeperTest, says_that_the_database_is_away_and_goes_on)
{
    const auto away = open_storage(
        db::postgres::parse_url("postgresql://127.0.0.1:1/nothing?connect_timeout=2"), 1);
    const Sweeper sweeper{*away, clock(), log_, {}, std::chrono::milliseconds{1}};
    const auto warnings = [&] {
        const std::string text = logged();
        const auto first = text.find("stays until the next sweep");
        return first != std::string::npos && text.find("next sweep", first + 30) < text.size();
    };
    EXPECT_TRUE(wait_until(warnings));
}

}  // namespace
}  // namespace todod::store
