#include "types/task_input.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"
#include "types/task_limits.hpp"

namespace todod::schema {

using types::CompleteTask;
using types::CreateTask;
using types::cursor_limits;
using types::DeleteTask;
using types::description_limits;
using types::GetTask;
using types::IdempotencyKey;
using types::ListTasks;
using types::search_limits;
using types::Sort;
using types::SortKey;
using types::tag_limits;
using types::TaskFields;
using types::title_limits;
using types::UpdateTask;

namespace {

constexpr std::string_view server_sets = "Set by the server; may repeat what the task has.";

constexpr FieldOptions task_id_options{
    .required = true, .place = Place::path, .example = R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")"};
constexpr std::string_view task_id_doc = "The task's id, or its number.";
constexpr FieldOptions if_match_options{.place = Place::header, .repeats = true};
constexpr std::string_view if_match_doc =
    "Only if the task still has one of these ETags (RFC 9110 §13.1.1); else 412.";

template <class T>
void add_dry_run(TypeBuilder<T>& type)
{
    type.template field<&T::is_dry_run>("dry_run", "Only say what would change.",
                                        {.place = Place::query});
}

template <class T>
void add_task_fields(TypeBuilder<T>& type, bool title_required)
{
    type.template field<&TaskFields::title>(
            "title", "What is to be done.",
            {.required = title_required, .example = R"("Buy groceries")", .limits = title_limits})
        .template field<&TaskFields::description>(
            "description", "More about it; null for none.",
            {.example = R"("Milk, eggs, bread")", .limits = description_limits})
        .template field<&TaskFields::status>("status", "How far it is.")
        .template field<&TaskFields::completed>(
            "completed", "True for status completed; must not contradict `status`.")
        .template field<&TaskFields::priority>("priority", "How much it matters.")
        .template field<&TaskFields::tags>(
            "tags", "Words to find it by; duplicates are dropped.",
            {.example = R"(["shopping", "personal"])", .limits = tag_limits})
        .template field<&TaskFields::due_date>(
            "due_date", "A whole day, or an instant with its offset; null for none.",
            {.example = R"("2026-12-27T17:00:00Z")"})
        .template field<&TaskFields::number>("number", server_sets)
        .template field<&TaskFields::user_id>("user_id", server_sets)
        .template field<&TaskFields::version>("version", server_sets)
        .template field<&TaskFields::created_at>("created_at", server_sets)
        .template field<&TaskFields::updated_at>("updated_at", server_sets)
        .template field<&TaskFields::completed_at>("completed_at", server_sets);
}

}  // namespace

bool Codec<Sort>::parse(std::string_view text, Sort& value, const Limits& limits, Reader& reader)
{
    value.reversed = text.starts_with('-');
    if (value.reversed) text.remove_prefix(1);
    return Codec<SortKey>::parse(text, value.key, limits, reader);
}

bool Codec<Sort>::read(const boost::json::value& from, Sort& value, const Limits& limits,
                       Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<Sort>::write(const Sort& value, std::string& out, Dialect dialect)
{
    out += value.reversed ? "\"-" : "\"";
    out += Codec<SortKey>::name(value.key, dialect);
    out += '"';
}

void Codec<Sort>::describe(boost::json::object& schema, const Limits&, Dialect dialect)
{
    schema["type"] = "string";
    boost::json::array names;
    for (const auto& known : EnumNames<SortKey>::values) {
        const std::string name{known.names[static_cast<std::size_t>(dialect)]};
        names.emplace_back(name);
        names.emplace_back('-' + name);
    }
    schema["enum"] = std::move(names);
}

template <>
const Type& type_of<CreateTask>()
{
    static const Type type = [] {
        TypeBuilder<CreateTask> builder{"CreateTask", "A new task."};
        builder
            .field<&CreateTask::idempotency_key>(IdempotencyKey::header, IdempotencyKey::doc,
                                                 {.place = Place::header, .repeats = true})
            .field<&TaskFields::id>("id", "Chosen by the caller, so that a retry is no second.");
        add_task_fields(builder, true);
        add_dry_run(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<UpdateTask>()
{
    static const Type type = [] {
        TypeBuilder<UpdateTask> builder{"UpdateTask",
                                        "What to change: only the fields that are named."};
        builder.field<&UpdateTask::task_id>("task_id", task_id_doc, task_id_options)
            .field<&UpdateTask::if_match>("If-Match", if_match_doc, if_match_options)
            .field<&TaskFields::id>("id", server_sets);
        add_task_fields(builder, false);
        add_dry_run(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<GetTask>()
{
    static const Type type =
        TypeBuilder<GetTask>{"GetTask", "Which task."}
            .field<&GetTask::task_id>("task_id", task_id_doc, task_id_options)
            .field<&GetTask::if_none_match>("If-None-Match",
                                            "304 if the task still has one of these ETags.",
                                            {.place = Place::header, .repeats = true})
            .done();
    return type;
}

template <>
const Type& type_of<CompleteTask>()
{
    static const Type type = [] {
        TypeBuilder<CompleteTask> builder{"CompleteTask", "Whether it is to be completed."};
        builder.field<&CompleteTask::task_id>("task_id", task_id_doc, task_id_options)
            .field<&CompleteTask::if_match>("If-Match", if_match_doc, if_match_options)
            .field<&CompleteTask::completed>("completed", "Left out: it is turned round.",
                                             {.example = "true"});
        add_dry_run(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<DeleteTask>()
{
    static const Type type = [] {
        TypeBuilder<DeleteTask> builder{"DeleteTask", "Which task."};
        builder.field<&DeleteTask::task_id>("task_id", task_id_doc, task_id_options)
            .field<&DeleteTask::if_match>("If-Match", if_match_doc, if_match_options);
        add_dry_run(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<ListTasks>()
{
    constexpr Place query = Place::query;
    static const Type type =
        TypeBuilder<ListTasks>{"ListTasks", "Which tasks, in which order."}
            .field<&ListTasks::status>(
                "status", "`pending` is all that is not completed; `todo` and the rest are exact.",
                {.place = query})
            .field<&ListTasks::priority>("priority", "Only of this priority.", {.place = query})
            .field<&ListTasks::tag>("tag", "Only with this tag; given again: with all of them.",
                                    {.place = query, .limits = tag_limits})
            .field<&ListTasks::q>("q", "Only with all these words in title or description.",
                                  {.place = query, .limits = search_limits})
            .field<&ListTasks::due_before>("due_before", "Only due before this (excluded).",
                                           {.place = query})
            .field<&ListTasks::due_after>("due_after", "Only due after this (included).",
                                          {.place = query})
            .field<&ListTasks::overdue>("overdue", "Only what is past due and not completed.",
                                        {.place = query})
            .field<&ListTasks::sort>("sort", "A leading `-` turns the order round.",
                                     {.place = query})
            .field<&ListTasks::limit>(
                "limit", "How many at most.",
                {.place = query, .limits = {.minimum = 1, .maximum = ListTasks::max_limit}})
            .field<&ListTasks::skip>("skip", "How many to leave out first.",
                                     {.place = query, .limits = {.minimum = 0}})
            .field<&ListTasks::cursor>("cursor",
                                       "Where to go on: from the `Link` of the page before.",
                                       {.place = query, .limits = cursor_limits})
            .field<&ListTasks::time_zone>("X-Timezone",
                                          "The zone in which a whole day ends (default UTC).",
                                          {.place = Place::header})
            .done();
    return type;
}

}  // namespace todod::schema
