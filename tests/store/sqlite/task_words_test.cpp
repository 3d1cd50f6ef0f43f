#include "store/sqlite/task_words.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "store/sqlite/database.hpp"
#include "support/one_batch.hpp"
#include "support/sqlite.hpp"
#include "support/task_search.hpp"
#include "support/tasks.hpp"

namespace todod::store::sqlite {
namespace {

using base::Async;
using testing::all;
using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::new_task;
using testing::run_as_one_batch;
using types::Task;

using TaskWords = testing::TaskSearching<testing::SqliteDatabase>;

TEST_F(TaskWords, of_a_batch_are_what_is_left_at_its_end)
{
    create("first");
    run_as_one_batch(*this, all(update(1, {.title = "second"}), update(1, {.title = "third"}),
                                create_task(tasks(), make("fourth")), update(2, {.title = "fifth"}),
                                create_task(tasks(), make("sixth")), remove(3)));
    for (const std::string gone : {"first", "second", "fourth", "sixth"})
        EXPECT_THAT(search(gone), IsEmpty()) << gone;
    EXPECT_THAT(search("third"), ElementsAre(1));
    EXPECT_THAT(search("fifth"), ElementsAre(2));
}

TEST_F(TaskWords, a_batch_that_is_rolled_back_leaves_no_words_of_what_failed)
{
    create("first");
    Task broken = make("broken");
    broken.status = static_cast<types::Status>(7);
    const auto outcomes = run_as_one_batch(
        *this, all(update(1, {.title = "changed"}), create_task(tasks(), make("second")),
                   create_task(tasks(), broken), remove(2), create_task(tasks(), make("third"))));
    EXPECT_EQ(outcomes[2].code(), base::ErrorCode::internal);
    EXPECT_THAT(search("changed"), ElementsAre(1));
    EXPECT_THAT(search("third"), ElementsAre(3));
    for (const std::string gone : {"first", "second", "broken"})
        EXPECT_THAT(search(gone), IsEmpty()) << gone;
}

TEST_F(TaskWords, of_an_account_go_with_it)
{
    create("hers");
    create("untouched");
    Task his = new_task("bob", "his");
    run(create_task(tasks(), his));
    const auto go = [](store::Accounts& accounts) -> Async<Task> {
        co_await accounts.remove("ada", {});
        co_return Task{};
    };
    run_as_one_batch(*this, all(create_task(tasks(), make("new")), update(1, {.title = "changed"}),
                                go(accounts()), create_task(tasks(), new_task("bob", "more"))));
    db::sqlite::Connection connection{path(), db::sqlite::Connection::Mode::read_only};
    for (const char* word : {"hers", "untouched", "new", "changed"}) {
        auto rows =
            connection.query("SELECT rowid FROM task_words WHERE task_words MATCH ?1", {word});
        EXPECT_FALSE(rows.step()) << word;
    }
    EXPECT_THAT(search("his", "bob"), ElementsAre(1));
    EXPECT_THAT(search("more", "bob"), ElementsAre(2));
}

TEST_F(TaskWords, outlive_the_one_who_wrote_them)
{
    create("first");
    {
        testing::TestLoop other;
        const auto second = open_writer(path());
        Database database{path(), *second, other};
        other.run(database.tasks()->update("ada", std::int64_t{1}, std::nullopt,
                                           {.title = "second"}, {}));
    }
    run(update(1, {.description = std::optional<std::string>{"third"}}));
    EXPECT_THAT(search("first"), IsEmpty());
    EXPECT_THAT(search("second third"), ElementsAre(1));
}

/// The index as a batch keeps it, without a writer that would try again what fails.
class WordsOfOneBatch : public TaskWords {
protected:
    WordsOfOneBatch()
    {
        create("first");
        prepare_task_words(connection_);
        transaction_.emplace(connection_, db::sqlite::Transaction::Kind::immediate);
    }

    void change_title(std::int64_t key, std::string_view from, std::string_view to)
    {
        note_old_words(connection_, key, from, std::nullopt);
        connection_.run("UPDATE tasks SET title = ?2 WHERE task_key = ?1", {key, to});
    }
    std::int64_t add(std::int64_t number, std::string_view title)
    {
        const std::int64_t key = key_ - 1 + number;
        const base::Uuid id{{std::byte{1}}};
        connection_.run(
            "INSERT INTO tasks (task_key, user_key, id, title, status, priority, tags, created_at,"
            " updated_at, version) VALUES (?1, 1, ?2, ?3, 0, 0, '[]', 0, 0, 1)",
            {key, id, title});
        note_new_words(connection_, key);
        return key;
    }
    void take_away(std::int64_t key, std::string_view title)
    {
        note_old_words(connection_, key, title, std::nullopt);
        connection_.run("DELETE FROM tasks WHERE task_key = ?1", {key});
    }
    void end_batch()
    {
        index_task_words(connection_);
        transaction_->commit();
    }

    db::sqlite::Connection connection_{path(), db::sqlite::Connection::Mode::read_write};
    std::optional<db::sqlite::Transaction> transaction_;
    std::int64_t key_ = (std::int64_t{1} << 32) + 1;
};

TEST_F(WordsOfOneBatch, several_changes_of_a_task_are_one)
{
    change_title(key_, "first", "second");
    change_title(key_, "second", "third");
    end_batch();
    EXPECT_THAT(search("first"), IsEmpty());
    EXPECT_THAT(search("second"), IsEmpty());
    EXPECT_THAT(search("third"), ElementsAre(1));
}

TEST_F(WordsOfOneBatch, a_new_task_that_changes_has_never_had_other_words)
{
    const std::int64_t key = add(2, "second");
    change_title(key, "second", "third");
    end_batch();
    EXPECT_THAT(search("second"), IsEmpty());
    EXPECT_THAT(search("third"), ElementsAre(2));
}

TEST_F(WordsOfOneBatch, a_new_task_that_goes_leaves_nothing)
{
    take_away(add(2, "second"), "second");
    take_away(key_, "first");
    end_batch();
    auto rows = connection_.query(
        "SELECT count(*) FROM task_words WHERE task_words MATCH 'first OR second'");
    rows.step();
    EXPECT_EQ(rows.integer(0), 0);
}

TEST_F(WordsOfOneBatch, an_account_that_goes_takes_new_and_changed_words_along)
{
    add(2, "second");
    change_title(key_, "first", "third");
    note_words_of(connection_, "ada", 1000);
    connection_.run("DELETE FROM tasks");
    end_batch();
    auto rows = connection_.query(
        "SELECT count(*) FROM task_words WHERE task_words MATCH 'first OR second OR third'");
    rows.step();
    EXPECT_EQ(rows.integer(0), 0);
}

}  // namespace
}  // namespace todod::store::sqlite
