#include "feed/waking_tasks.hpp"

#include <utility>

namespace todod::feed {

namespace {

using base::Async;
using store::User;

class WakingTasks final : public store::Tasks {
public:
    WakingTasks(std::unique_ptr<store::Tasks> tasks, Hub& hub) : tasks_(std::move(tasks)), hub_(hub)
    {
    }

    Async<std::optional<types::Task>> find(User user, types::TaskRef task) override
    {
        return tasks_->find(std::move(user), task);
    }

    Async<store::TaskPage> list(User user, store::TaskQuery query) override
    {
        return tasks_->list(std::move(user), std::move(query));
    }

    Async<types::Task> create(User user, types::Task task) override
    {
        const UserKey key = key_of(user.id);
        return wake_after(key, tasks_->create(std::move(user), std::move(task)));
    }

    Async<store::MadeTask> create_once(User user, types::Task task,
                                       store::Idempotency idempotency) override
    {
        const UserKey key = key_of(user.id);
        return wake_after(
            key, tasks_->create_once(std::move(user), std::move(task), std::move(idempotency)));
    }

    Async<types::Task> update(User user, types::TaskRef task,
                              std::optional<types::TagCondition> condition,
                              types::TaskChange change, base::Instant now) override
    {
        const UserKey key = key_of(user.id);
        return wake_after(key, tasks_->update(std::move(user), task, std::move(condition),
                                              std::move(change), now));
    }

    Async<void> remove(User user, types::TaskRef task, std::optional<types::TagCondition> condition,
                       base::Instant now) override
    {
        const UserKey key = key_of(user.id);
        co_await tasks_->remove(std::move(user), task, std::move(condition), now);
        hub_.wake(key);
    }

    Async<store::WriteOutcome> write(User user, store::WriteRequest request) override
    {
        const UserKey key = key_of(user.id);
        const bool may_write = !request.is_dry_run;
        auto outcome = co_await tasks_->write(std::move(user), std::move(request));
        if (may_write && outcome.is_done && !outcome.changes.empty()) hub_.wake(key);
        co_return outcome;
    }

private:
    template <class T>
    Async<T> wake_after(UserKey key, Async<T> written)
    {
        T value = co_await std::move(written);
        hub_.wake(key);
        co_return value;
    }

    const std::unique_ptr<store::Tasks> tasks_;
    Hub& hub_;
};

}  // namespace

std::unique_ptr<store::Tasks> wake_after_writes(std::unique_ptr<store::Tasks> tasks, Hub& hub)
{
    return std::make_unique<WakingTasks>(std::move(tasks), hub);
}

}  // namespace todod::feed
