#pragma once

#include <chrono>
#include <functional>

#include "base/async.hpp"
#include "base/error.hpp"

namespace todod::transfer {

/// Lets time pass, as the thread's only work.
using Pause = std::function<void(std::chrono::milliseconds)>;

/// How often something is asked that the database has no time for, and how long it is left alone in
/// between. SQLite itself waits for 5 s each time that another process writes.
inline constexpr int max_attempts = 20;
inline constexpr std::chrono::milliseconds pause_time{500};

/// What `ask` gives, and anew where that is Error{unavailable}.
template <class T>
base::Async<T> ask_patiently(const Pause& pause, const std::function<base::Async<T>()>& ask)
{
    for (int attempt = 1;; ++attempt) {
        try {
            co_return co_await ask();
        } catch (const base::Error& error) {
            if (error.code() != base::ErrorCode::unavailable || attempt == max_attempts) throw;
        }
        pause(pause_time);
    }
}

}  // namespace todod::transfer
