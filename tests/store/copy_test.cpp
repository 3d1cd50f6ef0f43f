#include "store/copy.hpp"

#include <gmock/gmock.h>

#include <utility>

#include "base/text.hpp"
#include "support/errors.hpp"
#include "support/every_row.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::create_task;
using testing::DatabaseKind;
using ::testing::ElementsAre;
using testing::error_of;
using testing::EveryRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::numbers_of;
using testing::TestConversations;
using testing::texts_of;

/// From and to the database of the test run, and SQLite, which is always there.
std::vector<std::pair<DatabaseKind, DatabaseKind>> directions()
{
    const DatabaseKind chosen = testing::chosen_database();
    if (chosen == DatabaseKind::sqlite) return {{chosen, chosen}};
    return {{chosen, chosen}, {DatabaseKind::sqlite, chosen}, {chosen, DatabaseKind::sqlite}};
}

std::string trace(std::pair<DatabaseKind, DatabaseKind> direction)
{
    const auto name = [](DatabaseKind kind) {
        return kind == DatabaseKind::sqlite ? "SQLite" : "PostgreSQL";
    };
    return fmt::format("{} to {}", name(direction.first), name(direction.second));
}

const CopyProgress in_silence = [](auto, auto, auto) {};

Content copy_all(TestConversations& from, TestConversations& to)
{
    const auto source = from.storage().copy_source();
    const auto target = to.storage().copy_target();
    return copy(*source, *target, in_silence);
}

Content content_of(TestConversations& database)
{
    return read_content(*database.storage().copy_source(), in_silence);
}

void expect_same(TestConversations& a, TestConversations& b)
{
    const Content of_a = content_of(a);
    const Content of_b = content_of(b);
    EXPECT_EQ(find_difference(of_a, of_b), "");
    EXPECT_EQ(of_a.tables, of_b.tables);
    EXPECT_EQ(of_a.secret, of_b.secret);
}

void expect_empty(TestConversations& database)
{
    for (const TableContent& table : content_of(database).tables)
        EXPECT_EQ(table.rows, 0) << table.name;
    EXPECT_EQ(database.count("users"), "0");
}

std::int64_t rows_of(const Content& content, std::string_view name)
{
    return std::ranges::find(content.tables, name, &TableContent::name)->rows;
}

void expect_same_log(TestConversations& from, TestConversations& to, const std::string& user)
{
    const auto log = [&](TestConversations& database) {
        return database.run(database.changes().list(user, 0, 5000));
    };
    const ChangePage before = log(from);
    const ChangePage after = log(to);
    EXPECT_EQ(after.log.last, before.log.last);
    ASSERT_EQ(after.changes.size(), before.changes.size());
    for (std::size_t i = 0; i < after.changes.size(); ++i) {
        EXPECT_EQ(after.changes[i].before, before.changes[i].before) << user << ' ' << i;
        EXPECT_EQ(after.changes[i].after, before.changes[i].after) << user << ' ' << i;
        EXPECT_EQ(after.changes[i].origin, before.changes[i].origin) << user << ' ' << i;
        EXPECT_EQ(after.changes[i].previous, before.changes[i].previous) << user << ' ' << i;
    }
    const auto trash = [&](TestConversations& database) {
        std::vector<types::Task> tasks;
        for (auto& trashed : database.run(database.changes().list_trash(user, 0, 100)))
            tasks.push_back(std::move(trashed.task));
        return tasks;
    };
    EXPECT_EQ(trash(to), trash(from));
}

TEST(Copy, takes_everything_to_another_database_and_back)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations first{direction.first};
        TestConversations second{direction.second};
        TestConversations third{direction.first};
        const EveryRow filled{first};
        const Content copied = copy_all(first, second);
        EXPECT_EQ(rows_of(copied, "users"), 9);
        EXPECT_EQ(rows_of(copied, "deleted_users"), 2);
        EXPECT_EQ(rows_of(copied, "tasks"), 4 + 2 + 1 + 1 + EveryRow::many_tasks);
        EXPECT_EQ(rows_of(copied, "changes"), 10 + 2 + 1 + 10 + EveryRow::many_tasks);
        EXPECT_EQ(rows_of(copied, "trash"), 2 + 1);
        EXPECT_EQ(rows_of(copied, "idempotency_keys"), 3);
        EXPECT_EQ(rows_of(copied, "api_keys"), 2);
        EXPECT_EQ(rows_of(copied, "tokens"), 2);
        EXPECT_EQ(rows_of(copied, "conversations"), 3);
        EXPECT_EQ(rows_of(copied, "messages"), 6);
        EXPECT_EQ(rows_of(copied, "webhooks"), 2);
        EXPECT_EQ(rows_of(copied, "webhook_dead_letters"), 1);
        EXPECT_EQ(rows_of(copied, "user_sessions"), 2);
        EXPECT_TRUE(copied.secret);
        EXPECT_THAT(copied.left, IsEmpty());
        copy_all(second, third);
        expect_same(first, second);
        expect_same(first, third);
    }
}

TEST(Copy, what_is_copied_is_as_it_was_for_who_asks)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        const EveryRow filled{from};
        copy_all(from, to);
        for (const char* const user : {"ada", "many", "🦉", "empty"}) {
            const TaskQuery query{.limit = 5000};
            EXPECT_EQ(to.run(to.tasks().list(user, query)).tasks,
                      from.run(from.tasks().list(user, query)).tasks);
            EXPECT_EQ(to.texts(user), from.texts(user));
            const auto hooks = from.run(from.webhooks().list(user));
            EXPECT_EQ(to.run(to.webhooks().list(user)), hooks);
            for (const auto& hook : hooks) {
                EXPECT_EQ(to.run(to.webhooks().list_dead_letters(user, hook.id, 0, 10)),
                          from.run(from.webhooks().list_dead_letters(user, hook.id, 0, 10)));
            }
        }
        for (const char* const user : {"ada", "bob", "🦉", "empty"})
            expect_same_log(from, to, user);
        const auto account = to.run(to.accounts().find_by_email("ada.äsSET@example.COM"));
        ASSERT_TRUE(account);
        EXPECT_EQ(account->user_id, "ada");
        EXPECT_EQ(account->password_hash, "$argon2id$new");
        EXPECT_EQ(account->generation, 1);
        EXPECT_EQ(account->tokens_valid_from, from.clock().now());
        EXPECT_EQ(to.run(to.tokens().find("hash of ada's"))->user_id, "ada");
        EXPECT_EQ(to.run(to.api_keys().find("ada", types::Provider::custom))->token, "sealed too");
        EXPECT_EQ(to.ask("SELECT count(*) FROM webhooks WHERE lease_holder IS NOT NULL"), "0")
            << "nobody delivers the copy";
        EXPECT_EQ(to.run(to.sessions().find({"HMAC-2"}))->user_id, "🦉");
        EXPECT_FALSE(to.run(to.accounts().ensure("gone", to.clock().now())))
            << "who was deleted does not come back";
        const auto kept = to.run(to.tasks().create_once(
            "ada", testing::new_task("ada", "key"), EveryRow::request("key", from.clock().now())));
        EXPECT_TRUE(kept.is_replayed);
    }
}

TEST(Copy, what_is_copied_is_found_and_goes_on)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        const EveryRow filled{from};
        copy_all(from, to);
        const auto found = [&](const char* user, std::string words, std::vector<std::string> tags) {
            TaskFilter filter{.tags = std::move(tags)};
            if (!words.empty()) filter.words = std::move(words);
            return numbers_of(to.run(to.tasks().list(user, {.filter = filter})).tasks);
        };
        EXPECT_THAT(found("ada", "creme kekava", {}), ElementsAre(2));
        EXPECT_THAT(found("ada", "", {"a \"quoted\" \\ tag"}), ElementsAre(2));
        EXPECT_THAT(found("many", "task 2001", {"odd"}), ElementsAre(2001));
        EXPECT_THAT(found("bob", "creme", {}), IsEmpty()) << "another's";
        EXPECT_EQ(to.run(create_task(to.tasks(), testing::new_task("ada", "next"))).number, 9);
        EXPECT_EQ(to.run(create_task(to.tasks(), testing::new_task("empty", "first"))).number, 1);
        EXPECT_EQ(to.begin("ada", "another").conversation_id, 3);
        EXPECT_EQ(to.run(to.changes().last_seqs({"ada", "empty"})),
                  (std::vector<std::int64_t>{13, 1}));
        to.run(to.tasks().remove("ada", std::int64_t{2}, std::nullopt, to.clock().now()));
        EXPECT_THAT(testing::lines_of(to.run(to.changes().history("ada", std::int64_t{2}, 100, 9))),
                    ElementsAre("14 delete 2", "2 create 2"));
        const store::WriteRequest restoring =
            testing::request_of(to.clock().now(), RestoreTask{std::int64_t{3}});
        EXPECT_TRUE(to.run(to.tasks().write("ada", restoring)).is_done);
        EXPECT_THAT(found("ada", "creme", {}), IsEmpty()) << "the index knew its words";
        to.run(to.accounts().remove("ada", to.clock().now()));
        EXPECT_THAT(found("ada", "", {}), IsEmpty());
        EXPECT_EQ(to.count("trash"), "1") << "Bob's";
        EXPECT_EQ(to.run(to.accounts().find_by_email("ada.ässet@example.com")), std::nullopt);
    }
}

TEST(Copy, of_an_empty_database_is_empty)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        base::SecureRandom random;
        const std::string kept = to.storage().keep_secret(random);
        EXPECT_FALSE(copy_all(from, to).secret);
        expect_empty(to);
        EXPECT_EQ(to.storage().keep_secret(random), kept) << "there was none to take its place";
    }
}

TEST(Copy, goes_into_no_database_that_somebody_has_data_in)
{
    TestConversations from;
    from.add_user("ada");
    for (const char* const table : {"users", "deleted_users", "user_sessions"}) {
        SCOPED_TRACE(table);
        TestConversations to;
        to.add_user("bob");
        if (std::string_view{table} == "deleted_users") {
            to.run(to.accounts().remove("bob", to.clock().now()));
        } else if (std::string_view{table} == "user_sessions") {
            to.execute(
                "DELETE FROM users; INSERT INTO user_sessions VALUES ('t', 'u', '2027-01-01 "
                "00:00:00')");
        }
        const auto before = content_of(to);
        const auto error = error_of([&] { copy_all(from, to); });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr(fmt::format("its table {}:", table)));
        EXPECT_EQ(content_of(to).tables, before.tables);
    }
}

TEST(Copy, what_is_written_meanwhile_stays_behind)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        from.add_user("ada");
        from.run(create_task(from.tasks(), testing::new_task("ada", "before")));
        {
            const auto source = from.storage().copy_source();
            from.run(create_task(from.tasks(), testing::new_task("ada", "meanwhile")));
            from.add_user("bob");
            copy(*source, *to.storage().copy_target(), in_silence);
        }
        EXPECT_EQ(to.count("users"), "1");
        EXPECT_EQ(to.ask("SELECT title FROM tasks"), "before");
        EXPECT_EQ(to.run(create_task(to.tasks(), testing::new_task("ada", "after"))).number, 2);
    }
}

TEST(Copy, nobody_sees_anything_before_all_of_it_is_there)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        const EveryRow filled{from};
        int looks = 0;
        const auto source = from.storage().copy_source();
        copy(*source, *to.storage().copy_target(), [&](auto, auto table, auto) {
            if (table != "messages") return;
            EXPECT_EQ(to.count("users"), "0");
            EXPECT_EQ(to.count("tasks"), "0");
            ++looks;
        });
        EXPECT_GE(looks, 2);
        EXPECT_EQ(to.count("users"), "9");
    }
}

TEST(Copy, nobody_writes_into_the_target_meanwhile)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        from.add_user("ada");
        const std::string impatient = direction.second == DatabaseKind::sqlite
                                          ? "PRAGMA busy_timeout = 10; "
                                          : "SET lock_timeout = 10; ";
        const auto write = [&] {
            to.execute(impatient + "DELETE FROM deleted_users WHERE user_id = 'nobody'");
        };
        int attempts = 0;
        const auto source = from.storage().copy_source();
        copy(*source, *to.storage().copy_target(), [&](auto, auto, auto) {
            EXPECT_ANY_THROW(write());
            ++attempts;
        });
        EXPECT_EQ(attempts, 2);
        write();
    }
}

TEST(Copy, a_row_that_is_not_taken_leaves_the_target_empty)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        const EveryRow filled{from};
        to.execute("CREATE UNIQUE INDEX poison ON messages (" +
                   std::string{direction.second == DatabaseKind::sqlite ? "content)"
                                                                        : "user_id, content)"});
        from.talk("ada", "twice");
        from.talk("ada", "twice");
        const auto error = error_of([&] { copy_all(from, to); });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(),
                    HasSubstr("does not take what messages has between (ada, 1, 1)"));
        EXPECT_THAT(error.message(), Not(HasSubstr("twice")));
        expect_empty(to);
        to.execute("DROP INDEX poison");
        copy_all(from, to);
        expect_same(from, to);
    }
}

TEST(Copy, leaves_an_auth_servers_own_sessions_alone)
{
    for (const auto direction : directions()) {
        SCOPED_TRACE(trace(direction));
        TestConversations from{direction.first};
        TestConversations to{direction.second};
        from.add_user("ada");
        from.execute("ALTER TABLE user_sessions ADD COLUMN ip TEXT");
        from.execute("INSERT INTO user_sessions VALUES ('t', 'ada', '2027-01-01', '::1')");
        EXPECT_THAT(copy_all(from, to).left, ElementsAre("user_sessions"));
        EXPECT_EQ(to.count("user_sessions"), "0");
        EXPECT_EQ(to.count("users"), "1");

        TestConversations another{direction.first};
        another.execute("DROP TABLE user_sessions");
        EXPECT_THAT(copy_all(to, another).left, ElementsAre("user_sessions"));
        EXPECT_EQ(another.count("users"), "1");
    }
}

TEST(Copy, tells_what_two_databases_do_not_have_in_common)
{
    TestConversations a;
    TestConversations b;
    EXPECT_EQ(find_difference(content_of(a), content_of(b)), "");
    a.add_user("ada");
    EXPECT_EQ(find_difference(content_of(a), content_of(b)), "users has 1 rows, and 0");
    b.add_user("bob");
    EXPECT_EQ(find_difference(content_of(a), content_of(b)),
              "the 1 rows of users are not the same");
    TestConversations c;
    copy_all(a, c);
    base::SecureRandom random;
    a.storage().keep_secret(random);
    EXPECT_EQ(find_difference(content_of(a), content_of(c)), "") << "only one has a secret";
    c.storage().keep_secret(random);
    EXPECT_THAT(find_difference(content_of(a), content_of(c)), HasSubstr("secrets"));
}

}  // namespace
}  // namespace todod::store
