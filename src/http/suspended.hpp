#pragma once

#include <coroutine>

namespace todod::http {

/// Leaves the coroutine with whoever is to resume it.
struct Suspended {
    std::coroutine_handle<>& handle;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { handle = waiting; }
    void await_resume() const noexcept {}
};

}  // namespace todod::http
