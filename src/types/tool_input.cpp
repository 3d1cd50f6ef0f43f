#include "types/tool_input.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"
#include "types/task_limits.hpp"
#include "types/tool_fields.hpp"

namespace todod::schema {

using types::AddTasksTool;
using types::AddTaskTool;
using types::CompleteTasksTool;
using types::CompleteTaskTool;
using types::DeleteTaskTool;
using types::ListTasksTool;
using types::NameTaskTool;
using types::NewTask;
using types::SearchTasksTool;
using types::UpdateTaskTool;

namespace {

constexpr FieldOptions task_id_options{.required = true, .example = R"("3")"};
constexpr std::string_view task_id_doc =
    "The task's number (\"3\" of \"task 3\"), or its id. Not its title: look that up first.";
constexpr std::string_view due_doc =
    "When it is due: a day (2026-12-04) or a moment (2026-12-04T17:00, in the user's time zone "
    "unless it has an offset). No words such as \"tomorrow\".";
constexpr std::string_view completed_doc = "False takes it back (default true).";
constexpr std::string_view status_doc = "`pending` is all that is not completed (default all).";
constexpr std::string_view cursor_doc = "To go on: `next_cursor` of the result before.";
constexpr FieldOptions limit_options{.limits = {.minimum = 1, .maximum = ListTasksTool::max_limit}};
constexpr std::string_view limit_doc = "How many at most (default 20).";

template <class T>
TypeBuilder<T>& add_new_task(TypeBuilder<T>& builder)
{
    return builder
        .template field<&NewTask::title>(
            "title", "What is to be done.",
            {.required = true, .example = R"("Buy groceries")", .limits = types::title_limits})
        .template field<&NewTask::description>("description", "More about it.",
                                               {.limits = types::description_limits})
        .template field<&NewTask::priority>("priority", "How much it matters (default medium).")
        .template field<&NewTask::tags>("tags", "Words to find it by.",
                                        {.limits = types::tag_limits})
        .template field<&NewTask::due_date>("due_date", due_doc);
}

constexpr Limits limits_at_once{.min_items = 1, .max_items = types::max_tasks_at_once};

}  // namespace

template <>
const Type& type_of<NewTask>()
{
    static const Type type = [] {
        TypeBuilder<NewTask> builder{"NewTask", "A task to add."};
        return add_new_task(builder).as_input().done();
    }();
    return type;
}

template <>
const Type& type_of<AddTaskTool>()
{
    static const Type type = [] {
        auto builder = tool<AddTaskTool>("AddTaskTool", "A new task.");
        add_dry_run(add_new_task(builder));
        return add_key(builder).done();
    }();
    return type;
}

template <>
const Type& type_of<AddTasksTool>()
{
    static const Type type = [] {
        auto builder = tool<AddTasksTool>("AddTasksTool", "New tasks.");
        builder.field<&AddTasksTool::tasks>("tasks", "1 to 25 tasks, added in this order.",
                                            {.required = true, .limits = limits_at_once});
        add_dry_run(builder);
        return add_key(builder).done();
    }();
    return type;
}

template <>
const Type& type_of<ListTasksTool>()
{
    static const Type type =
        tool<ListTasksTool>("ListTasksTool", "Which tasks, in which order.")
            .field<&ListTasksTool::status>("status", status_doc)
            .field<&ListTasksTool::priority>("priority", "Only of this priority.")
            .field<&ListTasksTool::tags>("tags", "Only with all of these.",
                                         {.limits = types::tag_limits})
            .field<&ListTasksTool::q>("q", "Only with all these words in title or description.",
                                      {.limits = types::search_limits})
            .field<&ListTasksTool::due_before>("due_before",
                                               "Only due before this day or moment (excluded).")
            .field<&ListTasksTool::due_after>("due_after",
                                              "Only due from this day or moment on (included).")
            .field<&ListTasksTool::overdue>("overdue", "Only what is past due and not completed.")
            .field<&ListTasksTool::sort>("sort",
                                         "`created` (default) is newest first; a leading "
                                         "`-` turns an order round.")
            .field<&ListTasksTool::limit>("limit", limit_doc, limit_options)
            .field<&ListTasksTool::cursor>("cursor", cursor_doc, {.limits = types::cursor_limits})
            .done();
    return type;
}

template <>
const Type& type_of<SearchTasksTool>()
{
    static const Type type =
        tool<SearchTasksTool>("SearchTasksTool", "Which words to look for.")
            .field<&SearchTasksTool::query>(
                "query", "Words that all are in the title or the description, in any order.",
                {.required = true, .example = R"("dentist")", .limits = types::search_limits})
            .field<&SearchTasksTool::status>("status", status_doc)
            .field<&SearchTasksTool::limit>("limit", limit_doc, limit_options)
            .field<&SearchTasksTool::cursor>("cursor", cursor_doc, {.limits = types::cursor_limits})
            .done();
    return type;
}

template <>
const Type& type_of<UpdateTaskTool>()
{
    static const Type type =
        tool<UpdateTaskTool>("UpdateTaskTool", "What to change: only what is named.")
            .field<&UpdateTaskTool::task_id>("task_id", task_id_doc, task_id_options)
            .field<&UpdateTaskTool::title>("title", "What is to be done.",
                                           {.limits = types::title_limits})
            .field<&UpdateTaskTool::description>("description", "More about it.",
                                                 {.limits = types::description_limits})
            .field<&UpdateTaskTool::status>("status", "How far it is.")
            .field<&UpdateTaskTool::priority>("priority", "How much it matters.")
            .field<&UpdateTaskTool::tags>("tags", "In place of those it has.",
                                          {.limits = types::tag_limits})
            .field<&UpdateTaskTool::due_date>("due_date", due_doc)
            .field<&UpdateTaskTool::clear>("clear", "What it is to be without.",
                                           {.limits = {.unique = true}})
            .field<&UpdateTaskTool::is_dry_run>("dry_run", dry_run_doc)
            .done();
    return type;
}

template <>
const Type& type_of<CompleteTaskTool>()
{
    static const Type type =
        tool<CompleteTaskTool>("CompleteTaskTool", "Which task is done.")
            .field<&CompleteTaskTool::task_id>("task_id", task_id_doc, task_id_options)
            .field<&CompleteTaskTool::completed>("completed", completed_doc)
            .field<&CompleteTaskTool::is_dry_run>("dry_run", dry_run_doc)
            .done();
    return type;
}

template <>
const Type& type_of<CompleteTasksTool>()
{
    static const Type type =
        tool<CompleteTasksTool>("CompleteTasksTool", "Which tasks are done.")
            .field<&CompleteTasksTool::task_ids>(
                "task_ids", "1 to 25 tasks, each by its number or its id.",
                {.required = true, .example = R"(["3", "5"])", .limits = limits_at_once})
            .field<&CompleteTasksTool::completed>("completed", completed_doc)
            .field<&CompleteTasksTool::is_dry_run>("dry_run", dry_run_doc)
            .done();
    return type;
}

template <>
const Type& type_of<NameTaskTool>()
{
    static const Type type =
        tool<NameTaskTool>("NameTaskTool", "Which task.")
            .field<&NameTaskTool::task_id>("task_id", task_id_doc, task_id_options)
            .done();
    return type;
}

template <>
const Type& type_of<DeleteTaskTool>()
{
    static const Type type =
        tool<DeleteTaskTool>("DeleteTaskTool", "Which task.")
            .field<&DeleteTaskTool::task_id>("task_id", task_id_doc, task_id_options)
            .field<&DeleteTaskTool::is_dry_run>("dry_run", dry_run_doc)
            .done();
    return type;
}

}  // namespace todod::schema
