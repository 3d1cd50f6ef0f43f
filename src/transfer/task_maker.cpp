#include "transfer/task_maker.hpp"

#include <algorithm>
#include <cstring>

#include "base/sha256.hpp"
#include "schema/codec.hpp"

namespace todod::transfer {

namespace {

using types::CreateTask;
using types::Status;
using types::Task;

Status status_of(const CreateTask& input)
{
    if (input.status.given) return input.status.value;
    return input.completed.value ? Status::completed : Status::pending;
}

void check(const CreateTask& input, std::size_t line, Faults& faults)
{
    const bool is_completed = status_of(input) == Status::completed;
    if (input.completed.given && input.completed.value != is_completed) {
        faults.add(line, "completed contradicts status.");
    }
    if (input.completed_at.value && !is_completed) {
        faults.add(line, "completed_at contradicts status: the task is not completed.");
    }
    if (input.created_at.given && input.updated_at.given &&
        input.updated_at.value < input.created_at.value) {
        faults.add(line, "updated_at is before created_at.");
    }
    if (input.version.given &&
        (input.version.value < 1 || input.version.value > TaskMaker::max_version)) {
        faults.add(line, "version must be at least 1, and no more than 2^53.");
    }
}

/// What the file does not say of its times follows from what it does; where it says nothing, all
/// was `now`.
void set_times(const CreateTask& input, base::Instant now, Task& task)
{
    const auto completed = input.completed_at.value;
    const auto created = input.created_at.given   ? input.created_at.value
                         : input.updated_at.given ? input.updated_at.value
                                                  : now;
    task.created_at =
        input.created_at.given || !completed ? created : std::min(created, *completed);
    const bool is_dated = input.created_at.given || completed.has_value();
    const auto latest = std::max(task.created_at, completed.value_or(task.created_at));
    task.updated_at = input.updated_at.given ? std::max(input.updated_at.value, task.created_at)
                      : is_dated             ? latest
                                             : now;
    if (task.status == Status::completed) task.completed_at = completed.value_or(task.updated_at);
}

/// But for its id.
Task build(const CreateTask& input, std::string user_id, base::Instant now)
{
    Task task;
    task.user_id = std::move(user_id);
    task.title = input.title.value;
    task.description = input.description.value;
    task.status = status_of(input);
    if (input.priority.given) task.priority = input.priority.value;
    task.tags = input.tags.value;
    task.due_date = input.due_date.value;
    if (input.version.given) task.version = input.version.value;
    set_times(input, now, task);
    return task;
}

base::Uuid digest_of(std::string_view text)
{
    base::Uuid digest;
    std::memcpy(digest.bytes.data(), base::sha256(text).data(), digest.bytes.size());
    return digest;
}

/// Version 8, and the variant of RFC 9562.
base::Uuid as_version_8(base::Uuid digest)
{
    constexpr std::size_t version_byte = 6;
    constexpr std::size_t variant_byte = 8;
    auto& version = digest.bytes[version_byte];
    auto& variant = digest.bytes[variant_byte];
    version = (version & std::byte{0x0F}) | std::byte{0x80};
    variant = (variant & std::byte{0x3F}) | std::byte{0x80};
    return digest;
}

}  // namespace

std::size_t TaskMaker::Hash::operator()(const base::Uuid& uuid) const noexcept
{
    std::size_t hash = 0;
    std::memcpy(&hash, uuid.bytes.data(), sizeof hash);
    return hash;
}

std::optional<Task> TaskMaker::make(CreateTask input, std::string user_id, std::size_t line,
                                    Faults& faults, std::string_view identity)
{
    const std::size_t before = faults.count();
    check(input, line, faults);
    if (faults.count() != before) return std::nullopt;
    Task task = build(input, std::move(user_id), now_);
    if (!input.id.given) {
        task.id = id_of(input, task.user_id, identity);
        return task;
    }
    task.id = input.id.value;
    if (!check_id(task, line, faults)) return std::nullopt;
    return task;
}

base::Uuid TaskMaker::id_of(const CreateTask& input, const std::string& user_id,
                            std::string_view identity)
{
    std::string said{user_id};
    said += '\0';
    if (identity.empty()) {
        // Without the time of day, which is another one each time.
        schema::Codec<Task>::write(build(input, user_id, {}), said, schema::Dialect::scoped);
    } else {
        said += identity;
    }
    const std::uint32_t repeat = repeats_[digest_of(said)]++;
    said += '\0';
    said += std::to_string(repeat);
    return as_version_8(digest_of(said));
}

bool TaskMaker::check_id(const Task& task, std::size_t line, Faults& faults)
{
    std::string named{task.user_id};
    named += '\0';
    base::append(named, task.id);
    const auto [place, is_new] = lines_.try_emplace(digest_of(named), line);
    if (!is_new) faults.add(line, fmt::format("id is that of line {} as well.", place->second));
    return is_new;
}

}  // namespace todod::transfer
