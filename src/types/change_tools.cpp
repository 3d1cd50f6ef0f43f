#include "types/change_tools.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "schema/builder.hpp"
#include "types/change_words.hpp"
#include "types/task_limits.hpp"
#include "types/tool_fields.hpp"
#include "types/tool_output.hpp"

namespace todod::types {

namespace {

/// What a list of words ends with that is not all.
void add_rest(std::vector<std::string>& words, std::size_t total)
{
    if (total > words.size()) {
        words.push_back(fmt::format("and {} more", total - words.size()));
    }
}

std::vector<std::string> to_words(const std::vector<Change>& changes,
                                  const std::vector<std::string>& titles)
{
    std::vector<std::string> words;
    for (std::size_t i = 0; i < changes.size() && i < max_told_changes; ++i)
        words.push_back(in_words(changes[i], i < titles.size() ? titles[i] : std::string{}));
    add_rest(words, changes.size());
    return words;
}

std::string in_words(const UndoConflict& conflict)
{
    std::string name = fmt::format("task {}", conflict.task_number);
    if (conflict.title) {
        name += fmt::format(" '{}'", shorten(*conflict.title, max_shown_title));
    }
    // When it was completed follows from its status.
    std::vector<std::string> fields = conflict.fields;
    if (fields.size() > 1) std::erase(fields, "completed_at");
    return fields.empty() ? name : fmt::format("{} ({})", name, fmt::join(fields, ", "));
}

std::vector<std::string> to_words(const std::vector<UndoConflict>& conflicts)
{
    std::vector<std::string> words;
    for (std::size_t i = 0; i < conflicts.size() && i < max_told_changes; ++i)
        words.push_back(in_words(conflicts[i]));
    add_rest(words, conflicts.size());
    return words;
}

std::string message_of(const Undone& undone, const UndoReport& report)
{
    constexpr std::int64_t most_named = 5;
    std::string message = "Nothing has been taken back.";
    if (report.count == 1) {
        message = fmt::format("I've taken that back: {}.", report.changes.front());
    } else if (report.count > 1 && report.count <= most_named) {
        message = fmt::format("I've taken back {} changes: {}.", report.count,
                              fmt::join(report.changes, "; "));
    } else if (report.count > most_named) {
        message = fmt::format("I've taken back {} changes.", report.count);
    }
    const std::size_t left = undone.conflicts.size();
    if (left == 0) return message;
    message += fmt::format(" I've left {}, changed or deleted since: {}.",
                           left == 1 ? "1 task" : fmt::format("{} tasks", left),
                           fmt::join(report.left, "; "));
    return message;
}

}  // namespace

PreviewInWords to_words(const Preview& preview)
{
    PreviewInWords words{.changes = to_words(preview.changes, {})};
    for (const std::string& left : to_words(preview.conflicts.value))
        words.changes.push_back("left: " + left);
    for (const BatchResult& failed : preview.failed.value) {
        words.changes.push_back(
            fmt::format("[{}] would fail: {}", failed.index, failed.error.value_or("")));
    }
    return words;
}

UndoReport to_report(const Undone& undone)
{
    UndoReport report{.undoes = undone.undoes,
                      .changeset_id = undone.changeset_id,
                      .count = std::ssize(undone.changes),
                      .changes = to_words(undone.changes, undone.titles),
                      .left = to_words(undone.conflicts)};
    report.message = message_of(undone, report);
    return report;
}

ChangeSetBrief to_brief(const ChangeSet& set, std::string_view title)
{
    ChangeSetBrief brief{.changeset_id = set.id,
                         .at = set.at,
                         .by = in_words(set.first.origin),
                         .conversation_id = set.first.origin.conversation_id,
                         .count = set.count,
                         .words = in_words(set.first, title),
                         .undoes = set.first.undoes};
    if (set.count > 1) brief.words += fmt::format("; and {} more", set.count - 1);
    return brief;
}

}  // namespace todod::types

namespace todod::schema {

using types::ChangeSetBrief;
using types::ChangeSetListing;
using types::ListChangesTool;
using types::PreviewInWords;
using types::RestoreTool;
using types::UndoReport;
using types::UndoTool;

namespace {

bool is_dry_run(const PreviewInWords&)
{
    return true;
}

constexpr FieldOptions may_be_none{.omits_null = true};

}  // namespace

template <>
const Type& type_of<PreviewInWords>()
{
    static const Type type = TypeBuilder<PreviewInWords>{"PreviewInWords", "What would change."}
                                 .computed<&is_dry_run>("dry_run", "Always true.")
                                 .field<&PreviewInWords::changes>("changes", "What would change.")
                                 .done();
    return type;
}

template <>
const Type& type_of<UndoTool>()
{
    static const Type type = [] {
        auto builder = tool<UndoTool>("UndoTool", "What to take back.");
        builder
            .field<&UndoTool::changeset_id>("changeset_id",
                                            "Of list_changes; left out: the last change.",
                                            {.limits = {.minimum = 1}})
            .field<&UndoTool::is_partial>("partial",
                                          "Leave what has been changed since (default true); "
                                          "false: then take nothing back.");
        return add_key(add_dry_run(builder)).done();
    }();
    return type;
}

template <>
const Type& type_of<UndoReport>()
{
    static const Type type =
        TypeBuilder<UndoReport>{"UndoReport", "What was taken back."}
            .field<&UndoReport::undoes>("undoes", "The change set.")
            .field<&UndoReport::changeset_id>("changeset_id", "What took it back.", may_be_none)
            .field<&UndoReport::count>("count", "How many changes that has.")
            .field<&UndoReport::changes>("changes", "They.")
            .field<&UndoReport::left>("left", "What has been changed since, and is left.")
            .field<&UndoReport::message>("message", "The same in sentences.")
            .done();
    return type;
}

template <>
const Type& type_of<ListChangesTool>()
{
    static const Type type =
        tool<ListChangesTool>("ListChangesTool", "Which changes.")
            .field<&ListChangesTool::limit>(
                "limit", "How many at most (default 10).",
                {.limits = {.minimum = 1, .maximum = ListChangesTool::max_limit}})
            .field<&ListChangesTool::before>("before",
                                             "To go on: the last changeset_id of the result "
                                             "before.",
                                             {.limits = {.minimum = 1}})
            .done();
    return type;
}

template <>
const Type& type_of<ChangeSetBrief>()
{
    static const Type type =
        TypeBuilder<ChangeSetBrief>{"ChangeSetBrief", "A change set."}
            .field<&ChangeSetBrief::changeset_id>("changeset_id", "Its id, for undo_changes.")
            .field<&ChangeSetBrief::at>("at", "When.")
            .field<&ChangeSetBrief::by>("by", "What has made it.")
            .field<&ChangeSetBrief::conversation_id>("conversation_id", "In which conversation.",
                                                     may_be_none)
            .field<&ChangeSetBrief::count>("count", "How many changes it has.")
            .field<&ChangeSetBrief::words>("what", "What was changed.")
            .field<&ChangeSetBrief::undoes>("undoes", "The change set that it takes back.",
                                            may_be_none)
            .done();
    return type;
}

template <>
const Type& type_of<ChangeSetListing>()
{
    static const Type type =
        TypeBuilder<ChangeSetListing>{"ChangeSetListing", "What was changed, newest first."}
            .field<&ChangeSetListing::changesets>("changesets", "Newest first.")
            .field<&ChangeSetListing::count>("count", "How many these are.")
            .done();
    return type;
}

template <>
const Type& type_of<RestoreTool>()
{
    static const Type type = [] {
        auto builder = tool<RestoreTool>("RestoreTool", "Which task.");
        builder
            .field<&RestoreTool::task_id>("task_id", "The task's number or its id.",
                                          {.example = R"("3")"})
            .field<&RestoreTool::title>("title", "Or else words of its title.",
                                        {.limits = types::search_limits});
        return add_dry_run(builder).done();
    }();
    return type;
}

}  // namespace todod::schema
