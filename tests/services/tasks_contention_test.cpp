#include "services/tasks.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using testing::kinds_of;
using types::Task;
using types::UpdateTask;

/// A store in which somebody else does something just before each update.
class Meddled final : public store::Tasks {
public:
    Meddled(store::Tasks& store, std::function<base::Async<void>()> before)
        : store_(store), before_(std::move(before))
    {
    }

    base::Async<std::optional<Task>> find(store::User user, types::TaskRef task) override
    {
        return store_.find(std::move(user), task);
    }
    base::Async<store::TaskPage> list(store::User user, store::TaskQuery query) override
    {
        return store_.list(std::move(user), std::move(query));
    }
    base::Async<Task> create(store::User user, Task task) override
    {
        return store_.create(std::move(user), std::move(task));
    }
    base::Async<store::MadeTask> create_once(store::User user, Task task,
                                             store::Idempotency idempotency) override
    {
        return store_.create_once(std::move(user), std::move(task), std::move(idempotency));
    }
    base::Async<Task> update(store::User user, types::TaskRef task,
                             std::optional<types::TagCondition> condition, types::TaskChange change,
                             base::Instant at) override
    {
        ++updates;
        co_await before_();
        co_return co_await store_.update(std::move(user), task, std::move(condition),
                                         std::move(change), at);
    }
    base::Async<void> remove(store::User user, types::TaskRef task,
                             std::optional<types::TagCondition> condition,
                             base::Instant at) override
    {
        return store_.remove(std::move(user), task, std::move(condition), at);
    }
    base::Async<store::WriteOutcome> write(store::User user, store::WriteRequest request) override
    {
        return store_.write(std::move(user), std::move(request));
    }

    int updates = 0;

private:
    store::Tasks& store_;
    std::function<base::Async<void>()> before_;
};

/// What somebody else does to Ada's first task, for `times` times.
class TaskServiceMeddledWith : public TaskService {
protected:
    TaskServiceMeddledWith() { task_ = create("contested"); }

    Task update(UpdateTask input, int times, types::TaskChange change = {.toggle = true})
    {
        Meddled meddled{tasks(), [&]() -> base::Async<void> {
                            if (times-- <= 0) co_return;
                            co_await tasks().update("ada", task_.id, std::nullopt, change, now());
                        }};
        Tasks service{meddled, clock(), random()};
        return run(service.update("ada", std::move(input)));
    }

    /// Says what does not change while somebody else toggles the task.
    UpdateTask with_id()
    {
        UpdateTask input = update_of(task_.id);
        input.id = sent(task_.id);
        input.title = sent(std::string{"mine"});
        return input;
    }

    Task task_;
};

TEST_F(TaskServiceMeddledWith, what_repeats_what_is_still_so_is_tried_again)
{
    const Task task = update(with_id(), 2);
    EXPECT_EQ(task.title, "mine");
    EXPECT_EQ(task.version, 4);
}

TEST_F(TaskServiceMeddledWith, what_repeats_what_is_no_longer_so_is_refused)
{
    UpdateTask input = with_id();
    input.version = sent(task_.version);
    const auto error = error_of([&] { update(input, 1); });
    EXPECT_EQ(error.code(), ErrorCode::invalid);
    EXPECT_THAT(kinds_of(error.violations()), ElementsAre("body.version read_only"));
    EXPECT_EQ(get(task_.id).title, "contested");
}

TEST_F(TaskServiceMeddledWith, if_match_that_holds_no_longer_is_said_so)
{
    UpdateTask input = with_id();
    input.if_match = tag_of(task_);
    EXPECT_EQ(error_of([&] { update(input, 1); }).code(), ErrorCode::precondition_failed);
    EXPECT_EQ(get(task_.id).title, "contested");
}

TEST_F(TaskServiceMeddledWith, if_match_of_any_state_still_holds)
{
    UpdateTask input = with_id();
    input.if_match = types::TagCondition{true, {}};
    EXPECT_EQ(update(input, 1).title, "mine");
}

TEST_F(TaskServiceMeddledWith, it_gives_up_when_it_never_comes_first)
{
    EXPECT_EQ(error_of([&] { update(with_id(), 1000); }).code(), ErrorCode::conflict);
    EXPECT_EQ(get(task_.id).title, "contested");
}

TEST_F(TaskServiceMeddledWith, what_repeats_nothing_needs_no_second_try)
{
    UpdateTask input = update_of(task_.id);
    input.title = sent(std::string{"mine"});
    const Task task = update(input, 1);
    EXPECT_EQ(task.title, "mine");
    EXPECT_TRUE(types::is_completed(task));
}

}  // namespace
}  // namespace todod::services
