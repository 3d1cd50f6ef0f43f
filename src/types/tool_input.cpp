#include "types/tool_input.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"
#include "types/task_limits.hpp"

namespace todod::schema {

using types::AddTaskTool;
using types::CompleteTaskTool;
using types::IdempotencyKey;
using types::ListTasksTool;
using types::NameTaskTool;
using types::ToolInput;
using types::UpdateTaskTool;

namespace {

constexpr FieldOptions task_id_options{.required = true, .example = "3"};
constexpr std::string_view task_id_doc = "The task's number, as in \"task 3\", or its id.";
constexpr std::string_view due_doc =
    "When it is due: YYYY-MM-DD, or RFC 3339; without an offset, in the user's time zone.";

/// What every tool takes: first whose tasks are meant.
template <class T>
TypeBuilder<T> tool(std::string_view name, std::string_view doc)
{
    TypeBuilder<T> builder{name, doc};
    builder
        .template field<&ToolInput::user_id>(
            "user_id", "Left out, or the caller's own: it follows from the credentials.",
            {.limits = {.max_length = 255}})
        .template field<&ToolInput::time_zone>("X-Timezone", "The user's time zone (default UTC).",
                                               {.place = Place::header});
    return builder;
}

}  // namespace

template <>
const Type& type_of<AddTaskTool>()
{
    static const Type type =
        tool<AddTaskTool>("AddTaskTool", "A new task.")
            .field<&AddTaskTool::title>(
                "title", "What is to be done.",
                {.required = true, .example = R"("Buy groceries")", .limits = types::title_limits})
            .field<&AddTaskTool::description>("description", "More about it.",
                                              {.limits = types::description_limits})
            .field<&AddTaskTool::priority>("priority", "How much it matters (default medium).")
            .field<&AddTaskTool::tags>("tags", "Words to find it by.",
                                       {.limits = types::tag_limits})
            .field<&AddTaskTool::due_date>("due_date", due_doc)
            .field<&AddTaskTool::idempotency_key>(IdempotencyKey::header, IdempotencyKey::doc,
                                                  {.place = Place::header})
            .done();
    return type;
}

template <>
const Type& type_of<ListTasksTool>()
{
    static const Type type =
        tool<ListTasksTool>("ListTasksTool", "Which tasks, in which order.")
            .field<&ListTasksTool::status>("status", "`pending` is all that is not completed.")
            .field<&ListTasksTool::priority>("priority", "Only of this priority.")
            .field<&ListTasksTool::tags>("tags", "Only with all of these.",
                                         {.limits = types::tag_limits})
            .field<&ListTasksTool::q>("q", "Only with all these words in title or description.",
                                      {.limits = types::search_limits})
            .field<&ListTasksTool::due_before>("due_before", "Only due before this (excluded).")
            .field<&ListTasksTool::due_after>("due_after", "Only due after this (included).")
            .field<&ListTasksTool::overdue>("overdue", "Only what is past due and not completed.")
            .field<&ListTasksTool::sort>("sort", "A leading `-` turns the order round.")
            .field<&ListTasksTool::limit>(
                "limit", "How many at most.",
                {.limits = {.minimum = 1, .maximum = ListTasksTool::max_limit}})
            .field<&ListTasksTool::cursor>("cursor",
                                           "Where to go on: `next_cursor` of the page before.",
                                           {.limits = types::cursor_limits})
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
            .field<&UpdateTaskTool::description>("description", "More about it; null for none.",
                                                 {.limits = types::description_limits})
            .field<&UpdateTaskTool::status>("status", "How far it is.")
            .field<&UpdateTaskTool::priority>("priority", "How much it matters.")
            .field<&UpdateTaskTool::tags>("tags", "In place of those it has.",
                                          {.limits = types::tag_limits})
            .field<&UpdateTaskTool::due_date>(
                "due_date",
                "When it is due: YYYY-MM-DD, or RFC 3339; without an offset, in the user's time "
                "zone; null for no date.")
            .done();
    return type;
}

template <>
const Type& type_of<CompleteTaskTool>()
{
    static const Type type =
        tool<CompleteTaskTool>("CompleteTaskTool", "Which task is done.")
            .field<&CompleteTaskTool::task_id>("task_id", task_id_doc, task_id_options)
            .field<&CompleteTaskTool::completed>("completed", "False takes it back (default true).")
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

}  // namespace todod::schema
