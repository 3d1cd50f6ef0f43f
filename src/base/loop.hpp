#pragma once

#include <coroutine>
#include <span>

namespace todod::base {

/// Where a coroutine goes on: one I/O thread's queue of what is ready to run.
class Loop {
public:
    virtual ~Loop() = default;

    /// Resumes each on the loop's own thread, in order, after what is already waiting there.
    /// May be called from any thread, and never resumes before it returns.
    virtual void post(std::span<const std::coroutine_handle<>> ready) = 0;

    void post(std::coroutine_handle<> ready) { post(std::span{&ready, 1}); }
};

}  // namespace todod::base
