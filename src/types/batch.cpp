#include "types/batch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"
#include "types/task_limits.hpp"

namespace todod::schema {

using types::Batch;
using types::BatchAnswer;
using types::BatchFields;
using types::BatchOperation;
using types::BatchResult;
using types::IdempotencyKey;
using types::TaskFields;

template <>
const Type& type_of<BatchFields>()
{
    static const Type type =
        TypeBuilder<BatchFields>{"BatchFields", "What the task is to be: what is named."}
            .field<&TaskFields::id>("id", "Of a new task, chosen by the caller.")
            .field<&TaskFields::title>("title", "What is to be done; a new task needs it.",
                                       {.limits = types::title_limits})
            .field<&TaskFields::description>("description", "More about it; null for none.",
                                             {.limits = types::description_limits})
            .field<&TaskFields::status>("status", "How far it is.")
            .field<&TaskFields::completed>("completed", "True for status completed.")
            .field<&TaskFields::priority>("priority", "How much it matters.")
            .field<&TaskFields::tags>("tags", "Words to find it by.", {.limits = types::tag_limits})
            .field<&TaskFields::due_date>(
                "due_date", "A whole day, or an instant with its offset; null for none.")
            .as_input()
            .done();
    return type;
}

template <>
const Type& type_of<BatchOperation>()
{
    static const Type type =
        TypeBuilder<BatchOperation>{"BatchOperation", "One write."}
            .field<&BatchOperation::op>("op", "What is to be done.", {.required = true})
            .field<&BatchOperation::task_id>(
                "task_id", "Which task, by its id or its number; of every `op` but `create`.",
                {.example = R"("3")"})
            .field<&BatchOperation::if_match>("if_match",
                                              "Only if the task still has this ETag; of `update`, "
                                              "`complete` and `delete`.")
            .field<&BatchOperation::task>("task", "Of `create` and `update`: what it is to be.")
            .field<&BatchOperation::completed>("completed",
                                               "Of `complete`; left out: it is turned round.")
            .as_input()
            .done();
    return type;
}

template <>
const Type& type_of<Batch>()
{
    static const Type type =
        TypeBuilder<Batch>{"Batch", "Several writes at once."}
            .field<&Batch::idempotency_key>(IdempotencyKey::header, IdempotencyKey::doc,
                                            {.place = Place::header, .repeats = true})
            .field<&Batch::mode>("mode",
                                 "`atomic` (the default) does all or nothing, `best_effort` what "
                                 "can be done.")
            .field<&Batch::operations>(
                "operations", "1 to 100, done in this order.",
                {.required = true,
                 .example = R"([{"op": "complete", "task_id": "3", "completed": true}])",
                 .limits = {.min_items = 1, .max_items = Batch::max_operations}})
            .field<&Batch::is_dry_run>("dry_run", "Only say what would change.",
                                       {.place = Place::query})
            .done();
    return type;
}

template <>
const Type& type_of<BatchResult>()
{
    static const Type type =
        TypeBuilder<BatchResult>{"BatchResult", "What has become of one operation."}
            .field<&BatchResult::index>("index", "Its place among those that were given, from 0.")
            .field<&BatchResult::op>("op", "What was to be done.")
            .field<&BatchResult::success>("success", "Whether it is done.")
            .field<&BatchResult::status>("status",
                                         "What the same by itself would have been answered with.",
                                         {.example = "200"})
            .field<&BatchResult::task>("task", "As it is then; of `delete`, as it was.",
                                       {.omits_null = true})
            .field<&BatchResult::error>("error", "Why it is not done.", {.omits_null = true})
            .done();
    return type;
}

template <>
const Type& type_of<BatchAnswer>()
{
    static const Type type =
        TypeBuilder<BatchAnswer>{"BatchAnswer", "What has become of each."}
            .field<&BatchAnswer::results>("results", "One for each operation, in their order.")
            .field<&BatchAnswer::succeeded>("succeeded", "How many are done.")
            .field<&BatchAnswer::failed>("failed", "How many are not.")
            .done();
    return type;
}

}  // namespace todod::schema
