#include <gmock/gmock.h>

#include "base/error.hpp"
#include "store/tasks.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::new_task;
using testing::numbers_of;
using testing::writer;
using types::Change;
using types::Task;
using types::TaskRef;

class TaskWrites : public ::testing::Test, public testing::TestDatabase {
protected:
    TaskWrites()
    {
        add_user("ada");
        add_user("bob");
    }

    Task create(const std::string& user_id, std::string title = "a task")
    {
        return run(create_task(tasks(), new_task(user_id, std::move(title), clock().now())));
    }
    std::optional<Task> find(TaskRef task) { return run(tasks().find("ada", task)); }

    template <class... Writes>
    WriteOutcome write(Writes... writes)
    {
        return run(tasks().write("ada", testing::request_of(clock().now(), std::move(writes)...)));
    }

    std::vector<Change> log(const std::string& user_id = "ada")
    {
        return run(changes().list(user_id, 0, 1000)).changes;
    }
    std::vector<std::int64_t> search(std::string words)
    {
        return numbers_of(run(tasks().list("ada", {.filter = {.words = std::move(words)}})).tasks);
    }
    std::vector<std::int64_t> in_trash()
    {
        std::vector<std::int64_t> numbers;
        for (const auto& trashed : run(changes().list_trash("ada", 0, 1000)))
            numbers.push_back(trashed.task.number);
        return numbers;
    }
    /// That the count which is kept is right, and this.
    void expect_count(std::int64_t count)
    {
        EXPECT_EQ(run(tasks().list("ada", {.limit = 1000})).total, count);
        EXPECT_EQ(
            run(tasks().list("ada", {.filter = {.not_completed = true}, .limit = 1000})).total,
            count);
    }
};

TEST_F(TaskWrites, make_change_trash_restore_and_purge_in_one_transaction)
{
    const Task old = create("ada", "old words");
    create("ada", "to stay");
    Task made = new_task("ada", "made here", clock().now());
    made.tags = {"x"};
    const WriteOutcome outcome =
        write(MakeTask{made}, ChangeTask{.task = made.id, .change = {.title = "renamed here"}},
              TrashTask{.task = std::int64_t{1}}, RestoreTask{old.id},
              ChangeTask{.task = std::int64_t{1}, .change = {.title = "new words"}},
              TrashTask{.task = std::int64_t{2}}, PurgeTask{std::int64_t{2}});
    ASSERT_TRUE(outcome.is_done);
    EXPECT_THAT(lines_of(outcome.changes),
                ElementsAre("3 create 3", "4/3 update 3", "5/3 delete 1", "6/3 restore 1",
                            "7/3 update 1", "8/3 delete 2", "9/3 purge 2"));
    EXPECT_THAT(lines_of(log()), ElementsAre("1 create 1", "2 create 2", "3 create 3",
                                             "4/3 update 3", "5/3 delete 1", "6/3 restore 1",
                                             "7/3 update 1", "8/3 delete 2", "9/3 purge 2"));
    EXPECT_EQ(find(std::int64_t{3}), outcome.results[1].task);
    EXPECT_EQ(find(old.id), outcome.results[4].task);
    EXPECT_EQ(find(std::int64_t{2}), std::nullopt);
    EXPECT_THAT(search("words"), ElementsAre(1));
    EXPECT_THAT(search("old"), IsEmpty());
    EXPECT_THAT(search("renamed"), ElementsAre(3));
    EXPECT_THAT(search("stay"), IsEmpty());
    EXPECT_THAT(in_trash(), IsEmpty());
    expect_count(2);
    EXPECT_EQ(create("ada").number, 4);
}

TEST_F(TaskWrites, keep_all_that_a_task_says_through_the_trash)
{
    Task task = new_task("ada", "Ünïcode — “quotes” ' \" \\ \n 🦊", clock().now());
    task.description = "line\nline\u00a0";
    task.status = types::Status::completed;
    task.priority = types::Priority::urgent;
    task.tags = {"b", "a", "quote\"d"};
    task.due_date = types::Due{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}, true};
    task.completed_at = clock().now() - std::chrono::milliseconds{1};
    task.created_at = base::Instant{};
    const Task made = run(create_task(tasks(), task));
    write(TrashTask{.task = made.number});
    EXPECT_EQ(run(changes().list_trash("ada", 0, 10)).at(0).task, made);
    EXPECT_EQ(find(made.id), std::nullopt);
    Task expected = made;
    ++expected.version;
    clock().advance(std::chrono::hours{1});
    expected.updated_at = clock().now();
    EXPECT_EQ(write(RestoreTask{made.number}).results[0].task, expected);
    EXPECT_EQ(find(made.id), expected);
    EXPECT_EQ(log().back().after, types::state_of(made));
}

TEST_F(TaskWrites, that_are_refused_take_the_others_back)
{
    create("ada", "first words");
    const auto before = lines_of(log());
    const WriteOutcome outcome =
        write(MakeTask{new_task("ada", "lost words")},
              ChangeTask{.task = std::int64_t{1}, .change = {.title = "x"}},
              TrashTask{.task = std::int64_t{7}});
    EXPECT_FALSE(outcome.is_done);
    EXPECT_EQ(outcome.results[2].failure.value().code(), ErrorCode::not_found);
    EXPECT_EQ(lines_of(log()), before);
    EXPECT_THAT(search("words"), ElementsAre(1));
    expect_count(1);
    EXPECT_EQ(create("ada").number, 2);
}

TEST_F(TaskWrites, that_are_not_atomic_do_what_they_can)
{
    create("ada");
    WriteRequest request =
        testing::request_of(clock().now(), TrashTask{.task = std::int64_t{7}},
                            TrashTask{.task = std::int64_t{1}}, MakeTask{new_task("ada", "made")});
    request.is_atomic = false;
    const WriteOutcome outcome = run(tasks().write("ada", std::move(request)));
    EXPECT_TRUE(outcome.is_done);
    EXPECT_TRUE(outcome.results[0].failure);
    EXPECT_THAT(lines_of(log()), ElementsAre("1 create 1", "2 delete 1", "3/2 create 2"));
    expect_count(1);
}

TEST_F(TaskWrites, that_are_only_tried_show_what_they_would_do)
{
    create("ada", "words");
    create("ada", "in the trash");
    write(TrashTask{.task = std::int64_t{2}});
    WriteRequest request = testing::request_of(
        clock().now(), ChangeTask{.task = std::int64_t{1}, .change = {.title = "x"}},
        RestoreTask{std::int64_t{2}}, MakeTask{new_task("ada", "made")},
        TrashTask{.task = std::int64_t{9}});
    request.is_dry_run = true;
    request.is_atomic = false;
    const User user = writer("ada");
    const WriteOutcome outcome = run(tasks().write(user, std::move(request)));
    EXPECT_THAT(lines_of(outcome.changes), ElementsAre("0 update 1", "0 restore 2", "0 create 3"));
    EXPECT_TRUE(outcome.results[3].failure);
    EXPECT_EQ(user.changes->changeset_id, std::nullopt);
    EXPECT_EQ(log().size(), 3U);
    EXPECT_THAT(search("words"), ElementsAre(1));
    EXPECT_THAT(in_trash(), ElementsAre(2));
    expect_count(1);
}

TEST_F(TaskWrites, of_one_scope_are_one_set_whose_number_it_gets)
{
    create("ada");
    const User user = writer("ada", {.via = types::Via::mcp, .request_id = "r1"});
    const Task first = run(tasks().create(user, new_task("ada", "first", clock().now())));
    EXPECT_EQ(user.changes->changeset_id, 2);
    run(tasks().update(user, first.id, std::nullopt, {.title = "x"}, clock().now()));
    run(tasks().write(user, testing::request_of(clock().now(), TrashTask{.task = first.id},
                                                RestoreTask{first.id})));
    run(tasks().remove(user, std::int64_t{1}, std::nullopt, clock().now()));
    run(tasks().create_once(user, new_task("ada", "once", clock().now()),
                            {.operation = "o", .key = "k", .fingerprint = "f", .now = {}}));
    EXPECT_EQ(user.changes->changeset_id, 2);
    EXPECT_THAT(lines_of(log()),
                ElementsAre("1 create 1", "2 create 2", "3/2 update 2", "4/2 delete 2",
                            "5/2 restore 2", "6/2 delete 1", "7/2 create 3"));
    for (const Change& change : log()) {
        const types::Origin expected = change.seq == 1 ? types::Origin{} : user.changes->origin;
        EXPECT_EQ(change.origin, expected) << change.seq;
    }
}

TEST_F(TaskWrites, give_a_scope_its_number_whichever_comes_first)
{
    const Task task = create("ada");
    const auto expect_set = [&](std::int64_t expected, const auto& ask) {
        const User user = writer("ada");
        ask(user);
        EXPECT_EQ(user.changes->changeset_id, expected);
    };
    expect_set(2, [&](const User& user) {
        run(tasks().update(user, task.id, std::nullopt, {.toggle = true}, clock().now()));
    });
    expect_set(3, [&](const User& user) {
        run(tasks().update(user, task.id, std::nullopt, {.title = "x"}, clock().now()));
    });
    const Idempotency once{.operation = "o", .key = "k", .fingerprint = "f", .now = clock().now()};
    expect_set(4, [&](const User& user) {
        run(tasks().create_once(user, new_task("ada", "once"), once));
    });
    expect_set(5, [&](const User& user) {
        run(tasks().remove(user, task.id, std::nullopt, clock().now()));
    });
    expect_set(6, [&](const User& user) {
        run(tasks().write(user, testing::request_of(clock().now(), RestoreTask{task.id})));
    });
    const User again = writer("ada");
    EXPECT_TRUE(run(tasks().create_once(again, new_task("ada", "once"), once)).is_replayed);
    run(tasks().update(again, task.id, std::nullopt, {.title = "x"}, clock().now()));
    EXPECT_EQ(again.changes->changeset_id, std::nullopt);
    EXPECT_EQ(log().size(), 6U);
}

TEST_F(TaskWrites, take_back_a_change_of_each_kind)
{
    const Task task = create("ada", "old words");
    run(tasks().update("ada", task.id, std::nullopt, {.title = "new words", .toggle = true},
                       clock().now()));
    run(tasks().remove("ada", task.id, std::nullopt, clock().now()));
    write(RestoreTask{task.id});
    const auto changes_made = log();
    const auto revert = [&](std::size_t index) {
        WriteRequest request =
            testing::request_of(clock().now(), RevertChange{changes_made.at(index)});
        request.undoes = changes_made.at(index).changeset_id;
        return run(tasks().write("ada", std::move(request))).results.at(0);
    };
    EXPECT_TRUE(revert(3).task);  // the restoring
    EXPECT_THAT(in_trash(), ElementsAre(1));
    EXPECT_TRUE(revert(2).task);  // the removal
    EXPECT_THAT(search("new words"), ElementsAre(1));
    EXPECT_TRUE(revert(1).task);  // the update
    EXPECT_EQ(types::state_of(*find(task.id)), types::state_of(task));
    EXPECT_THAT(search("old words"), ElementsAre(1));
    EXPECT_THAT(search("new"), IsEmpty());
    EXPECT_TRUE(revert(0).task);  // that it was made
    EXPECT_EQ(find(task.id), std::nullopt);
    const auto undone = log();
    EXPECT_THAT(lines_of(undone),
                ElementsAre("1 create 1", "2 update 1", "3 delete 1", "4 restore 1", "5 delete 1",
                            "6 restore 1", "7 update 1", "8 delete 1"));
    EXPECT_THAT((std::vector{undone[3].undoes, undone[4].undoes, undone[7].undoes}),
                ElementsAre(std::nullopt, 4, 1));
}

TEST_F(TaskWrites, do_not_take_back_what_has_been_changed_since_and_say_what)
{
    const Task task = create("ada");
    run(tasks().update("ada", task.id, std::nullopt, {.title = "x"}, clock().now()));
    run(tasks().update("ada", task.id, std::nullopt, {.title = "y"}, clock().now()));
    WriteOutcome outcome = write(RevertChange{log().at(1)});
    EXPECT_FALSE(outcome.is_done);
    EXPECT_EQ(outcome.results[0].failure.value().code(), ErrorCode::conflict);
    EXPECT_THAT(outcome.results[0].changed_since, ElementsAre("title"));
    outcome = write(RevertChange{log().at(0)});
    EXPECT_THAT(outcome.results[0].changed_since, ElementsAre("title"));
    EXPECT_EQ(find(task.id)->title, "y");
    EXPECT_EQ(log().size(), 3U);
}

TEST_F(TaskWrites, restore_by_number_where_the_id_has_been_taken_is_a_conflict)
{
    const Task task = create("ada");
    run(tasks().remove("ada", task.id, std::nullopt, clock().now()));
    Task again = task;
    again.title = "again";
    EXPECT_EQ(run(create_task(tasks(), again)).number, 2);
    EXPECT_EQ(write(RestoreTask{std::int64_t{1}}).results[0].failure.value().code(),
              ErrorCode::conflict);
    EXPECT_EQ(write(RestoreTask{task.id}).results[0].failure.value().code(), ErrorCode::conflict);
    // In one request the other goes first, and comes later in the order of the numbers.
    const WriteOutcome outcome =
        write(TrashTask{.task = std::int64_t{2}}, RestoreTask{std::int64_t{1}});
    ASSERT_TRUE(outcome.is_done);
    EXPECT_EQ(find(task.id)->number, 1);
    EXPECT_THAT(in_trash(), ElementsAre(2));
    expect_count(1);
}

TEST_F(TaskWrites, of_what_is_in_the_trash_of_several_with_an_id_take_the_last)
{
    const Task task = create("ada", "first");
    run(tasks().remove("ada", task.id, std::nullopt, clock().now()));
    Task again = task;
    again.title = "second";
    run(create_task(tasks(), again));
    run(tasks().remove("ada", task.id, std::nullopt, clock().now()));
    EXPECT_THAT(in_trash(), ElementsAre(2, 1));
    EXPECT_EQ(write(RestoreTask{task.id}).results[0].task->title, "second");
    write(TrashTask{.task = task.id});
    EXPECT_EQ(write(PurgeTask{task.id}).results[0].task->number, 2);
    EXPECT_THAT(in_trash(), ElementsAre(1));
}

TEST_F(TaskWrites, find_nobody_elses_tasks)
{
    const Task his = create("bob");
    const Task his_trashed = create("bob");
    run(tasks().remove("bob", his_trashed.id, std::nullopt, clock().now()));
    WriteRequest request = testing::request_of(
        clock().now(), ChangeTask{.task = his.id, .change = {.title = "x"}},
        TrashTask{.task = his.number}, RestoreTask{his_trashed.id}, RestoreTask{his_trashed.number},
        PurgeTask{his_trashed.id}, PurgeTask{his_trashed.number});
    request.is_atomic = false;
    const WriteOutcome outcome = run(tasks().write("ada", std::move(request)));
    for (const WriteResult& result : outcome.results) {
        EXPECT_EQ(result.failure.value().code(), ErrorCode::not_found)
            << &result - outcome.results.data();
    }
    EXPECT_FALSE(write(RevertChange{log("bob").at(0)}).is_done);
    EXPECT_EQ(run(tasks().find("bob", his.id)), his);
    EXPECT_EQ(log("bob").size(), 3U);
    EXPECT_THAT(log(), IsEmpty());
    Task same_id = new_task("ada", "hers");
    same_id.id = his.id;
    EXPECT_TRUE(write(MakeTask{same_id}).is_done);
}

TEST_F(TaskWrites, of_a_user_who_is_not_there_are_refused)
{
    WriteRequest request =
        testing::request_of({}, MakeTask{new_task("x", "x")}, TrashTask{.task = std::int64_t{1}});
    for (const bool is_dry_run : {false, true}) {
        request.is_dry_run = is_dry_run;
        const WriteOutcome outcome = run(tasks().write("nobody", request));
        EXPECT_FALSE(outcome.is_done);
        EXPECT_EQ(outcome.results[0].failure.value().code(), ErrorCode::unauthorized);
        EXPECT_EQ(outcome.results[1].failure.value().code(), ErrorCode::not_found);
    }
}

TEST_F(TaskWrites, that_name_a_number_which_no_task_can_have_find_nothing)
{
    create("ada");
    for (const std::int64_t number :
         {std::int64_t{0}, (std::int64_t{1} << 32) + 1, std::numeric_limits<std::int64_t>::max()}) {
        for (const TaskWrite& each :
             {TaskWrite{TrashTask{.task = number}}, TaskWrite{RestoreTask{number}},
              TaskWrite{PurgeTask{number}}}) {
            const WriteOutcome outcome = run(tasks().write("ada", {.writes = {each}}));
            EXPECT_EQ(outcome.results[0].failure.value().code(), ErrorCode::not_found) << number;
        }
    }
}

TEST_F(TaskWrites, of_many_tasks_are_done_at_once)
{
    constexpr int many = 300;
    WriteRequest request{.now = clock().now()};
    for (int i = 1; i <= many; ++i)
        request.writes.emplace_back(MakeTask{new_task("ada", fmt::format("task {}", i))});
    EXPECT_EQ(run(tasks().write("ada", std::move(request))).changes.size(), std::size_t{many});
    WriteRequest removal{.now = clock().now()};
    for (std::int64_t i = 1; i <= many; ++i)
        removal.writes.emplace_back(TrashTask{.task = i});
    EXPECT_TRUE(run(tasks().write("ada", std::move(removal))).is_done);
    expect_count(0);
    EXPECT_EQ(in_trash().size(), std::size_t{many});
    EXPECT_EQ(run(changes().list_sets("ada", 1'000'000, 10)).size(), 2U);
}

}  // namespace
}  // namespace todod::store
