#include "types/change.hpp"

#include <boost/json/parse.hpp>
#include <charconv>

#include "base/error.hpp"
#include "schema/builder.hpp"

namespace todod::types {

namespace {

template <class T>
schema::Sent<T> given(const T& value)
{
    return {.given = true, .value = value};
}

/// Calls `visit` with the name of each field, and what each of `objects` (states and tasks) has of
/// it.
template <class Visit, class... Objects>
void for_each_field(Visit visit, Objects&... objects)
{
    visit("title", objects.title...);
    visit("description", objects.description...);
    visit("status", objects.status...);
    visit("priority", objects.priority...);
    visit("tags", objects.tags...);
    visit("due_date", objects.due_date...);
    visit("completed_at", objects.completed_at...);
}

template <class T>
T read_stored(std::string_view json, std::string_view what)
{
    T value;
    schema::Reader reader{true};  // a later release may have written more
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(json, failed);
    if (failed || !schema::Codec<T>::read(parsed, value, {}, reader)) {
        throw base::Error{base::ErrorCode::internal, fmt::format("what is stored is no {}", what)};
    }
    return value;
}

template <class T>
std::string write_stored(const T& value)
{
    std::string json;
    schema::Codec<T>::write(value, json, schema::Dialect::tool);
    return json;
}

/// Before a state that is whole: what it does not name is as usual.
constexpr char whole_mark = '+';

/// What a task is unless somebody has said otherwise.
const Task& usual()
{
    static const Task task;
    return task;
}

bool is_whole(const TaskState& state)
{
    return state.title.given && state.description.given && state.status.given &&
           state.priority.given && state.tags.given && state.due_date.given &&
           state.completed_at.given;
}

/// Whether it says what most changes change, and nothing else.
bool is_completion(const TaskState& state)
{
    const TaskState completion{.status = state.status, .completed_at = state.completed_at};
    return state.status.given && state.completed_at.given && state == completion;
}

/// "2 1763807579766": the status, and when it was completed.
std::string write_completion(const TaskState& state)
{
    std::string stored = std::to_string(static_cast<int>(state.status.value));
    if (const auto& at = state.completed_at.value) {
        stored += fmt::format(" {}", at->time_since_epoch().count());
    }
    return stored;
}

TaskState read_completion(std::string_view stored)
{
    int status = -1;
    const char* const end = stored.data() + stored.size();
    auto read = std::from_chars(stored.data(), end, status);
    TaskState state;
    if (read.ec == std::errc{} && read.ptr != end && *read.ptr == ' ') {
        std::int64_t milliseconds = 0;
        read = std::from_chars(read.ptr + 1, end, milliseconds);
        state.completed_at.value = base::Instant{std::chrono::milliseconds{milliseconds}};
    }
    if (read.ec != std::errc{} || read.ptr != end || status < 0 || status > 2) {
        throw base::Error{base::ErrorCode::internal, "what is stored is no state of a task"};
    }
    state.completed_at.given = true;
    state.status = given(static_cast<Status>(status));
    return state;
}

}  // namespace

TaskState state_of(const Task& task)
{
    TaskState state;
    for_each_field([](std::string_view, auto& said, const auto& value) { said = given(value); },
                   state, task);
    return state;
}

StateDifference difference(const Task& before, const Task& after)
{
    StateDifference found;
    for_each_field(
        [](std::string_view, auto& was, auto& is, const auto& old_value, const auto& value) {
            if (old_value == value) return;
            was = given(old_value);
            is = given(value);
        },
        found.before, found.after, before, after);
    return found;
}

std::vector<std::string_view> fields_unlike(const TaskState& state, const Task& task)
{
    std::vector<std::string_view> names;
    for_each_field(
        [&](std::string_view name, const auto& said, const auto& value) {
            if (said.given && said.value != value) names.push_back(name);
        },
        state, task);
    return names;
}

void apply(const TaskState& state, Task& task)
{
    for_each_field(
        [](std::string_view, const auto& said, auto& value) {
            if (said.given) value = said.value;
        },
        state, task);
}

std::string to_stored(const TaskState& state)
{
    if (is_completion(state)) return write_completion(state);
    if (!is_whole(state)) return write_stored(state);
    TaskState rest = state;
    const auto forget_usual = [](std::string_view, auto& said, const auto& value) {
        if (said.value == value) said = {};
    };
    for_each_field(forget_usual, rest, usual());
    return whole_mark + write_stored(rest);
}

TaskState state_from_stored(std::string_view stored)
{
    if (stored.starts_with('{')) return read_stored<TaskState>(stored, "state of a task");
    if (!stored.starts_with(whole_mark)) return read_completion(stored);
    auto state = read_stored<TaskState>(stored.substr(1), "state of a task");
    const auto add_usual = [](std::string_view, auto& said, const auto& value) {
        if (!said.given) said = given(value);
    };
    for_each_field(add_usual, state, usual());
    return state;
}

std::string to_stored(const Origin& origin)
{
    if (origin.is_service || origin.token_id || origin.conversation_id) return write_stored(origin);
    std::string stored{schema::Codec<Via>::name(origin.via, schema::Dialect::tool)};
    if (origin.request_id) stored.append(" ").append(*origin.request_id);
    return stored;
}

Origin origin_from_stored(std::string_view stored)
{
    if (stored.starts_with('{')) return read_stored<Origin>(stored, "origin of a change");
    const std::size_t space = stored.find(' ');
    Origin origin;
    schema::Reader reader;
    if (!schema::Codec<Via>::parse(stored.substr(0, space), origin.via, {}, reader)) {
        throw base::Error{base::ErrorCode::internal, "what is stored is no origin of a change"};
    }
    if (space != std::string_view::npos) origin.request_id = stored.substr(space + 1);
    return origin;
}

}  // namespace todod::types

namespace todod::schema {

using types::Change;
using types::ChangeSet;
using types::Origin;
using types::TaskState;
using types::TrashedTask;

template <>
const Type& type_of<Origin>()
{
    static const Type type =
        TypeBuilder<Origin>{"Origin", "Who has asked for a change, and how."}
            .field<&Origin::via>("via", "The way it came in.")
            .field<&Origin::is_service>("is_service",
                                        "Whether another service asked, in the user's name.")
            .field<&Origin::token_id>("token_id", "Of the token (`tdd_…`) that it came with.",
                                      {.omits_null = true})
            .field<&Origin::conversation_id>("conversation_id", "That the assistant was asked in.",
                                             {.omits_null = true})
            .field<&Origin::request_id>("request_id", "Of the request.", {.omits_null = true})
            .done();
    return type;
}

template <>
const Type& type_of<TaskState>()
{
    static const Type type =
        TypeBuilder<TaskState>{"TaskState", "Some of what a task says: only what is meant."}
            .field<&TaskState::title>("title", "What is to be done.", {.omits_null = true})
            .field<&TaskState::description>("description", "More about it.", {.omits_null = true})
            .field<&TaskState::status>("status", "How far it is.", {.omits_null = true})
            .field<&TaskState::priority>("priority", "How much it matters.", {.omits_null = true})
            .field<&TaskState::tags>("tags", "Words to find it by.", {.omits_null = true})
            .field<&TaskState::due_date>("due_date", "When it is due.", {.omits_null = true})
            .field<&TaskState::completed_at>("completed_at", "When it was completed.",
                                             {.omits_null = true})
            .done();
    return type;
}

template <>
const Type& type_of<Change>()
{
    static const Type type =
        TypeBuilder<Change>{"Change", "One change of one task, as the log has it."}
            .field<&Change::seq>(
                "seq", "1, 2, 3 … within the user, without gaps; 0 where it was only tried.",
                {.example = "41"})
            .field<&Change::changeset_id>(
                "changeset_id", "The set it belongs to: the `seq` of the set's first change.",
                {.example = "40"})
            .field<&Change::at>("at", "When it was made.")
            .field<&Change::kind>("kind", "What was done with the task.")
            .field<&Change::task_id>("task_id", "The task's id.")
            .field<&Change::task_number>("task_number", "The task's number.", {.example = "3"})
            .field<&Change::version>("version", "Of the task, then.")
            .field<&Change::before>("before",
                                    "What the change has changed, as it was; null where the task "
                                    "was not there.")
            .field<&Change::after>("after",
                                   "The same as it is; null where the task is not there any more.")
            .field<&Change::origin>("origin", "Who has asked for it.")
            .field<&Change::undoes>("undoes", "The change set that this takes back.")
            .done();
    return type;
}

template <>
const Type& type_of<ChangeSet>()
{
    static const Type type =
        TypeBuilder<ChangeSet>{"ChangeSet",
                               "What one request, tool call, chat turn or batch has changed."}
            .field<&ChangeSet::id>("id", "The `seq` of its first change.")
            .field<&ChangeSet::at>("at", "When its first change was made.")
            .field<&ChangeSet::count>("count", "How many changes it has.")
            .field<&ChangeSet::first>("first", "The first of them.")
            .done();
    return type;
}

template <>
const Type& type_of<TrashedTask>()
{
    static const Type type =
        TypeBuilder<TrashedTask>{"TrashedTask", "A task in the trash."}
            .field<&TrashedTask::task>("task", "As it was.")
            .field<&TrashedTask::seq>("seq", "Of the change that has deleted it.",
                                      {.example = "41"})
            .field<&TrashedTask::deleted_at>("deleted_at", "When it was deleted.")
            .field<&TrashedTask::expires_at>("expires_at", "When it goes for good.")
            .done();
    return type;
}

}  // namespace todod::schema
