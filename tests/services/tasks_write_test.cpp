// What tasks are written with at once, and what a write would change.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/changes.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using testing::kinds_of;
using ::testing::SizeIs;
using testing::writer;
using types::BatchMode;
using types::BatchOp;
using types::BatchOperation;
using types::ChangeKind;

class TaskWrites : public TaskService {
protected:
    static BatchOperation making(std::string title)
    {
        BatchOperation operation{.op = BatchOp::create, .task = {.given = true}};
        operation.task.value.title = sent(std::move(title));
        return operation;
    }
    store::WriteOutcome write(std::vector<BatchOperation> operations,
                              BatchMode mode = BatchMode::atomic, store::User user = writer("ada"))
    {
        return run(task_service().write(std::move(user),
                                        {.mode = mode, .operations = std::move(operations)}));
    }
    std::int64_t count() { return list({}).total; }
};

TEST_F(TaskWrites, are_one_change_set)
{
    const store::User user = writer("ada");
    const auto outcome = write({making("Milk"), making("Bread")}, BatchMode::atomic, user);
    EXPECT_TRUE(outcome.is_done);
    ASSERT_THAT(outcome.results, SizeIs(2));
    EXPECT_EQ(outcome.results[1].task->number, 2);
    EXPECT_EQ(user.changes->changeset_id, 1);
    EXPECT_EQ(outcome.changes[1].changeset_id, 1);
}

TEST_F(TaskWrites, are_done_wholly_or_not_at_all)
{
    const auto outcome =
        write({making("Milk"), {.op = BatchOp::remove, .task_id = std::int64_t{9}}});
    EXPECT_FALSE(outcome.is_done);
    EXPECT_EQ(outcome.results[1].failure->code(), ErrorCode::not_found);
    EXPECT_EQ(count(), 0);
}

TEST_F(TaskWrites, are_done_as_far_as_they_can_be_where_that_is_wanted)
{
    const auto outcome =
        write({making("Milk"), {.op = BatchOp::remove, .task_id = std::int64_t{9}}},
              BatchMode::best_effort);
    EXPECT_TRUE(outcome.is_done);
    EXPECT_EQ(count(), 1);
}

TEST_F(TaskWrites, turn_a_completion_round_where_nothing_is_said_of_it)
{
    create("Milk");
    const BatchOperation turn{.op = BatchOp::complete, .task_id = std::int64_t{1}};
    EXPECT_TRUE(types::is_completed(*write({turn}).results.front().task));
    EXPECT_FALSE(types::is_completed(*write({turn}).results.front().task));
}

TEST_F(TaskWrites, say_what_they_are_to_do_and_nothing_else)
{
    const auto faults = [&](BatchOperation operation) {
        return kinds_of(error_of([&] { write({std::move(operation)}); }).violations());
    };
    const std::string at = "body.operations.0.";
    const std::int64_t one = 1;
    create("Milk");
    EXPECT_THAT(faults({.op = BatchOp::create}), ElementsAre(at + "task missing"));
    EXPECT_THAT(faults({.op = BatchOp::create, .task = {.given = true}}),
                ElementsAre(at + "task.title missing"));
    EXPECT_THAT(faults({.op = BatchOp::update}),
                ElementsAre(at + "task_id missing", at + "task missing"));
    EXPECT_THAT(faults({.op = BatchOp::remove, .task_id = one, .completed = sent(true)}),
                ElementsAre(at + "completed unknown_field"));
    auto with_id = making("Milk");
    with_id.op = BatchOp::update;
    with_id.task_id = one;
    with_id.task.value.id = sent(base::Uuid{});
    EXPECT_THAT(faults(with_id), ElementsAre(at + "task.id unknown_field"));
    EXPECT_EQ(count(), 1);
}

TEST_F(TaskWrites, fail_as_a_whole_for_an_account_that_has_gone)
{
    for (const BatchOp op : {BatchOp::remove, BatchOp::create}) {
        BatchOperation operation = making("Milk");
        operation.op = op;
        if (op == BatchOp::remove) operation = {.op = op, .task_id = std::int64_t{1}};
        const auto failed = error_of(
            [&] { write({std::move(operation)}, BatchMode::best_effort, writer("nobody")); });
        EXPECT_EQ(failed.code(), ErrorCode::unauthorized);
    }
}

TEST_F(TaskWrites, can_be_tried)
{
    create("Milk");
    types::CreateTask made;
    made.title = sent(std::string{"Bread"});
    made.idempotency_key = types::IdempotencyKey{"key"};
    types::UpdateTask renamed = update_of(1);
    renamed.title = sent(std::string{"Oat milk"});
    types::UpdateTask as_shown = renamed;
    as_shown.version = sent(std::int64_t{1});

    const auto kind_of = [&](auto input) {
        const auto preview = run(task_service().preview(writer("ada"), std::move(input)));
        EXPECT_THAT(preview.changes, SizeIs(1));
        EXPECT_EQ(preview.changes.front().seq, 0);
        return preview.changes.front().kind;
    };
    EXPECT_EQ(kind_of(made), ChangeKind::create);
    EXPECT_EQ(kind_of(renamed), ChangeKind::update);
    EXPECT_EQ(kind_of(as_shown), ChangeKind::update);
    EXPECT_EQ(kind_of(types::CompleteTask{.task_id = 1}), ChangeKind::update);
    EXPECT_EQ(kind_of(types::DeleteTask{.task_id = 1}), ChangeKind::remove);
    EXPECT_EQ(get(1).title, "Milk");
    EXPECT_EQ(get(1).version, 1);
    EXPECT_EQ(count(), 1);
    EXPECT_FALSE(run(task_service().create_once("ada", made)).is_replayed);
}

TEST_F(TaskWrites, fail_when_tried_as_they_would)
{
    create("Milk");
    const auto code_of = [&](auto input) {
        return error_of([&] { run(task_service().preview("ada", std::move(input))); }).code();
    };
    types::UpdateTask stale = update_of(1);
    stale.if_match = types::TagCondition{.any = false, .tags = {{1, 9}}};
    stale.title = sent(std::string{"Oat milk"});
    EXPECT_EQ(code_of(stale), ErrorCode::precondition_failed);
    types::UpdateTask wrong = update_of(1);
    wrong.number = sent(std::int64_t{9});
    EXPECT_EQ(code_of(wrong), ErrorCode::invalid);
    EXPECT_EQ(code_of(types::DeleteTask{.task_id = 9}), ErrorCode::not_found);
    EXPECT_EQ(code_of(types::CompleteTask{.task_id = 9}), ErrorCode::not_found);
}

}  // namespace
}  // namespace todod::services
