#include "types/change_input.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "schema/builder.hpp"

namespace todod::schema {

using types::ChangeSetRef;
using types::EmptyTrash;
using types::GetChangeSet;
using types::ListChanges;
using types::ListChangeSets;
using types::ListHistory;
using types::ListTrash;
using types::LogPage;
using types::PurgeTrashed;
using types::RestoreTrashed;
using types::UndoChangeSet;

namespace {

constexpr std::string_view task_id_doc = "The task's id, or its number.";
constexpr FieldOptions task_id_options{.required = true, .place = Place::path, .example = R"("3")"};
constexpr std::string_view set_id_doc = "The change set's `id`.";
constexpr FieldOptions set_id_options{.required = true, .place = Place::path, .example = "40"};
constexpr FieldOptions seq_options{.place = Place::query, .limits = {.minimum = 0}};
constexpr FieldOptions in_query{.place = Place::query};
constexpr std::string_view dry_run_doc = "Only say what would change.";
constexpr std::string_view partial_doc =
    "Leave what has been changed since, and take back the rest; else nothing is, and 409.";

template <class T>
TypeBuilder<T> page(std::string_view name, std::string_view doc)
{
    TypeBuilder<T> builder{name, doc};
    builder.template field<&LogPage::limit>(
        "limit", "How many at most.",
        {.place = Place::query, .limits = {.minimum = 1, .maximum = LogPage::max_limit}});
    return builder;
}

}  // namespace

bool Codec<ChangeSetRef>::read(const boost::json::value& from, ChangeSetRef& value,
                               const Limits& limits, Reader& reader)
{
    return Codec<std::int64_t>::read(from, value.id, limits, reader);
}

bool Codec<ChangeSetRef>::parse(std::string_view text, ChangeSetRef& value, const Limits&, Reader&)
{
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value.id);
    if (failed != std::errc{} || end != text.data() + text.size()) value.id = 0;
    return true;
}

void Codec<ChangeSetRef>::write(const ChangeSetRef& value, std::string& out, Dialect dialect)
{
    Codec<std::int64_t>::write(value.id, out, dialect);
}

void Codec<ChangeSetRef>::describe(boost::json::object& schema, const Limits& limits,
                                   Dialect dialect)
{
    Codec<std::int64_t>::describe(schema, limits, dialect);
}

template <>
const Type& type_of<ListChanges>()
{
    static const Type type =
        page<ListChanges>("ListChanges", "Which changes.")
            .field<&ListChanges::since>("since", "Only those with a greater `seq` (default 0).",
                                        seq_options)
            .done();
    return type;
}

template <>
const Type& type_of<ListChangeSets>()
{
    static const Type type =
        page<ListChangeSets>("ListChangeSets", "Which change sets.")
            .field<&ListChangeSets::before>(
                "before", "Only those before this one: the last `id` of the page before.",
                seq_options)
            .done();
    return type;
}

template <>
const Type& type_of<ListHistory>()
{
    static const Type type =
        page<ListHistory>("ListHistory", "Of which task.")
            .field<&ListHistory::task_id>("task_id", task_id_doc, task_id_options)
            .field<&ListHistory::before>(
                "before", "Only changes before this one: the last `seq` of the page before.",
                seq_options)
            .done();
    return type;
}

template <>
const Type& type_of<GetChangeSet>()
{
    static const Type type =
        page<GetChangeSet>("GetChangeSet", "Which change set.")
            .field<&GetChangeSet::changeset_id>("changeset_id", set_id_doc, set_id_options)
            .field<&GetChangeSet::since>(
                "since", "Only changes with a greater `seq`: the last of the page before.",
                seq_options)
            .done();
    return type;
}

template <>
const Type& type_of<UndoChangeSet>()
{
    static const Type type =
        TypeBuilder<UndoChangeSet>{"UndoChangeSet", "What is taken back, and how."}
            .field<&UndoChangeSet::changeset_id>("changeset_id", set_id_doc, set_id_options)
            .field<&UndoChangeSet::is_partial>("partial", partial_doc)
            .field<&UndoChangeSet::is_dry_run>("dry_run", dry_run_doc)
            .field<&UndoChangeSet::is_partial_by_query>("partial", partial_doc, in_query)
            .field<&UndoChangeSet::is_dry_run_by_query>("dry_run", dry_run_doc, in_query)
            .done();
    return type;
}

template <>
const Type& type_of<ListTrash>()
{
    static const Type type =
        page<ListTrash>("ListTrash", "What of the trash.")
            .field<&ListTrash::before>(
                "before", "Only what was deleted before this: the last `seq` of the page before.",
                seq_options)
            .done();
    return type;
}

template <>
const Type& type_of<RestoreTrashed>()
{
    static const Type type =
        TypeBuilder<RestoreTrashed>{"RestoreTrashed", "Which task."}
            .field<&RestoreTrashed::task_id>("task_id", task_id_doc, task_id_options)
            .field<&RestoreTrashed::is_dry_run>("dry_run", dry_run_doc, in_query)
            .done();
    return type;
}

template <>
const Type& type_of<PurgeTrashed>()
{
    static const Type type =
        TypeBuilder<PurgeTrashed>{"PurgeTrashed", "Which task."}
            .field<&PurgeTrashed::task_id>("task_id", task_id_doc, task_id_options)
            .field<&PurgeTrashed::is_dry_run>("dry_run", dry_run_doc, in_query)
            .done();
    return type;
}

template <>
const Type& type_of<EmptyTrash>()
{
    static const Type type = TypeBuilder<EmptyTrash>{"EmptyTrash", "How."}
                                 .field<&EmptyTrash::is_dry_run>("dry_run", dry_run_doc, in_query)
                                 .done();
    return type;
}

}  // namespace todod::schema
