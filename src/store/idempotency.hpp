#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "types/task.hpp"

namespace todod::store {

/// A request that is to be done once, however often its user sends it (Idempotency-Key).
struct Idempotency {
    std::string_view operation;  ///< "create_task": each has keys of its own
    std::string key;
    std::string fingerprint;  ///< the same for what asks for the same
    base::Instant now;
};

/// What the first request with a key was answered. Kept with what it has done, in one transaction;
/// failed requests leave nothing.
struct KeptAnswer {
    /// From then on it is as if it were not there.
    static constexpr std::chrono::hours lifetime{24};

    std::string fingerprint;
    std::string answer;  ///< JSON
    base::Instant created_at;
};

/// What was kept then or before is expired now.
inline base::Instant last_expired(base::Instant now)
{
    return now - KeptAnswer::lifetime;
}

/// Throws Error{invalid} when the key of `request` stands for another request, whose fingerprint is
/// `kept`.
void check_fingerprint(const Idempotency& request, std::string_view kept);

/// A task as it is kept, and back.
std::string to_answer(const types::Task& task);
types::Task task_of(std::string_view answer);

}  // namespace todod::store
