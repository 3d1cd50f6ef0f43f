#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/task.hpp"
#include "types/task_input.hpp"

namespace todod::types {

/// What a tool has done with a task.
enum class Deed : std::uint8_t { created, updated, completed, reopened, deleted, restored };

/// How long the data of one result may be: agents take no more of it, twice over, than 25,000
/// tokens of four bytes.
inline constexpr std::size_t max_result_bytes = 40'000;

/// How much of a description a list shows, in code points, with a mark where there is more.
inline constexpr std::size_t max_shown_description = 200;
inline constexpr std::string_view cut_mark = "…";
/// The same of a title where many have been changed.
inline constexpr std::size_t max_shown_title = 100;

/// The first `max_code_points` of `text`, and cut_mark where there were more.
std::string shorten(std::string text, std::size_t max_code_points);

/// With its weekday, for people: "Fri 2026-12-04", "Fri 2026-12-04 17:00 Europe/Berlin".
std::string to_words(const Due& due, const base::TimeZone& zone);

/// A task as a tool shows it.
struct TaskRow : Task {
    std::optional<std::string> due{};  ///< due_date to_words

    TaskRow() = default;
    TaskRow(Task task, const base::TimeZone& zone);
};

/// A task after a tool has done something with it.
struct TaskDeed : TaskRow {
    Deed deed{};

    TaskDeed() = default;
    TaskDeed(Task task, Deed deed, const base::TimeZone& zone);
};

/// Tasks in short, already written, and as many as fit into a result.
class TaskRows {
public:
    /// False when `row` does not fit any more. The first always does.
    bool add(const TaskRow& row);

    std::int64_t count() const noexcept { return count_; }
    const std::string& json() const noexcept { return json_; }  ///< without the brackets

private:
    std::string json_;
    std::size_t size_ = 0;  ///< as JSON, and as that in a JSON string
    std::int64_t count_ = 0;
};

/// A page of tasks, as a tool gives it.
struct TaskListing {
    TaskRows tasks{};
    std::int64_t count = 0;  ///< of these
    std::int64_t total = 0;  ///< with those on other pages
    std::int64_t more = 0;   ///< on further pages
    StatusFilter status_filter = StatusFilter::all;
    std::optional<std::string> next_cursor{};
};

/// What is said of a task where many have been changed.
struct TaskBrief {
    base::Uuid id;
    std::int64_t number = 0;
    Deed deed{};
    std::string title;
    std::optional<std::string> due;
};

/// What has become of one of many.
struct BatchItem {
    std::int64_t index = 0;
    bool success = false;
    std::optional<TaskBrief> data{};
    std::optional<std::string> error{};
};

/// What a tool has done with many tasks.
struct TaskBatch {
    std::vector<BatchItem> results{};
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    Deed deed{};
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Deed> {
    using enum types::Deed;
    static constexpr std::array<EnumValue<types::Deed>, 6> values{{
        {created, {"created", "created", "created"}},
        {updated, {"updated", "updated", "updated"}},
        {completed, {"completed", "completed", "completed"}},
        {reopened, {"reopened", "reopened", "reopened"}},
        {deleted, {"deleted", "deleted", "deleted"}},
        {restored, {"restored", "restored", "restored"}},
    }};
};

/// Never read.
template <>
struct Codec<types::TaskRows> {
    static bool read(const boost::json::value&, types::TaskRows&, const Limits&, Reader&);
    static bool parse(std::string_view, types::TaskRows&, const Limits&, Reader&);
    static void write(const types::TaskRows&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
const Type& type_of<types::TaskDeed>();
template <>
const Type& type_of<types::TaskRow>();
template <>
const Type& type_of<types::TaskListing>();
template <>
const Type& type_of<types::TaskBrief>();
template <>
const Type& type_of<types::BatchItem>();
template <>
const Type& type_of<types::TaskBatch>();

}  // namespace todod::schema
