#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "schema/codec.hpp"

namespace todod::types {

enum class Status : std::uint8_t { pending, in_progress, completed };
enum class Priority : std::uint8_t { low, medium, high, urgent };

/// When a task is due: an instant, or a whole day that ends with its last moment in the zone of
/// the one who asks.
struct Due {
    base::Instant at;  ///< of a whole day: its midnight in UTC
    bool whole_day = false;

    bool operator==(const Due&) const = default;
};

/// One thing to do, of one user.
struct Task {
    base::Uuid id;
    std::int64_t number = 0;  ///< 1, 2, 3 … within its user; never used again
    std::string user_id;
    std::string title;
    std::optional<std::string> description;
    Status status = Status::pending;
    Priority priority = Priority::medium;
    std::vector<std::string> tags;
    std::optional<Due> due_date;
    base::Instant created_at;
    base::Instant updated_at;
    std::optional<base::Instant> completed_at;
    std::int64_t version = 1;  ///< counts its changes

    bool operator==(const Task&) const = default;
};

bool is_completed(const Task& task) noexcept;

/// How a task is named: by its id, or by its number within its user.
using TaskRef = std::variant<base::Uuid, std::int64_t>;

/// What an entity tag of a task names: one state of one task, whatever else had its id before.
struct TaskTag {
    std::int64_t number = 0;
    std::int64_t version = 0;
    bool weak = false;  ///< "W/…": a proxy has made it so, by packing the answer

    bool operator==(const TaskTag&) const = default;
};

/// The ETag of `task` (RFC 9110 §8.8.3): strong, `"<number>-<version>"`.
std::string to_etag(const Task& task);

/// What a client said with If-Match or If-None-Match.
struct TagCondition {
    bool any = false;  ///< "*"
    std::vector<TaskTag> tags;

    /// By strong comparison (RFC 9110 §8.8.3.2), which If-Match asks for: no weak tag matches.
    bool matches(const Task& task) const noexcept;

    /// By weak comparison, which If-None-Match asks for.
    bool matches_weakly(const Task& task) const noexcept;

    bool operator==(const TagCondition&) const = default;
};

/// What to set in a task; the rest stays as it is. `toggle` turns its completion round.
struct TaskChange {
    std::optional<std::string> title{};
    std::optional<std::optional<std::string>> description{};
    std::optional<Status> status{};
    std::optional<bool> completed{};  ///< after `status`: what is in progress stays so when false
    std::optional<Priority> priority{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<std::optional<Due>> due_date{};
    bool toggle = false;

    bool operator==(const TaskChange&) const = default;
};

/// Makes the change, and what follows from it (completed_at, updated_at, version). False, and
/// nothing done, when `task` is already so.
bool apply(const TaskChange& change, Task& task, base::Instant now);

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Status> {
    static constexpr std::array<EnumValue<types::Status>, 3> values{{
        {types::Status::pending, {"pending", "pending", "TODO"}},
        {types::Status::in_progress, {"in_progress", "in_progress", "IN_PROGRESS"}},
        {types::Status::completed, {"completed", "completed", "COMPLETED"}},
    }};
};

template <>
struct EnumNames<types::Priority> {
    static constexpr std::array<EnumValue<types::Priority>, 4> values{{
        {types::Priority::low, {"low", "Low", "LOW"}},
        {types::Priority::medium, {"medium", "Medium", "MEDIUM"}},
        {types::Priority::high, {"high", "High", "HIGH"}},
        {types::Priority::urgent, {"urgent", "Urgent", "URGENT"}},
    }};
};

template <>
struct Codec<types::Due> {
    static bool read(const boost::json::value&, types::Due&, const Limits&, Reader&);
    static bool parse(std::string_view, types::Due&, const Limits&, Reader&);
    static void write(const types::Due&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

/// An id or a number, which may be written #3. What is neither names no task: it is read as number
/// 0, which no task has.
template <>
struct Codec<types::TaskRef> {
    static bool read(const boost::json::value&, types::TaskRef&, const Limits&, Reader&);
    static bool parse(std::string_view, types::TaskRef&, const Limits&, Reader&);
    static void write(const types::TaskRef&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

/// A list of tags; of several header lines, all that they name (RFC 9110 §5.3).
template <>
struct Codec<types::TagCondition> {
    static bool read(const boost::json::value&, types::TagCondition&, const Limits&, Reader&);
    static bool parse(std::string_view, types::TagCondition&, const Limits&, Reader&);
    static void write(const types::TagCondition&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
const Type& type_of<types::Task>();

}  // namespace todod::schema
