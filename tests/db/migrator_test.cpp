#include "db/migrator.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"
#include "support/threads.hpp"

namespace todod::db {
namespace {

using base::ErrorCode;
using sqlite::Connection;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array<Migration, 3> some{{
    {1, "one", "CREATE TABLE one (n INTEGER);", "DROP TABLE one;"},
    {2, "two", "CREATE TABLE two (n INTEGER); INSERT INTO one VALUES (2);", "DROP TABLE two;"},
    {3, "three", "CREATE TABLE three (n INTEGER);", "DROP TABLE three;"},
}};

std::vector<int> numbers_of(const std::vector<Migrator::Entry>& entries)
{
    std::vector<int> numbers;
    for (const auto& entry : entries)
        numbers.push_back(entry.number);
    return numbers;
}

/// All that a schema consists of, in SQL.
std::vector<std::string> schema_of(Connection& connection)
{
    auto rows = connection.query(
        "SELECT coalesce(sql, name) FROM sqlite_schema"
        " WHERE name <> 'schema_migrations' AND name <> 'sqlite_sequence' ORDER BY name");
    std::vector<std::string> parts;
    while (rows.step())
        parts.emplace_back(rows.text(0));
    return parts;
}

class MigratorTest : public ::testing::Test {
protected:
    std::string path() const { return folder_.file("test.db"); }
    Migrator migrator(std::span<const Migration> migrations = some)
    {
        return Migrator{connection_, migrations, clock_};
    }

    testing::TempFolder folder_;
    testing::FakeClock clock_;
    Connection connection_{path(), Connection::Mode::create};
};

TEST_F(MigratorTest, a_new_database_is_at_0_and_stays_untouched_by_questions)
{
    EXPECT_EQ(migrator().current(), 0);
    EXPECT_EQ(migrator().newest(), 3);
    EXPECT_FALSE(migrator().is_current());
    const auto history = migrator().history();
    EXPECT_THAT(numbers_of(history), ElementsAre(1, 2, 3));
    for (const auto& entry : history)
        EXPECT_FALSE(entry.applied_at) << entry.number;
    auto rows = connection_.query("SELECT count(*) FROM sqlite_schema");
    rows.step();
    EXPECT_EQ(rows.integer(0), 0);
}

TEST_F(MigratorTest, goes_up_in_order_and_says_what_it_did)
{
    const auto done = migrator().migrate_to(3);
    EXPECT_THAT(numbers_of(done), ElementsAre(1, 2, 3));
    EXPECT_EQ(done[1].name, "two");
    EXPECT_EQ(done[1].applied_at, clock_.now());
    EXPECT_TRUE(migrator().is_current());
    EXPECT_THAT(migrator().migrate_to(3), IsEmpty());
}

TEST_F(MigratorTest, goes_as_far_as_it_is_told_either_way)
{
    EXPECT_THAT(numbers_of(migrator().migrate_to(2)), ElementsAre(1, 2));
    EXPECT_FALSE(migrator().is_current());
    EXPECT_THAT(numbers_of(migrator().migrate_to(3)), ElementsAre(3));
    EXPECT_THAT(numbers_of(migrator().migrate_to(1)), ElementsAre(3, 2));
    EXPECT_EQ(migrator().current(), 1);
    EXPECT_THAT(numbers_of(migrator().migrate_to(0)), ElementsAre(1));
    EXPECT_THAT(schema_of(connection_), IsEmpty());
}

TEST_F(MigratorTest, its_history_tells_what_is_applied_when_from_what_is_pending)
{
    migrator().migrate_to(1);
    clock_.advance(std::chrono::hours{1});
    migrator().migrate_to(2);
    const auto history = migrator().history();
    ASSERT_THAT(numbers_of(history), ElementsAre(1, 2, 3));
    EXPECT_EQ(history[0].applied_at, clock_.now() - std::chrono::hours{1});
    EXPECT_EQ(history[1].applied_at, clock_.now());
    EXPECT_FALSE(history[2].applied_at);
}

TEST_F(MigratorTest, refuses_a_migration_that_is_not_there)
{
    for (const int target : {-1, 4, 100}) {
        const auto error = error_of([&] { migrator().migrate_to(target); });
        EXPECT_EQ(error.code(), ErrorCode::bad_request) << target;
        EXPECT_THAT(error.message(), HasSubstr("the newest is 0003"));
    }
    EXPECT_EQ(migrator().current(), 0);
}

TEST_F(MigratorTest, a_migration_that_fails_leaves_nothing_of_itself)
{
    constexpr std::array<Migration, 2> broken{{
        some[0],
        {2, "broken", "CREATE TABLE two (n INTEGER); INSERT INTO nowhere VALUES (1);", ""},
    }};
    EXPECT_THROW(migrator(broken).migrate_to(2), base::Error);
    EXPECT_EQ(migrator().current(), 1);
    EXPECT_THAT(schema_of(connection_), ElementsAre("CREATE TABLE one (n INTEGER)"));
    EXPECT_THAT(numbers_of(migrator().migrate_to(3)), ElementsAre(2, 3));
}

TEST_F(MigratorTest, leaves_a_database_alone_that_a_newer_program_has_migrated)
{
    migrator().migrate_to(3);
    const auto known = std::span{some}.first(2);
    for (const int target : {0, 1, 2}) {
        const auto error = error_of([&] { migrator(known).migrate_to(target); });
        EXPECT_EQ(error.code(), ErrorCode::conflict) << target;
        EXPECT_THAT(error.message(), HasSubstr("at 0003"));
    }
    EXPECT_FALSE(migrator(known).is_current());
    EXPECT_THAT(numbers_of(migrator(known).history()), ElementsAre(1, 2, 3));
    EXPECT_EQ(migrator(known).history()[2].name, "three");
    EXPECT_EQ(migrator().current(), 3);
}

TEST_F(MigratorTest, those_that_start_together_take_turns)
{
    constexpr int threads = 4;
    for (int round = 0; round < 10; ++round) {
        const std::string database = folder_.file(fmt::format("{}.db", round));
        std::array<std::vector<Migrator::Entry>, threads> done;
        testing::on_threads(threads, [&](int index) {
            Connection own{database, Connection::Mode::create};
            const testing::FakeClock clock;
            done[static_cast<std::size_t>(index)] = Migrator{own, some, clock}.migrate_to(3);
        });
        std::vector<int> applied;
        for (const auto& entries : done) {
            for (const auto& entry : entries)
                applied.push_back(entry.number);
        }
        EXPECT_THAT(applied, ::testing::UnorderedElementsAre(1, 2, 3));
    }
}

TEST_F(MigratorTest, of_todod_itself_go_up_and_down_and_up_to_the_same_schema)
{
    Migrator own = migrator(sqlite_migrations());
    own.migrate_to(own.newest());
    const auto schema = schema_of(connection_);
    EXPECT_FALSE(schema.empty());
    own.migrate_to(0);
    EXPECT_THAT(schema_of(connection_), IsEmpty());
    own.migrate_to(own.newest());
    EXPECT_EQ(schema_of(connection_), schema);
}

TEST(Migrations, of_todod_itself_are_numbered_without_a_gap)
{
    int number = 0;
    for (const Migration& migration : sqlite_migrations()) {
        EXPECT_EQ(migration.number, ++number);
        EXPECT_FALSE(migration.name.empty());
        EXPECT_FALSE(migration.up.empty());
        EXPECT_FALSE(migration.down.empty());
    }
    EXPECT_GT(number, 0);
}

}  // namespace
}  // namespace todod::db
