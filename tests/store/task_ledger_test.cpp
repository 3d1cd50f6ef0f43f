#include "store/task_ledger.hpp"

#include <gmock/gmock.h>

#include "support/ledger.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::new_task;
using testing::request_of;
using types::Change;
using types::Task;
using types::TaskState;

constexpr base::Instant now = testing::ledger_time;
constexpr base::Instant earlier = testing::ledger_loaded_time;

using Ledgers = testing::TestLedger;

TEST_F(Ledgers, number_what_is_made_and_log_all_that_it_says)
{
    Task given = task(99, "new");
    given.user_id = "somebody else";
    const WriteOutcome outcome = write(MakeTask{given}, MakeTask{task(0, "newer")});
    EXPECT_TRUE(outcome.is_done);
    EXPECT_EQ(outcome.results[0].task->number, 11);
    EXPECT_EQ(outcome.results[0].task->user_id, "ada");
    EXPECT_EQ(outcome.results[1].task->number, 12);
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41 create 11", "42/41 create 12"));
    const Change& first = ledger.log().front();
    EXPECT_EQ(first.before, std::nullopt);
    EXPECT_EQ(first.after, types::state_of(given));
    EXPECT_EQ(first.at, now);
    EXPECT_EQ(first.task_id, given.id);
    EXPECT_EQ(first.version, 1);
    EXPECT_EQ(first.origin.via, types::Via::mcp);
    EXPECT_EQ(first.previous, 0);
    EXPECT_EQ(set, 41);
    EXPECT_EQ(ledger.last_number(), 12);
    EXPECT_EQ(ledger.last_change(), 42);
    EXPECT_EQ(ledger.count_added(), 2);
}

TEST_F(Ledgers, log_of_an_update_what_it_changes_and_nothing_of_one_that_changes_nothing)
{
    const Task was = load(3, 17);
    const WriteOutcome outcome = write(ChangeTask{.task = was.id, .change = {.title = "other"}},
                                       ChangeTask{.task = 3, .change = {.title = "other"}});
    EXPECT_EQ(outcome.results[0].task->title, "other");
    EXPECT_EQ(outcome.results[0].task->version, 2);
    EXPECT_EQ(outcome.results[0].task->updated_at, now);
    EXPECT_EQ(outcome.results[1].task, outcome.results[0].task);
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41 update 3"));
    const Change& change = ledger.log().front();
    EXPECT_EQ(change.before, (TaskState{.title = {true, was.title}}));
    EXPECT_EQ(change.after, (TaskState{.title = {true, "other"}}));
    EXPECT_EQ(change.version, 2);
    EXPECT_EQ(change.previous, 17);
    EXPECT_EQ(ledger.entries().at(3).last_change, 41);
    EXPECT_EQ(ledger.count_added(), 0);
}

TEST_F(Ledgers, log_what_follows_from_a_completion)
{
    load(3);
    write(ChangeTask{.task = 3, .change = {.completed = true}});
    const Change& change = ledger.log().at(0);
    EXPECT_EQ(change.before, (TaskState{.status = {true, types::Status::pending},
                                        .completed_at = {true, std::nullopt}}));
    EXPECT_EQ(change.after,
              (TaskState{.status = {true, types::Status::completed}, .completed_at = {true, now}}));
    EXPECT_FALSE(ledger.entries().at(3).is_rewritten);
}

TEST_F(Ledgers, say_which_tasks_have_other_words)
{
    load(1);
    load(2);
    load(3);
    write(ChangeTask{.task = 1, .change = {.title = "x"}},
          ChangeTask{.task = 2, .change = {.description = std::optional<std::string>{"x"}}},
          ChangeTask{.task = 3, .change = {.priority = types::Priority::low}});
    EXPECT_TRUE(ledger.entries().at(1).is_rewritten);
    EXPECT_TRUE(ledger.entries().at(2).is_rewritten);
    EXPECT_FALSE(ledger.entries().at(3).is_rewritten);
    EXPECT_TRUE(ledger.entries().at(3).is_changed);
}

TEST_F(Ledgers, go_on_with_a_set_that_has_begun)
{
    set = 33;
    load(3);
    write(TrashTask{.task = 3});
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41/33 delete 3"));
    EXPECT_EQ(set, 33);
}

TEST_F(Ledgers, move_to_the_trash_and_out_of_it_again)
{
    const Task was = load(3, 17);
    WriteOutcome outcome = write(TrashTask{.task = 3});
    EXPECT_EQ(outcome.results[0].task, was);
    const LedgerEntry& entry = ledger.entries().at(3);
    EXPECT_EQ(entry.place, TaskPlace::trash);
    EXPECT_EQ(entry.stored_place, TaskPlace::tasks);
    EXPECT_EQ(entry.deleted_at, now);
    EXPECT_EQ(ledger.count_added(), -1);

    outcome = write(RestoreTask{was.id});
    EXPECT_EQ(outcome.results[0].task->version, 2);
    EXPECT_EQ(outcome.results[0].task->updated_at, now);
    EXPECT_EQ(entry.place, TaskPlace::tasks);
    EXPECT_EQ(ledger.count_added(), 0);

    outcome = write(TrashTask{.task = was.id}, PurgeTask{3});
    EXPECT_EQ(outcome.results[1].task->number, 3);
    EXPECT_EQ(entry.place, TaskPlace::nowhere);
    EXPECT_EQ(ledger.count_added(), -1);

    EXPECT_THAT(lines_of(ledger.log()),
                ElementsAre("41 delete 3", "42/41 restore 3", "43/41 delete 3", "44/41 purge 3"));
    const auto& log = ledger.log();
    EXPECT_EQ(log[0].before, types::state_of(was));
    EXPECT_EQ(log[0].after, std::nullopt);
    EXPECT_EQ(log[0].version, 1);
    EXPECT_EQ(log[1].before, std::nullopt);
    EXPECT_EQ(log[1].after, types::state_of(was));
    EXPECT_EQ(log[1].version, 2);
    EXPECT_EQ(log[3].before, std::nullopt);
    EXPECT_EQ(log[3].after, std::nullopt);
    EXPECT_THAT((std::vector{log[0].previous, log[1].previous, log[2].previous, log[3].previous}),
                ElementsAre(17, 41, 42, 43));
}

TEST_F(Ledgers, find_a_task_only_where_a_write_looks_for_it)
{
    const Task there = load(1);
    const Task trashed = load_trashed(2);
    WriteRequest request = request_of(now, ChangeTask{.task = trashed.id, .change = {.title = "x"}},
                                      TrashTask{.task = 2}, RestoreTask{there.id}, PurgeTask{1},
                                      RestoreTask{7}, ChangeTask{.task = base::Uuid{}});
    request.is_atomic = false;
    const WriteOutcome outcome = write_all(request);
    for (const WriteResult& result : outcome.results) {
        EXPECT_EQ(code_of(result), ErrorCode::not_found) << &result - outcome.results.data();
    }
    EXPECT_TRUE(outcome.is_done);
    expect_untouched();
}

TEST_F(Ledgers, hold_a_condition_against_the_task_as_it_is_by_then)
{
    load(1);
    load(2);
    const types::TagCondition first{.tags = {{1, 1}}};
    WriteRequest request =
        request_of(now, ChangeTask{.task = 1, .condition = first, .change = {.title = "x"}},
                   ChangeTask{.task = 1, .condition = first, .change = {.title = "y"}},
                   TrashTask{.task = 1, .condition = first});
    request.is_atomic = false;
    const WriteOutcome outcome = write_all(request);
    EXPECT_EQ(outcome.results[0].task->title, "x");
    EXPECT_EQ(code_of(outcome.results[1]), ErrorCode::precondition_failed);
    EXPECT_EQ(code_of(outcome.results[2]), ErrorCode::precondition_failed);
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41 update 1"));
}

TEST_F(Ledgers, take_all_back_where_one_is_refused_and_still_try_the_rest)
{
    load(1);
    load(2, 9);
    const WriteOutcome outcome =
        write(MakeTask{task(0)}, ChangeTask{.task = 1, .change = {.title = "x"}},
              TrashTask{.task = 2}, TrashTask{.task = 7}, RestoreTask{2}, PurgeTask{8});
    EXPECT_FALSE(outcome.is_done);
    EXPECT_THAT(outcome.changes, IsEmpty());
    EXPECT_EQ(code_of(outcome.results[3]), ErrorCode::not_found);
    EXPECT_EQ(code_of(outcome.results[5]), ErrorCode::not_found);
    EXPECT_FALSE(outcome.results[4].failure);
    expect_untouched();
    EXPECT_EQ(ledger.entries().at(1).task.title, "a task");
    EXPECT_EQ(ledger.entries().at(2).last_change, 9);
}

TEST_F(Ledgers, give_the_number_and_the_id_of_what_was_made_in_vain_to_the_next)
{
    const Task vain = task(0, "in vain");
    const Task next = task(0, "next");
    write(MakeTask{vain}, TrashTask{.task = 7});
    expect_untouched();
    EXPECT_EQ(write(MakeTask{next}).results[0].task->number, 11);
    EXPECT_EQ(write(ChangeTask{.task = next.id, .change = {.title = "x"}}).results[0].task->number,
              11);
    EXPECT_EQ(code_of(write(TrashTask{.task = vain.id}).results[0]), ErrorCode::not_found);
    EXPECT_EQ(code_of(write(MakeTask{next}).results[0]), ErrorCode::conflict);
    EXPECT_EQ(write(MakeTask{vain}).results[0].task->number, 12);
}

TEST_F(Ledgers, do_what_they_can_of_what_is_not_atomic)
{
    load(1);
    WriteRequest request =
        request_of(now, TrashTask{.task = 7}, ChangeTask{.task = 1, .change = {.title = "x"}},
                   MakeTask{task(0)});
    request.is_atomic = false;
    const WriteOutcome outcome = write_all(request);
    EXPECT_TRUE(outcome.is_done);
    EXPECT_EQ(code_of(outcome.results[0]), ErrorCode::not_found);
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41 update 1", "42/41 create 11"));
    EXPECT_THAT(lines_of(outcome.changes), ElementsAre("41 update 1", "42/41 create 11"));
}

TEST_F(Ledgers, show_what_a_trial_would_change_and_change_nothing)
{
    load(1, 5);
    load_trashed(2);
    WriteRequest request =
        request_of(now, MakeTask{task(0)}, ChangeTask{.task = 1, .change = {.title = "x"}},
                   RestoreTask{2}, TrashTask{.task = 7});
    request.is_dry_run = true;
    request.is_atomic = false;
    const WriteOutcome outcome = write_all(request);
    EXPECT_TRUE(outcome.is_done);
    EXPECT_EQ(outcome.results[0].task->number, 11);
    EXPECT_EQ(outcome.results[1].task->title, "x");
    EXPECT_EQ(code_of(outcome.results[3]), ErrorCode::not_found);
    EXPECT_THAT(lines_of(outcome.changes), ElementsAre("0 create 11", "0 update 1", "0 restore 2"));
    EXPECT_EQ(outcome.changes[1].previous, 0);
    expect_untouched();
    EXPECT_EQ(ledger.entries().at(1).task.title, "a task");
    EXPECT_EQ(ledger.entries().at(1).last_change, 5);
}

TEST_F(Ledgers, keep_what_earlier_requests_have_done_when_a_later_one_is_taken_back)
{
    const Task made = task(0);
    write(MakeTask{made});
    write(ChangeTask{.task = made.id, .change = {.title = "kept"}});
    write(ChangeTask{.task = made.id, .change = {.title = "not kept"}}, TrashTask{.task = 7});
    EXPECT_THAT(lines_of(ledger.log()), ElementsAre("41 create 11", "42/41 update 11"));
    EXPECT_EQ(ledger.entries().at(11).task.title, "kept");
    EXPECT_EQ(ledger.entries().at(11).last_change, 42);
    EXPECT_EQ(ledger.last_change(), 42);
}

TEST_F(Ledgers, refuse_a_second_task_with_an_id_but_not_one_whose_other_is_in_the_trash)
{
    const Task first = load(1);
    EXPECT_EQ(code_of(write(MakeTask{first}).results[0]), ErrorCode::conflict);
    expect_untouched();
    write(TrashTask{.task = 1}, MakeTask{first});
    EXPECT_EQ(ledger.entries().at(11).task.id, first.id);
    const WriteOutcome outcome = write(RestoreTask{1});
    EXPECT_EQ(code_of(outcome.results[0]), ErrorCode::conflict);
    EXPECT_EQ(outcome.results[0].failure->message(),
              "Task 1 cannot be restored: another task has its id.");
}

TEST_F(Ledgers, restore_of_several_with_one_id_the_one_that_went_last)
{
    Task old = task(4);
    ledger.load_trashed(old, 30, earlier);
    Task young = old;
    young.number = 5;
    ledger.load_trashed(young, 35, earlier);
    old.number = 6;
    ledger.load_trashed(old, 20, earlier);
    EXPECT_EQ(write(RestoreTask{old.id}).results[0].task->number, 5);
    EXPECT_EQ(write(PurgeTask{old.id}).results[0].task->number, 4);
}

TEST_F(Ledgers, do_writes_in_their_order)
{
    const Task made = task(0);
    const WriteOutcome outcome =
        write(MakeTask{made}, ChangeTask{.task = made.id, .change = {.title = "x"}},
              TrashTask{.task = 11}, RestoreTask{11}, TrashTask{.task = made.id}, PurgeTask{11});
    ASSERT_TRUE(outcome.is_done);
    EXPECT_EQ(ledger.log().size(), 6U);
    EXPECT_EQ(ledger.entries().at(11).place, TaskPlace::nowhere);
    EXPECT_EQ(ledger.count_added(), 0);
    EXPECT_EQ(ledger.last_number(), 11);
}

TEST_F(Ledgers, of_nobody_refuse_all)
{
    WriteRequest request = request_of(now, MakeTask{task(0)}, TrashTask{.task = 1});
    request.is_atomic = false;
    const WriteOutcome outcome = refuse_without_account(request);
    EXPECT_FALSE(outcome.is_done);
    EXPECT_EQ(code_of(outcome.results[0]), ErrorCode::unauthorized);
    EXPECT_EQ(code_of(outcome.results[1]), ErrorCode::not_found);
}

TEST(NamedTasks, are_what_a_database_is_to_be_asked_for)
{
    const base::Uuid id = new_task("ada", "x").id;
    NamedTasks named;
    Task made;
    made.id = id;
    add_named(named,
              request_of(now, MakeTask{made}, ChangeTask{.task = 3}, TrashTask{.task = id}).writes);
    EXPECT_THAT(named.ids, ElementsAre(id, id));
    EXPECT_THAT(named.numbers, ElementsAre(3));
    EXPECT_FALSE(named.wants_trash);
    add_named(named, request_of(now, RevertChange{{.task_number = 4}}).writes);
    EXPECT_THAT(named.numbers, ElementsAre(3, 4));
    EXPECT_TRUE(named.wants_trash);
    for (const TaskWrite& write : {TaskWrite{RestoreTask{id}}, TaskWrite{PurgeTask{id}}}) {
        NamedTasks of_trash;
        add_named(of_trash, {write});
        EXPECT_THAT(of_trash.ids, ElementsAre(id));
        EXPECT_TRUE(of_trash.wants_trash);
    }
}

}  // namespace
}  // namespace todod::store
