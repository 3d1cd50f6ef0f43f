#include "types/change_output.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"

namespace todod::schema {

using types::ChangeSetPage;
using types::Origin;
using types::Preview;
using types::UndoConflict;
using types::Undone;

namespace {

constexpr std::string_view conflicts_doc =
    "What is left as it is, for it has been changed since; `conflicts` of the 409 has the same.";

bool is_dry_run(const Preview&)
{
    return true;
}

std::int64_t id_of(const ChangeSetPage& page)
{
    return page.set.id;
}

base::Instant time_of(const ChangeSetPage& page)
{
    return page.set.at;
}

std::int64_t count_of(const ChangeSetPage& page)
{
    return page.set.count;
}

Origin origin_of(const ChangeSetPage& page)
{
    return page.set.first.origin;
}

std::optional<std::int64_t> undone_by(const ChangeSetPage& page)
{
    return page.set.first.undoes;
}

}  // namespace

template <>
const Type& type_of<UndoConflict>()
{
    static const Type type =
        TypeBuilder<UndoConflict>{"UndoConflict", "A task that has been changed since."}
            .field<&UndoConflict::task_id>("task_id", "The task's id.")
            .field<&UndoConflict::task_number>("task_number", "The task's number.",
                                               {.example = "3"})
            .field<&UndoConflict::title>("title", "What it is called now.", {.omits_null = true})
            .field<&UndoConflict::fields>("fields", "What of it has been changed since.")
            .field<&UndoConflict::detail>("detail", "The same in a sentence.")
            .done();
    return type;
}

template <>
const Type& type_of<Preview>()
{
    static const Type type =
        TypeBuilder<Preview>{"Preview", "What would change, with `dry_run`."}
            .computed<&is_dry_run>("dry_run", "Always true: nothing has been changed.",
                                   {.example = "true"})
            .field<&Preview::changes>("changes", "What would be changed, in that order.")
            .field<&Preview::conflicts>("conflicts", conflicts_doc, {.omits_null = true})
            .field<&Preview::failed>("failed", "What of a batch would be refused.",
                                     {.omits_null = true})
            .done();
    return type;
}

template <>
const Type& type_of<Undone>()
{
    static const Type type =
        TypeBuilder<Undone>{"Undone", "What was taken back."}
            .field<&Undone::undoes>("undoes", "The change set.", {.example = "40"})
            .field<&Undone::changeset_id>(
                "changeset_id", "What took it back, which can be taken back; null: nothing did.",
                {.example = "52"})
            .field<&Undone::changes>("changes", "What that has changed.")
            .field<&Undone::conflicts>("conflicts", conflicts_doc)
            .done();
    return type;
}

template <>
const Type& type_of<ChangeSetPage>()
{
    static const Type type =
        TypeBuilder<ChangeSetPage>{"ChangeSetPage", "A change set with its changes."}
            .computed<&id_of>("id", "The `seq` of its first change.", {.example = "40"})
            .computed<&time_of>("at", "When its first change was made.")
            .computed<&count_of>("count", "How many changes it has, on all pages.")
            .computed<&origin_of>("origin", "Who has asked for it.")
            .computed<&undone_by>("undoes", "The change set that it takes back.")
            .field<&ChangeSetPage::changes>("changes", "Its changes, in their order.")
            .done();
    return type;
}

}  // namespace todod::schema
