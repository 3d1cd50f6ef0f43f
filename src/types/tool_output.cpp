#include "types/tool_output.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "schema/builder.hpp"

namespace todod::types {

namespace {

/// Of max_result_bytes, for what stands around the rows: a cursor above all.
constexpr std::size_t bytes_around_rows = 5'000;
/// An agent may be given the result twice: as it is, and as a text in JSON.
constexpr std::size_t max_rows_size = 2 * (max_result_bytes - bytes_around_rows);

/// Of `json` as it is, and as a text in JSON.
std::size_t size_of_both(std::string_view json)
{
    const auto escaped = std::ranges::count(json, '"') + std::ranges::count(json, '\\');
    return 2 * json.size() + static_cast<std::size_t>(escaped);
}

}  // namespace

std::string shorten(std::string text, std::size_t max_code_points)
{
    const std::size_t size = base::cut_code_points(text, max_code_points).size();
    if (size == text.size()) return text;
    text.resize(size);
    text += cut_mark;
    return text;
}

std::string to_words(const Due& due, const base::TimeZone& zone)
{
    const auto in_words = [](std::chrono::sys_days day) {
        return fmt::format("{} {}", base::weekday_of(day), base::to_string(day));
    };
    if (due.whole_day) return in_words(std::chrono::floor<std::chrono::days>(due.at));
    const base::WallTime shown = zone.show(due.at);
    const std::chrono::hh_mm_ss time{shown.time};
    return fmt::format("{} {:02}:{:02} {}", in_words(shown.day), time.hours().count(),
                       time.minutes().count(), shown.zone);
}

TaskRow::TaskRow(Task task, const base::TimeZone& zone) : Task(std::move(task))
{
    if (due_date) due = to_words(*due_date, zone);
}

TaskDeed::TaskDeed(Task task, Deed deed, const base::TimeZone& zone)
    : TaskRow(std::move(task), zone), deed(deed)
{
    // What is gone can be looked at nowhere else.
    if (deed != Deed::deleted && description) {
        description = shorten(std::move(*description), max_shown_description);
    }
}

bool TaskRows::add(const TaskRow& row)
{
    const std::size_t before = json_.size();
    if (count_ != 0) json_ += ',';
    schema::Codec<TaskRow>::write(row, json_, schema::Dialect::tool);
    size_ += size_of_both(std::string_view{json_}.substr(before));
    if (count_ != 0 && size_ > max_rows_size) {
        json_.resize(before);
        return false;
    }
    ++count_;
    return true;
}

}  // namespace todod::types

namespace todod::schema {

using types::BatchItem;
using types::Deed;
using types::Task;
using types::TaskBatch;
using types::TaskBrief;
using types::TaskDeed;
using types::TaskListing;
using types::TaskRow;
using types::TaskRows;

namespace {

constexpr std::string_view id_doc = "A UUID.";
constexpr std::string_view task_id_doc =
    "Its number within the user: what people call it (\"task 3\").";
constexpr std::string_view title_doc = "What is to be done.";
constexpr std::string_view due_doc = "The same with its weekday, in the user's time zone.";
constexpr std::string_view deed_doc = "What has been done.";
constexpr FieldOptions may_be_none{.omits_null = true};

/// What both show of a task beside its status.
template <class T>
void add_task(TypeBuilder<T>& type)
{
    type.template field<&Task::title>("title", title_doc)
        .template field<&Task::description>("description", "More about it.", may_be_none)
        .template computed<&types::is_completed>("completed", "Whether it is done.")
        .template field<&Task::priority>("priority", "How much it matters.")
        .template field<&Task::tags>("tags", "Words to find it by.")
        .template field<&Task::due_date>(
            "due_date", "When it is due: a whole day, or an instant in UTC.", may_be_none)
        .template field<&TaskRow::due>("due", due_doc, may_be_none);
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
        case Deed::restored:
            return fmt::format("I've restored '{}'.", task.title);
    }
    return {};
}

/// What is given twice counts once.
std::int64_t count_done(const TaskBatch& batch)
{
    std::vector<std::int64_t> numbers;
    for (const BatchItem& item : batch.results)
        if (item.data) numbers.push_back(item.data->number);
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    return std::ssize(numbers);
}

std::string count_in_words(const TaskBatch& batch)
{
    const std::int64_t done = count_done(batch);
    const std::int64_t all = done + batch.failed;
    const std::string_view tasks = all == 1 ? "task" : "tasks";
    if (batch.failed == 0) return fmt::format("{} {}", done, tasks);
    return fmt::format("{} of {} {}", done, all, tasks);
}

std::string batch_message_of(const TaskBatch& batch)
{
    const std::string tasks = count_in_words(batch);
    if (batch.deed == Deed::created) return fmt::format("I've added {}.", tasks);
    return fmt::format("I've marked {} as {}.", tasks,
                       batch.deed == Deed::completed ? "completed" : "not completed");
}

bool is_deleted(const TaskDeed& task)
{
    return task.deed == Deed::deleted;
}

}  // namespace

bool Codec<TaskRows>::read(const boost::json::value&, TaskRows&, const Limits&, Reader& reader)
{
    return reader.fail("read_only", "is written only.");
}

bool Codec<TaskRows>::parse(std::string_view, TaskRows&, const Limits&, Reader& reader)
{
    return reader.fail("read_only", "is written only.");
}

void Codec<TaskRows>::write(const TaskRows& rows, std::string& out, Dialect)
{
    out += '[';
    out += rows.json();
    out += ']';
}

void Codec<TaskRows>::describe(boost::json::object& schema, const Limits& limits, Dialect dialect)
{
    Codec<std::vector<TaskRow>>::describe(schema, limits, dialect);
}

template <>
const Type& type_of<TaskDeed>()
{
    static const Type type = [] {
        TypeBuilder<TaskDeed> builder{"TaskDeed", "A task, and what has been done with it."};
        builder.field<&Task::id>("id", id_doc)
            .field<&Task::number>("task_id", task_id_doc)
            .field<&TaskDeed::deed>("status", deed_doc);
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
        builder.field<&Task::id>("id", id_doc)
            .field<&Task::number>("task_id", task_id_doc)
            .field<&Task::status>("status", "How far it is.");
        add_task(builder);
        builder.field<&Task::created_at>("created_at", "When it was made.")
            .field<&Task::completed_at>("completed_at", "When it was completed.", may_be_none);
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
            .field<&TaskListing::more>("more", "How many there are after these.")
            .field<&TaskListing::status_filter>("status_filter", "The status that was asked for.")
            .field<&TaskListing::next_cursor>(
                "next_cursor", "The cursor of the next page, if there is one.", may_be_none)
            .done();
    return type;
}

template <>
const Type& type_of<TaskBrief>()
{
    static const Type type = TypeBuilder<TaskBrief>{"TaskBrief", "A task in short."}
                                 .field<&TaskBrief::id>("id", id_doc)
                                 .field<&TaskBrief::number>("task_id", task_id_doc)
                                 .field<&TaskBrief::deed>("status", deed_doc)
                                 .field<&TaskBrief::title>("title", title_doc)
                                 .field<&TaskBrief::due>("due", due_doc, may_be_none)
                                 .done();
    return type;
}

template <>
const Type& type_of<BatchItem>()
{
    static const Type type =
        TypeBuilder<BatchItem>{"BatchItem", "What has become of one of many."}
            .field<&BatchItem::index>("index", "Its place among those that were given, from 0.")
            .field<&BatchItem::success>("success", "Whether it is done.")
            .field<&BatchItem::data>("data", "The task.", may_be_none)
            .field<&BatchItem::error>("error", "Why it is not done.", may_be_none)
            .done();
    return type;
}

template <>
const Type& type_of<TaskBatch>()
{
    static const Type type =
        TypeBuilder<TaskBatch>{"TaskBatch", "What has become of each."}
            .field<&TaskBatch::results>("results", "One for each that was given, in that order.")
            .field<&TaskBatch::succeeded>("succeeded", "How many are done.")
            .field<&TaskBatch::failed>("failed", "How many are not.")
            .computed<&batch_message_of>("message", "The same in a sentence.")
            .done();
    return type;
}

}  // namespace todod::schema
