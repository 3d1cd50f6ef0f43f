#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "types/task.hpp"

namespace todod::types {

/// The way a write came in.
enum class Via : std::uint8_t {
    rest,
    mcp,
    assistant,
    import,   ///< an operator's, as `todod import`
    command,  ///< any other of an operator's
};

/// Who has asked for a write, and how; for people to see later.
struct Origin {
    Via via = Via::command;
    bool is_service = false;                        ///< another service, in the user's name
    std::optional<base::Uuid> token_id{};           ///< of todod's own token
    std::optional<std::int64_t> conversation_id{};  ///< that the assistant was asked in
    std::optional<std::string> request_id{};

    bool operator==(const Origin&) const = default;
};

/// All that one request, one tool call, one chat turn or one batch changes: a change set. Shared by
/// its writes, which must come one after another.
struct ChangeScope {
    Origin origin{};
    /// The number of its first change; nothing: nothing has been changed yet. Kept by the store.
    std::optional<std::int64_t> changeset_id{};
};

enum class ChangeKind : std::uint8_t {
    create,
    update,
    remove,   ///< into the trash
    restore,  ///< out of it
    purge,    ///< out of it, for good
};

/// Some of what a task says: what is not given is not meant.
struct TaskState {
    schema::Sent<std::string> title{};
    schema::Sent<std::optional<std::string>> description{};
    schema::Sent<Status> status{};
    schema::Sent<Priority> priority{};
    schema::Sent<std::vector<std::string>> tags{};
    schema::Sent<std::optional<Due>> due_date{};
    schema::Sent<std::optional<base::Instant>> completed_at{};

    bool operator==(const TaskState&) const = default;
};

/// All that a task says.
TaskState state_of(const Task& task);

/// What `after` says otherwise than `before`, as it was and as it is.
struct StateDifference {
    TaskState before{};
    TaskState after{};
};
StateDifference difference(const Task& before, const Task& after);

/// The names of the fields that `state` gives and `task` has otherwise.
std::vector<std::string_view> fields_unlike(const TaskState& state, const Task& task);

/// Makes `task` say what `state` gives. Counts nothing.
void apply(const TaskState& state, Task& task);

/// As it is kept in a database, and back. There is one of each for every write, so the usual ones
/// are short: a state is "2 1763807579766" where it is no more than when a task was completed (its
/// status as a number, and milliseconds since 1970), '+' and a JSON object where it is a whole task
/// (what is not named is as in a new one), else a JSON object; an origin is "rest REQUEST_ID", or a
/// JSON object where there is more to say. Whatever else is read throws Error{internal}.
std::string to_stored(const TaskState& state);
TaskState state_from_stored(std::string_view stored);
std::string to_stored(const Origin& origin);
Origin origin_from_stored(std::string_view stored);

/// One change of one task, as the log has it.
struct Change {
    std::int64_t seq = 0;  ///< 1, 2, 3 … within the user, without gaps; 0: it was only tried
    std::int64_t changeset_id = 0;  ///< the seq of the first change of its set
    base::Instant at{};
    ChangeKind kind{};
    base::Uuid task_id{};
    std::int64_t task_number = 0;
    std::int64_t version = 0;           ///< of the task, then
    std::optional<TaskState> before{};  ///< what of it is changed; nothing: it was not there
    std::optional<TaskState> after{};   ///< nothing: it is not there any more
    Origin origin{};
    std::optional<std::int64_t> undoes{};  ///< the change set that it takes back
    std::int64_t previous = 0;  ///< the seq of the task's change before; 0: none. Not shown.
};

/// A change set in short.
struct ChangeSet {
    std::int64_t id = 0;
    base::Instant at{};
    std::int64_t count = 0;  ///< of its changes
    Change first{};
};

/// A task in the trash.
struct TrashedTask {
    Task task;             ///< as it was
    std::int64_t seq = 0;  ///< of the change that has deleted it
    base::Instant deleted_at{};
    base::Instant expires_at{};  ///< then it goes for good
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Via> {
    using enum types::Via;
    static constexpr std::array<EnumValue<types::Via>, 5> values{{
        {rest, {"rest", "rest", "rest"}},
        {mcp, {"mcp", "mcp", "mcp"}},
        {assistant, {"assistant", "assistant", "assistant"}},
        {import, {"import", "import", "import"}},
        {command, {"command", "command", "command"}},
    }};
};

template <>
struct EnumNames<types::ChangeKind> {
    using enum types::ChangeKind;
    static constexpr std::array<EnumValue<types::ChangeKind>, 5> values{{
        {create, {"create", "create", "create"}},
        {update, {"update", "update", "update"}},
        {remove, {"delete", "delete", "delete"}},
        {restore, {"restore", "restore", "restore"}},
        {purge, {"purge", "purge", "purge"}},
    }};
};

template <>
const Type& type_of<types::Origin>();
template <>
const Type& type_of<types::TaskState>();
template <>
const Type& type_of<types::Change>();
template <>
const Type& type_of<types::ChangeSet>();
template <>
const Type& type_of<types::TrashedTask>();

}  // namespace todod::schema
