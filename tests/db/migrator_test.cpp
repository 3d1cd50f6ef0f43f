#include "db/migrator.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/schema_log.hpp"
#include "db/sqlite/schema_log.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"
#include "support/threads.hpp"

namespace todod::db {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

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

/// A new database.
class Target {
public:
    virtual ~Target() = default;
    virtual std::unique_ptr<SchemaLog> open() = 0;
    /// All that it consists of, but for schema_migrations.
    virtual std::string schema() = 0;
    virtual bool has_log() = 0;
    virtual std::span<const Migration> migrations() = 0;
};

class SqliteTarget final : public Target {
public:
    std::unique_ptr<SchemaLog> open() override
    {
        return std::make_unique<sqlite::SchemaLog>(connect());
    }

    std::string schema() override
    {
        return ask(
            "SELECT group_concat(part, char(10)) FROM (SELECT coalesce(sql, name) AS part"
            " FROM sqlite_schema WHERE name NOT IN ('schema_migrations', 'sqlite_sequence')"
            " ORDER BY name)");
    }

    bool has_log() override
    {
        return !ask("SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'").empty();
    }

    std::span<const Migration> migrations() override { return sqlite_migrations(); }

private:
    sqlite::Connection connect() const
    {
        return {folder_.file("test.db"), sqlite::Connection::Mode::create};
    }

    std::string ask(std::string_view sql) const
    {
        auto connection = connect();
        auto rows = connection.query(sql);
        return rows.step() ? std::string{rows.text(0)} : std::string{};
    }

    testing::TempFolder folder_;
};

class PostgresTarget final : public Target {
public:
    std::unique_ptr<SchemaLog> open() override
    {
        return std::make_unique<postgres::SchemaLog>(database_.settings());
    }

    std::string schema() override
    {
        return database_.ask(
            "SELECT string_agg(part, E'\\n' ORDER BY part) FROM ("
            " SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable,"
            "  column_default, generation_expression) AS part FROM information_schema.columns"
            "  WHERE table_schema = 'public' AND table_name <> 'schema_migrations'"
            " UNION ALL SELECT indexdef FROM pg_indexes"
            "  WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
            " UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid))"
            "  FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            "  AND conrelid <> coalesce(to_regclass('schema_migrations')::oid, 0)"
            " UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc"
            "  WHERE pronamespace = 'public'::regnamespace) AS parts");
    }

    bool has_log() override
    {
        return database_.ask("SELECT to_regclass('schema_migrations') IS NOT NULL") == "t";
    }

    std::span<const Migration> migrations() override { return postgres_migrations(); }

private:
    testing::EmptyDatabase database_;
};

std::unique_ptr<Target> make_target(std::string_view database)
{
    if (database == "sqlite") return std::make_unique<SqliteTarget>();
    return std::make_unique<PostgresTarget>();
}

class MigratorTest : public ::testing::TestWithParam<const char*> {
protected:
    Migrator migrator(std::span<const Migration> migrations = some)
    {
        return {target_->open(), migrations, clock_};
    }

    std::unique_ptr<Target> target_ = make_target(GetParam());
    testing::FakeClock clock_;
};

INSTANTIATE_TEST_SUITE_P(Databases, MigratorTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return std::string{test.param}; });

TEST_P(MigratorTest, a_new_database_is_at_0_and_stays_untouched_by_questions)
{
    EXPECT_EQ(migrator().current(), 0);
    EXPECT_EQ(migrator().newest(), 3);
    EXPECT_FALSE(migrator().is_current());
    const auto history = migrator().history();
    EXPECT_THAT(numbers_of(history), ElementsAre(1, 2, 3));
    for (const auto& entry : history)
        EXPECT_FALSE(entry.applied_at) << entry.number;
    EXPECT_EQ(target_->schema(), "");
    EXPECT_FALSE(target_->has_log());
}

TEST_P(MigratorTest, goes_up_in_order_and_says_what_it_did)
{
    const auto done = migrator().migrate_to(3);
    EXPECT_THAT(numbers_of(done), ElementsAre(1, 2, 3));
    EXPECT_EQ(done[1].name, "two");
    EXPECT_EQ(done[1].applied_at, clock_.now());
    EXPECT_TRUE(migrator().is_current());
    EXPECT_TRUE(target_->has_log());
    EXPECT_THAT(migrator().migrate_to(3), IsEmpty());
}

TEST_P(MigratorTest, goes_as_far_as_it_is_told_either_way)
{
    EXPECT_THAT(numbers_of(migrator().migrate_to(2)), ElementsAre(1, 2));
    EXPECT_FALSE(migrator().is_current());
    EXPECT_THAT(numbers_of(migrator().migrate_to(3)), ElementsAre(3));
    EXPECT_THAT(numbers_of(migrator().migrate_to(1)), ElementsAre(3, 2));
    EXPECT_EQ(migrator().current(), 1);
    EXPECT_THAT(numbers_of(migrator().migrate_to(0)), ElementsAre(1));
    EXPECT_EQ(target_->schema(), "");
}

TEST_P(MigratorTest, its_history_tells_what_is_applied_when_from_what_is_pending)
{
    migrator().migrate_to(1);
    clock_.advance(std::chrono::minutes{60} + std::chrono::milliseconds{1});
    migrator().migrate_to(2);
    const auto history = migrator().history();
    ASSERT_THAT(numbers_of(history), ElementsAre(1, 2, 3));
    EXPECT_EQ(history[0].applied_at,
              clock_.now() - std::chrono::minutes{60} - std::chrono::milliseconds{1});
    EXPECT_EQ(history[1].applied_at, clock_.now());
    EXPECT_FALSE(history[2].applied_at);
}

TEST_P(MigratorTest, refuses_a_migration_that_is_not_there)
{
    for (const int target : {-1, 4, 100}) {
        const auto error = error_of([&] { migrator().migrate_to(target); });
        EXPECT_EQ(error.code(), ErrorCode::bad_request) << target;
        EXPECT_THAT(error.message(), HasSubstr("the newest is 0003"));
    }
    EXPECT_EQ(migrator().current(), 0);
}

TEST_P(MigratorTest, a_migration_that_fails_leaves_nothing_of_itself)
{
    constexpr std::array<Migration, 2> broken{{
        some[0],
        {2, "broken", "CREATE TABLE two (n INTEGER); INSERT INTO nowhere VALUES (1);", ""},
    }};
    migrator().migrate_to(1);
    const std::string before = target_->schema();
    EXPECT_NE(before, "");
    // And the connection can go on.
    Migrator failing = migrator(broken);
    for (int attempt = 0; attempt < 2; ++attempt)
        EXPECT_THROW(failing.migrate_to(2), base::Error);
    EXPECT_EQ(failing.current(), 1);
    EXPECT_EQ(target_->schema(), before);
    EXPECT_THAT(numbers_of(migrator().migrate_to(3)), ElementsAre(2, 3));
}

TEST_P(MigratorTest, goes_nowhere_on_a_database_that_a_newer_program_has_migrated)
{
    migrator().migrate_to(3);
    const auto known = std::span{some}.first(2);
    for (const int target : {0, 1, 2}) {
        const auto error = error_of([&] { migrator(known).migrate_to(target); });
        EXPECT_EQ(error.code(), ErrorCode::conflict) << target;
        EXPECT_THAT(error.message(), HasSubstr("at 0003, made by a newer todod"));
    }
    EXPECT_THAT(numbers_of(migrator(known).history()), ElementsAre(1, 2, 3));
    EXPECT_EQ(migrator(known).history()[2].name, "three");
    EXPECT_EQ(migrator().current(), 3);
}

TEST_P(MigratorTest, finds_all_that_it_knows_in_what_a_newer_program_has_migrated)
{
    EXPECT_THAT(numbers_of(migrator().migrate_up()), ElementsAre(1, 2, 3));
    EXPECT_FALSE(migrator().is_ahead());
    EXPECT_THAT(migrator().migrate_up(), IsEmpty());
    Migrator older = migrator(std::span{some}.first(2));
    EXPECT_TRUE(older.is_current());
    EXPECT_TRUE(older.is_ahead());
    const std::string schema = target_->schema();
    EXPECT_THAT(older.migrate_up(), IsEmpty());
    EXPECT_EQ(target_->schema(), schema);
    EXPECT_EQ(migrator().current(), 3);
}

TEST_P(MigratorTest, is_not_current_where_one_is_missing_below_a_newer_one)
{
    migrator().migrate_to(1);
    target_->open()->add({3, "three", clock_.now()});
    for (const std::size_t count : {2U, 3U}) {
        Migrator each = migrator(std::span{some}.first(count));
        EXPECT_FALSE(each.is_current()) << count;
        const auto error = error_of([&] { each.migrate_up(); });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr("at 0003, but lacks 0002"));
    }
    EXPECT_TRUE(migrator(std::span{some}.first(1)).is_current());
}

TEST_P(MigratorTest, those_that_start_together_take_turns)
{
    constexpr int threads = 4;
    for (int round = 0; round < 5; ++round) {
        const auto target = make_target(GetParam());
        std::array<std::vector<Migrator::Entry>, threads> done;
        testing::on_threads(threads, [&](int index) {
            const testing::FakeClock clock;
            Migrator own{target->open(), some, clock};
            done[static_cast<std::size_t>(index)] = own.migrate_to(3);
        });
        std::vector<int> applied;
        for (const auto& entries : done) {
            for (const auto& entry : entries)
                applied.push_back(entry.number);
        }
        EXPECT_THAT(applied, UnorderedElementsAre(1, 2, 3));
    }
}

TEST_P(MigratorTest, of_todod_itself_go_up_and_down_and_up_to_the_same_schema)
{
    Migrator own = migrator(target_->migrations());
    own.migrate_to(own.newest());
    const std::string schema = target_->schema();
    EXPECT_NE(schema, "");
    own.migrate_to(0);
    const std::string left = target_->schema();
    EXPECT_THAT(left, HasSubstr("user_sessions")) << "whose rows are another program's";
    EXPECT_THAT(left, Not(HasSubstr("tasks")));
    own.migrate_to(own.newest());
    EXPECT_EQ(target_->schema(), schema);
}

TEST(Migrations, of_todod_itself_are_numbered_without_a_gap)
{
    for (const auto migrations : {sqlite_migrations(), postgres_migrations()}) {
        int number = 0;
        for (const Migration& migration : migrations) {
            EXPECT_EQ(migration.number, ++number);
            EXPECT_FALSE(migration.name.empty());
            EXPECT_FALSE(migration.up.empty());
            EXPECT_FALSE(migration.down.empty());
        }
        EXPECT_GT(number, 0);
    }
}

}  // namespace
}  // namespace todod::db
