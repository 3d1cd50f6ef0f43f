#include "store/storage.hpp"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>

#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/threads.hpp"

namespace todod::store {
namespace {

using ::testing::Each;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

class StorageTest : public ::testing::Test, public testing::TestDatabase {};

TEST_F(StorageTest, is_migrated_by_what_its_own_program_knows)
{
    const auto migrator = storage().migrator(clock(), false);
    EXPECT_TRUE(migrator->is_current());
    EXPECT_EQ(migrator->migrations().back().number, migrator->newest());
    EXPECT_TRUE(run(database().is_ready()));
}

TEST_F(StorageTest, keeps_one_secret_for_all_who_start_together)
{
    std::array<std::string, 6> secrets;
    testing::on_threads(6, [&](int index) {
        base::SecureRandom random;
        secrets[static_cast<std::size_t>(index)] = storage().keep_secret(random);
    });
    EXPECT_EQ(secrets[0].size(), 43U);  // 256 bits in base64url
    EXPECT_THAT(secrets, Each(secrets[0]));
    base::SecureRandom random;
    EXPECT_EQ(storage().keep_secret(random), secrets[0]);
}

TEST_F(StorageTest, serves_threads_that_connect_at_once)
{
    add_user("ada");
    testing::on_threads(4, [&](int) {
        testing::TestLoop loop;
        const auto own = storage().connect(loop);
        EXPECT_TRUE(loop.run(own->accounts()->find_standing("ada")));
    });
}

TEST_F(StorageTest, tells_what_has_been_asked_of_it)
{
    const auto requests = [this] {
        std::uint64_t sum = 0;
        for (const auto& each : storage().activity().batches) {
            EXPECT_FALSE(each.kind.empty());
            EXPECT_LE(each.batches, each.requests);
            EXPECT_EQ(each.refused + each.waiting, 0U);
            sum += each.requests;
        }
        return sum;
    };
    add_user("ada");
    const auto before = requests();
    testing::on_threads(4, [&](int) {
        testing::TestLoop loop;
        const auto own = storage().connect(loop);
        const auto tasks = own->tasks();
        for (int i = 0; i < 5; ++i) {
            EXPECT_FALSE(loop.run(tasks->find({"ada"}, std::int64_t{1})));
            storage().activity();
        }
    });
    EXPECT_EQ(requests(), before + 20) << "also what threads asked that have ended";
    EXPECT_EQ(storage().activity().pools.empty(), !storage().is_remote());
}

TEST(Storage, of_a_file_is_not_made_by_those_who_only_look)
{
    const testing::TempFolder folder;
    const testing::FakeClock clock;
    const std::string path = folder.file("todod.db");
    const auto storage = open_storage(SqliteFile{path}, 1);
    EXPECT_EQ(storage->description(), path);
    EXPECT_FALSE(storage->is_remote());
    EXPECT_EQ(storage->migrator(clock, false)->current(), 0);
    EXPECT_FALSE(std::filesystem::exists(path));
    storage->migrator(clock, true)->migrate_to(1);
    EXPECT_EQ(storage->migrator(clock, false)->current(), 1);
}

TEST(Storage, of_a_server_that_is_away_says_so_without_a_password)
{
    const testing::FakeClock clock;
    base::SecureRandom random;
    const auto settings = db::postgres::parse_url("postgresql://ada:hunter2@127.0.0.1:1/tasks");
    const auto storage = open_storage(settings, 1);
    EXPECT_EQ(storage->description(), "postgresql://127.0.0.1:1/tasks");
    EXPECT_TRUE(storage->is_remote());
    const std::function<void()> attempts[] = {
        [&] { storage->migrator(clock, true); },
        [&] { storage->migrator(clock, false); },
        [&] { storage->keep_secret(random); },
    };
    for (const auto& attempt : attempts) {
        const auto error = error_of(attempt);
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), HasSubstr("cannot connect to postgresql://127.0.0.1:1/tasks"));
        EXPECT_THAT(error.cause(), Not(HasSubstr("hunter2")));
    }
}

}  // namespace
}  // namespace todod::store
