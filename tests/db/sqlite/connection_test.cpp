#include "db/sqlite/connection.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod::db::sqlite {
namespace {

using base::ErrorCode;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

static_assert(std::is_constructible_v<Value, const std::string&>);
static_assert(std::is_constructible_v<Value, std::optional<std::int64_t>>);
static_assert(!std::is_constructible_v<Value, std::string>);
static_assert(!std::is_constructible_v<Value, base::Uuid>);
static_assert(!std::is_constructible_v<Value, std::optional<std::string>>);

class ConnectionTest : public ::testing::Test {
protected:
    ConnectionTest() { connection_.script("CREATE TABLE t (n INTEGER PRIMARY KEY, v ANY) STRICT"); }

    std::string path() const { return folder_.file("test.db"); }
    std::int64_t count()
    {
        auto rows = connection_.query("SELECT count(*) FROM t");
        rows.step();
        return rows.integer(0);
    }

    testing::TempFolder folder_;
    Connection connection_{path(), Connection::Mode::create};
};

TEST_F(ConnectionTest, gives_back_what_was_bound)
{
    const std::string text{"a\0b — ü", 10};
    const base::Uuid uuid{{std::byte{1}, std::byte{0}, std::byte{255}}};
    const std::optional<std::string> some{"some"};
    const std::optional<std::string> none;
    auto rows = connection_.query(
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8",
        {nullptr, std::int64_t{-9'000'000'000}, true, text, "", uuid, some, none});
    ASSERT_TRUE(rows.step());
    EXPECT_TRUE(rows.is_null(0));
    EXPECT_EQ(rows.maybe_integer(0), std::nullopt);
    EXPECT_EQ(rows.maybe_integer(1), -9'000'000'000);
    EXPECT_EQ(rows.integer(2), 1);
    EXPECT_EQ(rows.text(3), text);
    EXPECT_EQ(rows.maybe_text(4), "");
    EXPECT_EQ(rows.uuid(5), uuid);
    EXPECT_EQ(rows.maybe_text(6), "some");
    EXPECT_EQ(rows.maybe_text(7), std::nullopt);
    EXPECT_FALSE(rows.step());
}

TEST_F(ConnectionTest, tells_how_many_rows_a_statement_changed)
{
    EXPECT_EQ(connection_.run("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"), 3);
    EXPECT_EQ(connection_.run("UPDATE t SET v = 'x' WHERE n > ?1", {1}), 2);
    EXPECT_EQ(connection_.run("INSERT INTO t VALUES (1, 'a') ON CONFLICT DO NOTHING"), 0);
    EXPECT_EQ(connection_.run("DELETE FROM t WHERE n = ?1", {9}), 0);
    EXPECT_EQ(connection_.total_changes(), 5);
}

TEST_F(ConnectionTest, a_statement_can_run_again_after_it_has_failed)
{
    constexpr std::string_view sql = "INSERT INTO t VALUES (?1, ?2)";
    connection_.run(sql, {1, "a"});
    const auto error = error_of([&] { connection_.run(sql, {1, "b"}); });
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_THAT(error.message(), HasSubstr("UNIQUE"));
    EXPECT_EQ(connection_.run(sql, {2, "b"}), 1);
}

TEST_F(ConnectionTest, an_error_says_nothing_of_what_was_bound)
{
    const std::string secret = "hunter2";
    connection_.run("INSERT INTO t VALUES (1, ?1)", {secret});
    const auto error =
        error_of([&] { connection_.run("INSERT INTO t VALUES (?1, ?2)", {1, secret}); });
    EXPECT_THAT(error.message(), Not(HasSubstr(secret)));
}

TEST_F(ConnectionTest, what_is_no_sql_is_our_fault)
{
    EXPECT_EQ(error_of([&] { connection_.run("SELEKT 1"); }).code(), ErrorCode::internal);
    EXPECT_EQ(error_of([&] { connection_.script("SELECT 1; SELEKT 1"); }).code(),
              ErrorCode::internal);
}

TEST_F(ConnectionTest, what_is_not_there_is_not_made_unless_asked_for)
{
    using enum Connection::Mode;
    for (const auto mode : {read_only, read_write}) {
        const std::string other = folder_.file("other.db");
        const auto error = error_of([&] { Connection{other, mode}; });
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), HasSubstr(other));
        EXPECT_THAT(error.message(), Not(HasSubstr(other)));  // what a client sees
    }
    Connection made{folder_.file("other.db"), create};
    EXPECT_NO_THROW((Connection{folder_.file("other.db"), read_write}));
}

TEST_F(ConnectionTest, a_file_that_is_no_database_is_refused)
{
    connection_.script("PRAGMA user_version = 1");
    const std::string other = folder_.file("text.db");
    std::FILE* file = std::fopen(other.c_str(), "w");
    ASSERT_NE(file, nullptr);
    for (int i = 0; i < 200; ++i)
        std::fputs("this is no database\n", file);
    std::fclose(file);
    Connection text{other, Connection::Mode::read_write};
    EXPECT_EQ(error_of([&] { text.query("SELECT * FROM sqlite_schema").step(); }).code(),
              ErrorCode::internal);
}

TEST_F(ConnectionTest, one_that_only_reads_cannot_write)
{
    Connection reading{path(), Connection::Mode::read_only};
    EXPECT_EQ(error_of([&] { reading.run("INSERT INTO t VALUES (1, 'a')"); }).code(),
              ErrorCode::unavailable);
    EXPECT_EQ(count(), 0);
}

TEST_F(ConnectionTest, rows_survive_that_their_statement_would_be_forgotten)
{
    connection_.run("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    auto fresh = connection_.query("SELECT v FROM t ORDER BY n");
    auto begun = connection_.query("SELECT v FROM t ORDER BY n DESC");
    ASSERT_TRUE(begun.step());
    auto ended = connection_.query("SELECT v FROM t WHERE n = 3");
    ASSERT_FALSE(ended.step());
    for (std::size_t i = 0; i < 2 * Connection::max_prepared; ++i)
        connection_.run(fmt::format("UPDATE t SET v = v WHERE n = {}", 1000 + i));

    ASSERT_TRUE(fresh.step());
    EXPECT_EQ(fresh.text(0), "a");
    ASSERT_TRUE(begun.step());
    EXPECT_EQ(begun.text(0), "a");
}

TEST_F(ConnectionTest, takes_its_statements_along_when_it_is_moved)
{
    connection_.run("INSERT INTO t VALUES (?1, 'a')", {1});
    Connection moved{std::move(connection_)};
    EXPECT_EQ(moved.run("INSERT INTO t VALUES (?1, 'a')", {2}), 1);
}

TEST_F(ConnectionTest, refers_only_to_what_is_there)
{
    connection_.script("CREATE TABLE child (n INTEGER NOT NULL REFERENCES t (n))");
    EXPECT_THROW(connection_.run("INSERT INTO child VALUES (5)"), base::Error);
}

TEST_F(ConnectionTest, folds_case_as_titles_are_sorted)
{
    const struct {
        std::string_view text;
        std::string_view folded;
    } table[] = {{"ABC", "abc"}, {"Straße", "strasse"}, {"ÉCLAIR", "éclair"}, {"", ""}};
    for (const auto& [text, folded] : table) {
        auto rows = connection_.query("SELECT casefold(?1)", {text});
        ASSERT_TRUE(rows.step());
        EXPECT_EQ(rows.text(0), folded);
    }
    auto rows = connection_.query("SELECT casefold(NULL)");
    ASSERT_TRUE(rows.step());
    EXPECT_TRUE(rows.is_null(0));
}

TEST_F(ConnectionTest, a_database_that_another_holds_is_unavailable)
{
    Connection other{path(), Connection::Mode::read_write};
    other.script("PRAGMA busy_timeout = 10");
    const Transaction holding{connection_, Transaction::Kind::immediate};
    const auto error = error_of([&] { Transaction{other, Transaction::Kind::immediate}; });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
}

TEST_F(ConnectionTest, a_database_that_is_full_is_unavailable_and_keeps_what_it_had)
{
    connection_.run("INSERT INTO t VALUES (1, 'a')");
    connection_.script("PRAGMA max_page_count = 10");
    const std::string much(100'000, 'x');
    EXPECT_EQ(error_of([&] { connection_.run("INSERT INTO t VALUES (2, ?1)", {much}); }).code(),
              ErrorCode::unavailable);
    EXPECT_EQ(count(), 1);
}

TEST_F(ConnectionTest, a_transaction_holds_once_it_is_committed)
{
    {
        Transaction transaction{connection_, Transaction::Kind::immediate};
        EXPECT_TRUE(connection_.in_transaction());
        connection_.run("INSERT INTO t VALUES (1, 'a')");
        transaction.commit();
        EXPECT_FALSE(connection_.in_transaction());
    }
    EXPECT_EQ(count(), 1);
}

TEST_F(ConnectionTest, a_transaction_that_is_left_otherwise_is_rolled_back)
{
    const auto leave = [&] {
        const Transaction transaction{connection_, Transaction::Kind::deferred};
        connection_.run("INSERT INTO t VALUES (1, 'a')");
        throw std::runtime_error{"away"};
    };
    EXPECT_THROW(leave(), std::runtime_error);
    EXPECT_FALSE(connection_.in_transaction());
    EXPECT_EQ(count(), 0);
}

TEST_F(ConnectionTest, a_commit_that_fails_is_rolled_back)
{
    connection_.script(
        "CREATE TABLE child"
        " (n INTEGER NOT NULL REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)");
    {
        Transaction transaction{connection_, Transaction::Kind::immediate};
        connection_.run("INSERT INTO t VALUES (1, 'a')");
        connection_.run("INSERT INTO child VALUES (5)");
        EXPECT_THROW(transaction.commit(), base::Error);
    }
    EXPECT_FALSE(connection_.in_transaction());
    EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace todod::db::sqlite
