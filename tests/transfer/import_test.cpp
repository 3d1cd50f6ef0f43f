#include "transfer/import.hpp"

#include <gmock/gmock.h>

#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"
#include "transfer/export.hpp"
#include "transfer/read.hpp"

namespace todod::transfer {
namespace {

using base::ErrorCode;
using testing::create_task;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::new_task;
using testing::TestDatabase;

/// A database, and what is imported into it.
struct Target : TestDatabase {
    std::unique_ptr<store::Imports> imports = database().imports();
    Importer importer{accounts(), *imports, clock(), [](std::chrono::milliseconds) {}};

    static bool go_on(const ImportTally&) { return true; }

    ImportPlan check(std::string_view text, Format format, SourceOptions options, Faults& faults)
    {
        const auto source = open_source(format, text, std::move(options), faults);
        return run(importer.check(*source, faults));
    }

    ImportTally import(std::string_view text, Format format = Format::csv,
                       SourceOptions options = {.user_id = "ada", .now = read_at},
                       const Importer::Progress& progress = go_on)
    {
        Faults faults;
        const ImportPlan plan = check(text, format, options, faults);
        EXPECT_THAT(faults.shown(), IsEmpty());
        const auto source = open_source(format, text, options, faults);
        return run(importer.run(*source, plan, progress));
    }

    std::string exported(bool is_csv = false)
    {
        std::string text;
        const Write write = [&text](std::string_view piece) { text += piece; };
        const ExportSources from{tasks(), conversations(), [](auto) {}};
        auto users = run(accounts().list_all());
        run(is_csv ? export_csv(from, std::move(users), write)
                   : export_json(from, std::move(users), write));
        return text;
    }
};

std::string rows(int count, std::string_view header = "title")
{
    std::string text = fmt::format("{}\n", header);
    for (int i = 1; i <= count; ++i)
        text += fmt::format("task {}\n", i);
    return text;
}

std::vector<std::string> titles_of(const std::vector<types::Task>& tasks)
{
    std::vector<std::string> titles;
    titles.reserve(tasks.size());
    for (const auto& task : tasks)
        titles.push_back(task.title);
    return titles;
}

std::vector<types::Task> tasks_of(Target& target, const std::string& user_id)
{
    store::TaskQuery query{.sort = {.key = types::SortKey::created, .reversed = true},
                           .limit = 10'000};
    return target.run(target.tasks().list(user_id, query)).tasks;
}

TEST(Importer, numbers_tasks_in_the_order_of_the_file)
{
    Target target;
    target.add_user("ada");
    const auto tally = target.import(rows(1234));
    EXPECT_EQ(tally.added, 1234);
    const auto tasks = tasks_of(target, "ada");
    ASSERT_EQ(tasks.size(), 1234);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        EXPECT_EQ(tasks[i].number, static_cast<std::int64_t>(i + 1));
        EXPECT_EQ(tasks[i].title, fmt::format("task {}", i + 1));
    }
}

TEST(Importer, logs_a_run_as_one_change_set_of_each_user_however_many_batches_it_has)
{
    Target target;
    target.add_user("ada");
    target.import(rows(1100));
    target.clock().advance(std::chrono::seconds{1});
    target.import("title\nanother\n");
    const auto sets = target.run(target.changes().list_sets("ada", 5000, 10));
    ASSERT_EQ(sets.size(), 2);
    EXPECT_EQ(sets[0].count, 1);
    EXPECT_EQ(sets[0].at, target.clock().now());
    EXPECT_EQ(sets[1].count, 1100);
    EXPECT_EQ(sets[1].first.origin.via, types::Via::import);
}

TEST(Importer, makes_nothing_twice_and_adds_what_is_missing)
{
    Target target;
    target.add_user("ada");
    target.import(rows(3));
    target.run(target.tasks().remove("ada", std::int64_t{2}, std::nullopt, target.clock().now()));
    const auto again = target.import(rows(4));
    EXPECT_EQ(again.added, 2);
    EXPECT_EQ(again.skipped, 2);
    EXPECT_THAT(titles_of(tasks_of(target, "ada")),
                ElementsAre("task 1", "task 3", "task 2", "task 4"));
}

TEST(Importer, leaves_tasks_that_are_there_as_they_are)
{
    Target target;
    target.add_user("ada");
    auto task = target.run(create_task(target.tasks(), new_task("ada", "Tea")));
    target.import(fmt::format("id,title\n{},Milk\n", base::to_string(task.id)));
    EXPECT_THAT(titles_of(tasks_of(target, "ada")), ElementsAre("Tea"));
}

TEST(Importer, does_not_touch_another_users_tasks)
{
    Target target;
    target.add_user("ada");
    target.add_user("eve");
    const auto task = target.run(create_task(target.tasks(), new_task("eve", "Tea")));
    const auto tally = target.import(fmt::format("id,title\n{},Milk\n", base::to_string(task.id)));
    EXPECT_EQ(tally.added, 1);
    EXPECT_THAT(titles_of(tasks_of(target, "eve")), ElementsAre("Tea"));
    EXPECT_THAT(titles_of(tasks_of(target, "ada")), ElementsAre("Milk"));
}

TEST(Importer, goes_on_where_it_was_stopped)
{
    Target target;
    target.add_user("ada");
    const std::string text = rows(1200);
    const auto stopped = target.import(text, Format::csv, {.user_id = "ada", .now = read_at},
                                       [](const ImportTally&) { return false; });
    EXPECT_TRUE(stopped.is_stopped);
    EXPECT_EQ(stopped.added, Importer::batch_size);
    const auto rest = target.import(text);
    EXPECT_FALSE(rest.is_stopped);
    EXPECT_EQ(rest.added, 1200 - Importer::batch_size);
    EXPECT_EQ(rest.skipped, Importer::batch_size);
}

constexpr std::string_view two_users = R"({"format":"todod","version":1,"users":[
{"user_id":"ada","name":"Ada","email":"ada@example.com","created_at":"2026-01-01T00:00:00Z",
"tasks":[{"title":"Tea","created_at":"2026-01-01T00:00:00Z"},{"title":"Milk","version":2}]},
{"user_id":"eve","name":null,"email":null,"tasks":[{"title":"Bread","status":"in_progress"}]}]})";

TEST(Importer, makes_the_users_that_are_not_there_without_a_password)
{
    Target target;
    target.add_user("eve");
    const auto tally = target.import(two_users, Format::json, {.now = read_at});
    EXPECT_EQ(tally.users_made, 1);
    EXPECT_EQ(tally.added, 3);
    const auto ada = target.run(target.accounts().find_by_email("ada@example.com"));
    ASSERT_TRUE(ada);
    EXPECT_EQ(ada->user_id, "ada");
    EXPECT_EQ(ada->password_hash, std::nullopt);
    EXPECT_EQ(base::to_string(ada->created_at), "2026-01-01T00:00:00.000Z");
}

TEST(Importer, takes_tasks_of_several_users_in_any_order)
{
    Target target;
    const auto tally =
        target.import("user_id,title\nb,1\na,1\nb,2\na,2\n", Format::csv, {.now = read_at});
    EXPECT_EQ(tally.users_made, 2);
    EXPECT_THAT(titles_of(tasks_of(target, "a")), ElementsAre("1", "2"));
    EXPECT_THAT(titles_of(tasks_of(target, "b")), ElementsAre("1", "2"));
}

TEST(Importer, refuses_accounts_that_cannot_be_made)
{
    Target target;
    target.add_user("gone");
    target.run(target.accounts().remove("gone", read_at));
    types::Account other;
    other.user_id = "other";
    other.email = "ada@example.com";
    target.run(target.accounts().create(other));
    Faults faults;
    target.check("user_id,title\nfine,x\ngone,x\n", Format::csv, {.now = read_at}, faults);
    EXPECT_THAT(faults.shown(), ElementsAre(HasSubstr("line 3: the account 'gone' has been")));
    Faults more;
    target.check(two_users, Format::json, {.now = read_at}, more);
    EXPECT_THAT(more.shown(), ElementsAre(HasSubstr("line 2: email is another account's")));
    EXPECT_FALSE(target.run(target.accounts().find("fine")));
}

TEST(Importer, tries_again_when_the_database_has_no_time)
{
    struct Busy final : store::Imports {
        base::Async<std::vector<bool>> make_tasks(std::vector<types::Task> tasks,
                                                  store::ImportRun&) override
        {
            if (failures-- > 0) {
                throw base::Error::unavailable("busy", std::chrono::seconds{1});
            }
            co_return std::vector<bool>(tasks.size(), true);
        }
        base::Async<bool> is_deleted(std::string) override { co_return false; }
        int failures = 0;
    };
    Target target;
    target.add_user("ada");
    Busy busy;
    int pauses = 0;
    Importer importer{target.accounts(), busy, target.clock(),
                      [&](std::chrono::milliseconds) { ++pauses; }};
    const auto import = [&] {
        Faults faults;
        const std::string text = rows(1);
        const auto source =
            open_source(Format::csv, text, {.user_id = "ada", .now = read_at}, faults);
        return target.run(importer.run(*source, {.tasks = 1}, Target::go_on));
    };
    busy.failures = max_attempts - 1;
    EXPECT_EQ(import().added, 1);
    EXPECT_EQ(pauses, max_attempts - 1);
    busy.failures = max_attempts;
    EXPECT_EQ(error_of(import).code(), ErrorCode::unavailable);
}

TEST(Export, gives_the_same_bytes_after_an_import_into_an_empty_database)
{
    Target target;
    target.import(two_users, Format::json, {.now = read_at});
    target.import("user_id,title,tags,description\nada,\"'=1+1\",\"a, b\",\"x\r\ny\"\n",
                  Format::csv, {.now = read_at});
    const std::string json = target.exported();
    const std::string csv = target.exported(true);
    Target from_json;
    from_json.import(json, Format::json, {.now = read_at + std::chrono::hours{1}});
    EXPECT_EQ(from_json.exported(), json);
    EXPECT_EQ(from_json.exported(true), csv);
    Target from_csv;
    from_csv.import(csv, Format::csv, {.now = read_at + std::chrono::hours{1}});
    EXPECT_EQ(from_csv.exported(true), csv);
}

TEST(Export, is_spelled_one_way)
{
    Target target;
    target.import(two_users, Format::json, {.now = read_at});
    const std::string text = target.exported();
    EXPECT_THAT(text, ::testing::StartsWith(
                          "{\"format\":\"todod\",\"version\":1,\"users\":[\n"
                          "{\"user_id\":\"ada\",\"name\":\"Ada\",\"email\":\"ada@example.com\","
                          "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"tasks\":[\n{\"id\":"));
    EXPECT_THAT(text, HasSubstr("\"version\":2}\n],\"conversations\":[]},\n{\"user_id\":\"eve\""));
    EXPECT_THAT(text, ::testing::EndsWith("\n],\"conversations\":[]}\n]}\n"));
    Target empty;
    EXPECT_EQ(empty.exported(), "{\"format\":\"todod\",\"version\":1,\"users\":[]}\n");
}

TEST(Export, has_every_page_and_no_secret)
{
    Target target;
    types::Account account;
    account.user_id = "ada";
    account.password_hash = "$argon2id$secret";
    target.run(target.accounts().create(account));
    target.import(rows(2 * export_page + 1));
    const std::string text = target.exported();
    EXPECT_THAT(text, HasSubstr(fmt::format("\"task {}\"", 2 * export_page + 1)));
    EXPECT_EQ(std::ranges::count(text, '\n'), 2 * export_page + 1 + 4);
    EXPECT_THAT(text, ::testing::Not(HasSubstr("argon2")));
}

TEST(Export, has_conversations_by_number_and_messages_oldest_first)
{
    Target target;
    target.add_user("ada");
    auto& store = target.conversations();
    const auto say = [&](std::optional<std::int64_t> id, std::string text) {
        const store::NewTurn turn{.conversation_id = id,
                                  .title = "t",
                                  .content = text,
                                  .now = read_at,
                                  .timeout = std::chrono::seconds{1}};
        const auto begun = std::get<store::Turn>(*target.run(store.begin_turn("ada", turn)));
        target.run(store.end_turn("ada", begun.conversation_id, begun.position,
                                  {.content = "re " + text, .now = read_at}));
    };
    say(std::nullopt, "first");
    say(std::nullopt, "second");
    for (int i = 0; i < 120; ++i)
        say(1, fmt::format("m{}", i));
    const std::string text = target.exported();
    std::size_t last = text.find("\"first\"");
    EXPECT_NE(last, text.npos);
    for (int i = 0; i < 120; ++i) {
        const std::size_t at = text.find(fmt::format("\"m{}\"", i));
        ASSERT_NE(at, text.npos) << i;
        EXPECT_GT(at, last);
        last = at;
    }
    EXPECT_GT(text.find("\"second\""), last);
    // Beside it, its conversation shows how the last one begins.
    EXPECT_EQ(text.rfind("\"re m118\""), text.find("\"re m118\""));
    EXPECT_EQ(target.exported(), text);
}

}  // namespace
}  // namespace todod::transfer
