#include "store/changes.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/threads.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::create_task;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::new_task;
using testing::request_of;
using testing::writer;
using types::Change;
using types::ChangeSet;
using types::Origin;
using types::Task;
using types::TaskRef;
using types::TaskState;

constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();

class LoggedChanges : public ::testing::Test, public testing::TestDatabase {
protected:
    LoggedChanges()
    {
        add_user("ada");
        add_user("bob");
    }

    Task create(const User& user, std::string title = "a task")
    {
        return run(tasks().create(user, new_task(user.id, std::move(title), clock().now())));
    }
    void update(const User& user, TaskRef task, types::TaskChange change)
    {
        run(tasks().update(user, task, std::nullopt, std::move(change), clock().now()));
    }
    void remove(const User& user, TaskRef task)
    {
        run(tasks().remove(user, task, std::nullopt, clock().now()));
    }
    void restore(const User& user, TaskRef task)
    {
        run(tasks().write(user, request_of(clock().now(), RestoreTask{task})));
    }
    std::vector<Change> log(const std::string& user_id = "ada")
    {
        return run(changes().list(user_id, 0, 1000)).changes;
    }
    std::vector<std::string> history(TaskRef task, std::int64_t before = newest,
                                     std::int64_t limit = 100)
    {
        return lines_of(run(changes().history("ada", task, before, limit)));
    }
    /// Each as "3 x2": its number, and of how many.
    std::vector<std::string> sets(std::int64_t before = newest, std::int64_t limit = 100)
    {
        std::vector<std::string> lines;
        for (const ChangeSet& set : run(changes().list_sets("ada", before, limit))) {
            lines.push_back(fmt::format("{} x{}", set.id, set.count));
            EXPECT_EQ(set.first.seq, set.id);
            EXPECT_EQ(set.first.at, set.at);
        }
        return lines;
    }
    std::vector<std::int64_t> trash(std::int64_t before = 0, std::int64_t limit = 100,
                                    const std::string& user_id = "ada")
    {
        std::vector<std::int64_t> numbers;
        for (const auto& trashed : run(changes().list_trash(user_id, before, limit)))
            numbers.push_back(trashed.task.number);
        return numbers;
    }
};

TEST_F(LoggedChanges, tell_of_each_write_what_it_has_changed_and_who_asked_for_it)
{
    const Origin origin{.via = types::Via::assistant,
                        .is_service = true,
                        .token_id = new_task("x", "x").id,
                        .conversation_id = 12,
                        .request_id = "a \"request\""};
    const Task task = create(writer("ada", origin), "Bread");
    clock().advance(std::chrono::minutes{1});
    update(writer("ada", {.via = types::Via::rest}), task.id, {.title = "Milk"});
    update("ada", task.id, {.completed = true});
    remove("ada", task.number);
    const auto changes = log();
    ASSERT_THAT(lines_of(changes),
                ElementsAre("1 create 1", "2 update 1", "3 update 1", "4 delete 1"));
    EXPECT_EQ(changes[0].at, task.created_at);
    EXPECT_EQ(changes[0].task_id, task.id);
    EXPECT_EQ(changes[0].version, 1);
    EXPECT_EQ(changes[0].before, std::nullopt);
    EXPECT_EQ(changes[0].after, types::state_of(task));
    EXPECT_EQ(changes[0].origin, origin);
    EXPECT_EQ(changes[0].undoes, std::nullopt);

    EXPECT_EQ(changes[1].at, clock().now());
    EXPECT_EQ(changes[1].version, 2);
    EXPECT_EQ(changes[1].before, (TaskState{.title = {true, "Bread"}}));
    EXPECT_EQ(changes[1].after, (TaskState{.title = {true, "Milk"}}));
    EXPECT_EQ(changes[1].origin.via, types::Via::rest);

    EXPECT_EQ(changes[2].before, (TaskState{.status = {true, types::Status::pending},
                                            .completed_at = {true, std::nullopt}}));
    EXPECT_EQ(changes[2].after, (TaskState{.status = {true, types::Status::completed},
                                           .completed_at = {true, clock().now()}}));
    EXPECT_EQ(changes[2].origin, Origin{});

    EXPECT_EQ(changes[3].version, 3);
    EXPECT_EQ(changes[3].before->title.value, "Milk");
    EXPECT_EQ(changes[3].before->status.value, types::Status::completed);
    EXPECT_TRUE(changes[3].before->tags.given);
    EXPECT_EQ(changes[3].after, std::nullopt);
}

TEST_F(LoggedChanges, are_none_where_nothing_changes_or_what_is_asked_for_is_refused)
{
    const Task task = create("ada");
    const types::TagCondition stale{.tags = {{1, 9}}};
    update("ada", task.id, {.title = task.title});
    update("ada", task.id, {.completed = false});
    const auto code = [&](auto work) { return error_of([&] { run(std::move(work)); }).code(); };
    EXPECT_EQ(code(tasks().update("ada", task.id, stale, {.title = "x"}, {})),
              ErrorCode::precondition_failed);
    EXPECT_EQ(code(tasks().remove("ada", task.id, stale, {})), ErrorCode::precondition_failed);
    EXPECT_EQ(code(tasks().remove("ada", std::int64_t{7}, std::nullopt, {})), ErrorCode::not_found);
    EXPECT_EQ(code(tasks().create("ada", task)), ErrorCode::conflict);
    EXPECT_THAT(lines_of(log()), ElementsAre("1 create 1"));
    EXPECT_EQ(create("ada").number, 2);
    EXPECT_THAT(lines_of(log()), ElementsAre("1 create 1", "2 create 2"));
}

TEST_F(LoggedChanges, are_counted_within_each_user)
{
    create("ada");
    create("bob");
    create("ada");
    EXPECT_THAT(lines_of(log("ada")), ElementsAre("1 create 1", "2 create 2"));
    EXPECT_THAT(lines_of(log("bob")), ElementsAre("1 create 1"));
    EXPECT_THAT(run(changes().last_seqs({"bob", "nobody", "ada"})), ElementsAre(1, 0, 2));
    EXPECT_THAT(run(changes().last_seqs({})), IsEmpty());
}

TEST_F(LoggedChanges, of_one_batch_follow_each_other_whoever_fails)
{
    const Task task = create("ada");
    std::vector<base::Async<Task>> work;
    for (int i = 0; i < 5; ++i) {
        work.push_back(create_task(tasks(), new_task("ada", "more")));
        work.push_back(create_task(tasks(), task));
        work.push_back(tasks().update("ada", task.id, std::nullopt, {.toggle = true}, {}));
        work.push_back(create_task(tasks(), new_task("bob", "his")));
    }
    testing::run_as_one_batch(*this, std::move(work));
    const auto changes = log();
    ASSERT_EQ(changes.size(), 11U);
    for (std::size_t i = 0; i < changes.size(); ++i)
        EXPECT_EQ(changes[i].seq, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(log("bob").size(), 5U);
}

TEST_F(LoggedChanges, of_several_threads_leave_no_gap_and_hang_together)
{
    const Task task = create("ada");
    constexpr int threads = 4;
    constexpr int rounds = 25;
    testing::on_threads(threads, [&](int) {
        testing::Shard shard{*this};
        for (int round = 0; round < rounds; ++round) {
            shard.run(shard.tasks().update("ada", task.id, std::nullopt, {.toggle = true}, {}));
            shard.run(create_task(shard.tasks(), new_task("ada", "more")));
        }
    });
    const auto changes = log();
    ASSERT_EQ(changes.size(), 1U + 2 * threads * rounds);
    for (std::size_t i = 0; i < changes.size(); ++i)
        ASSERT_EQ(changes[i].seq, static_cast<std::int64_t>(i) + 1);
    const auto of_task = run(this->changes().history("ada", task.id, newest, 1000));
    ASSERT_EQ(of_task.size(), 1U + threads * rounds);
    for (std::size_t i = 0; i < of_task.size(); ++i)
        ASSERT_EQ(of_task[i].version, static_cast<std::int64_t>(of_task.size() - i));
}

TEST_F(LoggedChanges, are_listed_from_where_somebody_is_on)
{
    EXPECT_EQ(run(changes().list("ada", 0, 10)).log.first, 1);
    EXPECT_EQ(run(changes().list("ada", 0, 10)).log.last, 0);
    for (int i = 0; i < 5; ++i)
        create("ada");
    create("bob");
    const auto page = run(changes().list("ada", 1, 2));
    EXPECT_THAT(lines_of(page.changes), ElementsAre("2 create 2", "3 create 3"));
    EXPECT_EQ(page.log.first, 1);
    EXPECT_EQ(page.log.last, 5);
    EXPECT_THAT(lines_of(run(changes().list("ada", 4, 10)).changes), ElementsAre("5 create 5"));
    for (const std::int64_t since : {std::int64_t{5}, std::int64_t{1} << 33, newest})
        EXPECT_THAT(run(changes().list("ada", since, 10)).changes, IsEmpty()) << since;
    EXPECT_EQ(run(changes().list("ada", -1, 10)).changes.size(), 5U);
}

TEST_F(LoggedChanges, of_one_scope_make_up_a_set)
{
    const User turn = writer("ada");
    create("ada");
    const Task task = create(turn);
    create("ada");
    update(turn, task.id, {.title = "x"});
    create(turn);
    EXPECT_THAT(sets(), ElementsAre("3 x1", "2 x3", "1 x1"));
    EXPECT_THAT(sets(newest, 2), ElementsAre("3 x1", "2 x3"));
    EXPECT_THAT(sets(3), ElementsAre("2 x3", "1 x1"));
    EXPECT_THAT(sets(2, 1), ElementsAre("1 x1"));
    EXPECT_THAT(sets(1), IsEmpty());
    const auto set = [&](std::int64_t id, std::int64_t since = 0, std::int64_t limit = 100) {
        return lines_of(run(changes().list_set("ada", id, since, limit)));
    };
    EXPECT_THAT(set(2), ElementsAre("2 create 2", "4/2 update 2", "5/2 create 4"));
    EXPECT_THAT(set(2, 0, 2), ElementsAre("2 create 2", "4/2 update 2"));
    EXPECT_THAT(set(2, 0, 1), ElementsAre("2 create 2"));
    EXPECT_THAT(set(2, 2, 1), ElementsAre("4/2 update 2"));
    EXPECT_THAT(set(2, 4), ElementsAre("5/2 create 4"));
    EXPECT_THAT(set(2, 5), IsEmpty());
    EXPECT_THAT(set(3), ElementsAre("3 create 3"));
    for (const std::int64_t none : {std::int64_t{0}, std::int64_t{4}, std::int64_t{9}, newest})
        EXPECT_THAT(set(none), IsEmpty()) << none;
}

TEST_F(LoggedChanges, of_a_task_are_its_history)
{
    const Task task = create("ada");
    create("ada", "another");
    update("ada", task.id, {.title = "x"});
    update("ada", std::int64_t{2}, {.title = "y"});
    update("ada", task.id, {.toggle = true});
    EXPECT_THAT(history(task.id), ElementsAre("5 update 1", "3 update 1", "1 create 1"));
    EXPECT_THAT(history(task.number), ElementsAre("5 update 1", "3 update 1", "1 create 1"));
    EXPECT_THAT(history(task.id, newest, 1), ElementsAre("5 update 1"));
    EXPECT_THAT(history(task.id, 5, 1), ElementsAre("3 update 1"));
    EXPECT_THAT(history(task.id, 2), ElementsAre("1 create 1"));
    EXPECT_THAT(history(task.id, 1), IsEmpty());
    remove("ada", task.id);
    EXPECT_EQ(history(task.id).front(), "6 delete 1");
    EXPECT_EQ(history(task.number).size(), 4U);
    restore("ada", task.id);
    EXPECT_EQ(history(task.number).front(), "7 restore 1");
    EXPECT_EQ(history(task.number).size(), 5U);
}

TEST_F(LoggedChanges, of_an_id_that_several_tasks_have_had_are_those_of_the_one_that_is_there)
{
    const Task task = create("ada");
    remove("ada", task.id);
    run(tasks().create("ada", task));
    EXPECT_THAT(history(task.id), ElementsAre("3 create 2"));
    EXPECT_THAT(history(std::int64_t{1}), ElementsAre("2 delete 1", "1 create 1"));
    remove("ada", task.id);
    EXPECT_THAT(history(task.id), ElementsAre("4 delete 2", "3 create 2"));
}

TEST_F(LoggedChanges, of_a_task_that_is_nowhere_are_not_told)
{
    const Task task = create("ada");
    remove("ada", task.id);
    run(tasks().write("ada", request_of(clock().now(), PurgeTask{task.id})));
    for (const TaskRef& ref : {TaskRef{task.id}, TaskRef{task.number}, TaskRef{std::int64_t{9}},
                               TaskRef{std::int64_t{1} << 32}, TaskRef{newest}}) {
        EXPECT_EQ(error_of([&] { history(ref); }).code(), ErrorCode::not_found);
    }
    EXPECT_THAT(lines_of(log()), ElementsAre("1 create 1", "2 delete 1", "3 purge 1"));
}

TEST_F(LoggedChanges, list_what_is_in_the_trash_with_what_went_last_first)
{
    for (int i = 0; i < 4; ++i)
        create("ada", fmt::format("task {}", i + 1));
    const base::Instant first = clock().now();
    remove("ada", std::int64_t{3});
    clock().advance(std::chrono::hours{1});
    remove("ada", std::int64_t{1});
    remove("ada", std::int64_t{4});
    EXPECT_THAT(trash(), ElementsAre(4, 1, 3));
    EXPECT_THAT(trash(0, 2), ElementsAre(4, 1));
    const auto all = run(changes().list_trash("ada", 0, 10));
    EXPECT_EQ(all[1].seq, 6);
    EXPECT_THAT(trash(6), ElementsAre(3));
    EXPECT_THAT(trash(5), IsEmpty());
    EXPECT_EQ(all[0].deleted_at, clock().now());
    EXPECT_EQ(all[2].deleted_at, first);
    EXPECT_EQ(all[2].task.title, "task 3");
    restore("ada", std::int64_t{1});
    EXPECT_THAT(trash(6), ElementsAre(3)) << "though it is not there any more";
    remove("ada", std::int64_t{1});
    EXPECT_THAT(trash(), ElementsAre(1, 4, 3));
}

TEST_F(LoggedChanges, of_others_are_not_seen)
{
    const Task task = create(writer("ada"));
    remove("ada", task.id);
    EXPECT_THAT(log("bob"), IsEmpty());
    EXPECT_THAT(run(changes().list_set("bob", 1, 0, 10)), IsEmpty());
    EXPECT_THAT(run(changes().list_sets("bob", newest, 10)), IsEmpty());
    EXPECT_THAT(trash(0, 100, "bob"), IsEmpty());
    EXPECT_EQ(error_of([&] { run(changes().history("bob", task.id, newest, 10)); }).code(),
              ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { run(changes().history("bob", task.number, newest, 10)); }).code(),
              ErrorCode::not_found);
}

TEST_F(LoggedChanges, of_a_user_who_is_not_there_are_refused)
{
    EXPECT_EQ(error_of([&] { run(changes().list("nobody", 0, 10)); }).code(),
              ErrorCode::unauthorized);
}

TEST_F(LoggedChanges, go_with_their_account)
{
    const Task task = create("ada");
    for (int i = 0; i < 5; ++i)
        create("ada");
    remove("ada", task.id);
    create("bob");
    remove("bob", std::int64_t{1});
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(ask("SELECT count(*) FROM changes"), "2");
    EXPECT_EQ(ask("SELECT count(*) FROM trash"), "1");
    EXPECT_THAT(lines_of(log("bob")), ElementsAre("1 create 1", "2 delete 1"));
}

TEST_F(LoggedChanges, of_more_than_goes_at_once_go_with_their_account)
{
    std::vector<Task> many;
    for (int i = 0; i < 2100; ++i)
        many.push_back(new_task("ada", "imported"));
    ImportRun import{.at = clock().now()};
    run(database().imports()->make_tasks(std::move(many), import));
    WriteRequest request{.now = clock().now()};
    for (std::int64_t number = 1; number <= 1050; ++number)
        request.writes.emplace_back(TrashTask{.task = number});
    run(tasks().write("ada", std::move(request)));
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(ask("SELECT count(*) FROM changes"), "0");
    EXPECT_EQ(ask("SELECT count(*) FROM trash"), "0");
}

}  // namespace
}  // namespace todod::store
