#include <gmock/gmock.h>

#include "store/task_ledger.hpp"
#include "support/ledger.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::request_of;
using types::Change;
using types::ChangeKind;
using types::Task;

constexpr base::Instant now = testing::ledger_time;

/// Makes one change of task 3, and takes it back.
struct Reverts : testing::TestLedger {
    template <class... Writes>
    Change logged(Writes... writes)
    {
        EXPECT_TRUE(write(std::move(writes)...).is_done);
        return ledger.log().back();
    }

    WriteResult revert(const Change& change)
    {
        set.reset();
        WriteRequest request = request_of(now, RevertChange{change});
        request.undoes = change.changeset_id;
        return write_all(request).results.at(0);
    }

    void expect_conflict(const Change& change, std::string_view words,
                         const std::vector<std::string>& fields = {})
    {
        const std::int64_t last_change = ledger.last_change();
        const WriteResult result = revert(change);
        EXPECT_EQ(code_of(result), ErrorCode::conflict);
        EXPECT_EQ(result.failure->message(), words);
        EXPECT_EQ(result.changed_since, fields);
        EXPECT_EQ(ledger.last_change(), last_change);
    }
};

TEST_F(Reverts, make_an_updated_task_say_again_what_it_said)
{
    const Task was = load(3);
    const Change change =
        logged(ChangeTask{.task = 3, .change = {.title = "x", .completed = true}});
    const WriteResult result = revert(change);
    EXPECT_EQ(types::state_of(*result.task), types::state_of(was));
    EXPECT_EQ(result.task->version, 3);
    EXPECT_EQ(result.task->updated_at, now);
    const Change& taken_back = ledger.log().back();
    EXPECT_EQ(taken_back.kind, ChangeKind::update);
    EXPECT_EQ(taken_back.before, change.after);
    EXPECT_EQ(taken_back.after, change.before);
    EXPECT_EQ(taken_back.undoes, 41);
    EXPECT_EQ(taken_back.changeset_id, 42);
    EXPECT_TRUE(ledger.entries().at(3).is_rewritten);
}

TEST_F(Reverts, leave_what_another_change_has_changed)
{
    load(3);
    const Change change = logged(ChangeTask{.task = 3, .change = {.title = "x"}});
    logged(ChangeTask{.task = 3, .change = {.priority = types::Priority::high}});
    const WriteResult result = revert(change);
    EXPECT_EQ(result.task->title, "a task");
    EXPECT_EQ(result.task->priority, types::Priority::high);
}

TEST_F(Reverts, of_a_field_that_has_been_changed_since_name_it)
{
    load(3);
    const Change change =
        logged(ChangeTask{.task = 3, .change = {.title = "x", .priority = types::Priority::low}});
    logged(ChangeTask{.task = 3, .change = {.title = "y", .tags = std::vector<std::string>{"z"}}});
    expect_conflict(change, "Task 3 has been changed (title) since.", {"title"});
}

TEST_F(Reverts, move_what_was_made_to_the_trash_unless_it_has_been_changed)
{
    const Change change = logged(MakeTask{task(0)});
    EXPECT_EQ(revert(change).task->number, 11);
    EXPECT_EQ(ledger.entries().at(11).place, TaskPlace::trash);
    EXPECT_EQ(ledger.log().back().kind, ChangeKind::remove);
    expect_conflict(change, "Task 11 has been deleted since.");
    logged(RestoreTask{11});
    logged(ChangeTask{.task = 11, .change = {.title = "x", .toggle = true}});
    expect_conflict(change, "Task 11 has been changed (title, status, completed_at) since.",
                    {"title", "status", "completed_at"});
}

TEST_F(Reverts, restore_what_was_deleted)
{
    const Task was = load(3);
    const Change change = logged(TrashTask{.task = 3});
    EXPECT_EQ(revert(change).task->version, 2);
    EXPECT_EQ(ledger.entries().at(3).place, TaskPlace::tasks);
    EXPECT_EQ(ledger.log().back().kind, ChangeKind::restore);
    expect_conflict(change, "Task 3 has been restored since.");
    logged(TrashTask{.task = 3}, MakeTask{was});
    expect_conflict(change, "Task 3 cannot be restored: another task has its id.");
    logged(PurgeTask{3});
    expect_conflict(change, "Task 3 has been deleted for good since.");
}

TEST_F(Reverts, move_what_was_restored_to_the_trash)
{
    load_trashed(3);
    const Change change = logged(RestoreTask{3});
    EXPECT_TRUE(revert(change).task);
    EXPECT_EQ(ledger.entries().at(3).place, TaskPlace::trash);
}

TEST_F(Reverts, of_what_is_gone_for_good_are_refused)
{
    load_trashed(3);
    const Change change = logged(PurgeTask{3});
    expect_conflict(change, "Task 3 has been deleted for good.");
}

TEST_F(Reverts, of_an_update_are_refused_while_the_task_is_in_the_trash)
{
    load(3);
    const Change change = logged(ChangeTask{.task = 3, .change = {.title = "x"}});
    logged(TrashTask{.task = 3});
    expect_conflict(change, "Task 3 has been deleted since.");
}

TEST_F(Reverts, can_be_taken_back_themselves)
{
    load(3);
    const Change change = logged(ChangeTask{.task = 3, .change = {.title = "x"}});
    revert(change);
    const Change taken_back = ledger.log().back();
    EXPECT_EQ(revert(taken_back).task->title, "x");
    EXPECT_EQ(ledger.log().back().undoes, taken_back.changeset_id);
}

TEST_F(Reverts, of_a_whole_set_go_backwards)
{
    load(3);
    write(ChangeTask{.task = 3, .change = {.title = "x"}},
          ChangeTask{.task = 3, .change = {.title = "y"}}, TrashTask{.task = 3});
    const auto log = ledger.log();
    set.reset();
    const WriteOutcome outcome =
        write(RevertChange{log[2]}, RevertChange{log[1]}, RevertChange{log[0]});
    ASSERT_TRUE(outcome.is_done);
    EXPECT_EQ(ledger.entries().at(3).task.title, "a task");
    EXPECT_EQ(ledger.entries().at(3).place, TaskPlace::tasks);
}

}  // namespace
}  // namespace todod::store
