#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <span>

namespace todod::base {

/// Tells when a descriptor can be read or written. Destroying it ends it: nothing is called
/// afterwards.
class Watch {
public:
    virtual ~Watch() = default;

    /// Calls what was given to Loop::watch once, when the descriptor can be read (written), or is
    /// broken. Asking again while it waits changes nothing.
    virtual void wait_readable() = 0;
    virtual void wait_writable() = 0;
};

/// Calls what was given to Loop::timer when its time has come. Destroying it stops it.
class Timer {
public:
    virtual ~Timer() = default;

    /// Calls once, after `time`, unless started anew or stopped before.
    virtual void start(std::chrono::milliseconds time) = 0;
    virtual void stop() = 0;
};

/// Where a coroutine goes on: one I/O thread's queue of what is ready to run, and what that thread
/// waits for.
class Loop {
public:
    virtual ~Loop() = default;

    /// Resumes each on the loop's own thread, in order, after what is already waiting there.
    /// May be called from any thread, and never resumes before it returns.
    virtual void post(std::span<const std::coroutine_handle<>> ready) = 0;

    void post(std::coroutine_handle<> ready) { post(std::span{&ready, 1}); }

    /// The descriptor is non-blocking, stays the caller's, is open for as long as the watch lives,
    /// and has no other watch. On the loop's own thread only, as all that these two give. The
    /// loop outlives both; what they call may destroy its watch or timer, ask again, and make
    /// others, but is never called before the function that asks for it has returned.
    virtual std::unique_ptr<Watch> watch(int descriptor, std::function<void()> readable,
                                         std::function<void()> writable) = 0;
    virtual std::unique_ptr<Timer> timer(std::function<void()> due) = 0;
};

/// See next_turn.
struct NextTurn {
    Loop& loop;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const { loop.post(waiting); }
    void await_resume() const noexcept {}
};

/// `co_await next_turn(loop)` goes on when the loop comes round again.
inline NextTurn next_turn(Loop& loop)
{
    return {loop};
}

}  // namespace todod::base
