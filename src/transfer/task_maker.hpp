#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/uuid.hpp"
#include "transfer/source.hpp"
#include "types/task_input.hpp"

namespace todod::transfer {

/// Makes the tasks of one file. A row without an id gets the same one each time the file is read
/// (RFC 9562 §5.8, of its user, what the row says and how many before it say the same), so that to
/// import it again makes nothing twice.
class TaskMaker {
public:
    /// A version is never so high.
    static constexpr std::int64_t max_version = std::int64_t{1} << 53U;

    /// `now`: when a task was made that does not say so.
    explicit TaskMaker(base::Instant now) : now_(now) {}

    /// Of `input`, which has been checked field by field. Nothing, and noted, when its fields
    /// contradict each other or its id is another row's. `identity` is what the row says, where
    /// `input` does not: a date that depends on today.
    std::optional<types::Task> make(types::CreateTask input, std::string user_id, std::size_t line,
                                    Faults& faults, std::string_view identity = {});

private:
    struct Hash {
        std::size_t operator()(const base::Uuid& uuid) const noexcept;
    };

    base::Uuid id_of(const types::CreateTask& input, const std::string& user_id,
                     std::string_view identity);
    bool check_id(const types::Task& task, std::size_t line, Faults& faults);

    base::Instant now_;
    /// How many rows say the same, and the line of each id, by what both are hashed to.
    std::unordered_map<base::Uuid, std::uint32_t, Hash> repeats_;
    std::unordered_map<base::Uuid, std::size_t, Hash> lines_;
};

}  // namespace todod::transfer
