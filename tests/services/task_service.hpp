#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "services/tasks.hpp"
#include "support/services.hpp"

namespace todod::services {

/// What the client said, in the form that an input has it.
template <class T>
schema::Sent<T> sent(T value)
{
    return {true, std::move(value)};
}

/// The service with two users, Ada and Bob, as Ada asks it.
class TaskService : public ::testing::Test, public testing::TestServices {
protected:
    TaskService()
    {
        add_user("ada");
        add_user("bob");
    }

    types::Task create(types::CreateTask input)
    {
        return run(task_service().create("ada", std::move(input)));
    }
    types::Task create(std::string title)
    {
        types::CreateTask input;
        input.title = sent(std::move(title));
        return create(std::move(input));
    }
    types::Task create_due(types::Due due)
    {
        types::CreateTask input;
        input.title = sent(std::string{"due"});
        input.due_date = sent(std::optional{due});
        return create(std::move(input));
    }
    types::Task get(types::TaskRef task) { return run(task_service().get("ada", task)); }
    types::Task update(types::UpdateTask input)
    {
        return run(task_service().update("ada", std::move(input)));
    }
    TaskList list(types::ListTasks input)
    {
        return run(task_service().list("ada", std::move(input)));
    }
    types::Task complete(types::TaskRef task, schema::Sent<bool> completed = {})
    {
        return run(task_service().complete(
            "ada", {.task_id = task, .if_match = std::nullopt, .completed = completed}));
    }

    base::Instant now() { return clock().now(); }
    void pass_time() { clock().advance(std::chrono::minutes{5}); }
};

/// A change of nothing yet.
inline types::UpdateTask update_of(types::TaskRef task)
{
    types::UpdateTask input;
    input.task_id = task;
    return input;
}

/// If-Match: the state that `task` is in.
inline types::TagCondition tag_of(const types::Task& task)
{
    return {.any = false, .tags = {{task.number, task.version}}};
}

}  // namespace todod::services
