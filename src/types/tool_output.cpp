#include "types/tool_output.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"

namespace todod::schema {

using types::Deed;
using types::Task;
using types::TaskDeed;
using types::TaskListing;
using types::TaskRow;

namespace {

constexpr std::string_view task_id_doc =
    "Its number within the user: what people call it (\"task 3\").";

/// What both show of a task beside its status.
template <class T>
void add_task(TypeBuilder<T>& type)
{
    type.template field<&Task::title>("title", "What is to be done.")
        .template field<&Task::description>("description", "More about it.")
        .template computed<&types::is_completed>("completed", "Whether it is done.")
        .template field<&Task::priority>("priority", "How much it matters.")
        .template field<&Task::tags>("tags", "Words to find it by.")
        .template field<&Task::due_date>("due_date",
                                         "When it is due: a whole day, or an instant in UTC.");
}

/// In the words that the assistant says it in.
std::string message_of(const TaskDeed& task)
{
    switch (task.deed) {
        case Deed::created:
            return fmt::format("I've added '{}' to your tasks.", task.title);
        case Deed::updated:
            return fmt::format("I've updated '{}'.", task.title);
        case Deed::completed:
            return fmt::format("I've marked '{}' as completed.", task.title);
        case Deed::reopened:
            return fmt::format("I've marked '{}' as not completed.", task.title);
        case Deed::deleted:
            return fmt::format("I've deleted '{}'.", task.title);
    }
    return {};
}

bool is_deleted(const TaskDeed& task)
{
    return task.deed == Deed::deleted;
}

}  // namespace

template <>
const Type& type_of<TaskDeed>()
{
    static const Type type = [] {
        TypeBuilder<TaskDeed> builder{"TaskDeed", "A task, and what has been done with it."};
        builder.field<&Task::id>("id", "A UUID.")
            .field<&Task::number>("task_id", task_id_doc)
            .field<&TaskDeed::deed>("status", "What has been done.");
        add_task(builder);
        builder.computed<&is_deleted>("deleted", "Whether it is gone.")
            .computed<&message_of>("message", "The same in a sentence.");
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<TaskRow>()
{
    static const Type type = [] {
        TypeBuilder<TaskRow> builder{"TaskRow", "A task."};
        builder.field<&Task::id>("id", "A UUID.")
            .field<&Task::number>("task_id", task_id_doc)
            .field<&Task::status>("status", "How far it is.");
        add_task(builder);
        builder.field<&Task::created_at>("created_at", "When it was made.");
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<TaskListing>()
{
    static const Type type =
        TypeBuilder<TaskListing>{"TaskListing", "A page of the caller's tasks."}
            .field<&TaskListing::tasks>("tasks", "What is asked for, in its order.")
            .field<&TaskListing::count>("count", "How many these are.")
            .field<&TaskListing::total>("total", "How many there are on all pages.")
            .field<&TaskListing::status_filter>("status_filter", "The status that was asked for.")
            .field<&TaskListing::next_cursor>("next_cursor",
                                              "Where the next page begins; null: there is none.")
            .done();
    return type;
}

}  // namespace todod::schema
