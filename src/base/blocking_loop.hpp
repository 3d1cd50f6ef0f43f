#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/async.hpp"
#include "base/loop.hpp"

namespace todod::base {

/// A loop for whoever has nothing else to do: the thread that waits for a coroutine runs it (a
/// command, a test), and serves the watches and timers meanwhile.
class BlockingLoop final : public Loop {
public:
    BlockingLoop();
    ~BlockingLoop() override;
    BlockingLoop(const BlockingLoop&) = delete;
    BlockingLoop& operator=(const BlockingLoop&) = delete;

    using Loop::post;
    void post(std::span<const std::coroutine_handle<>> ready) override;
    std::unique_ptr<Watch> watch(int descriptor, std::function<void()> readable,
                                 std::function<void()> writable) override;
    std::unique_ptr<Timer> timer(std::function<void()> due) override;

    /// Runs `work` to its end, and what else becomes ready meanwhile.
    template <class T>
    T run(Async<T> work)
    {
        std::exception_ptr failure;
        bool ended = false;
        std::conditional_t<std::is_void_v<T>, Nothing, std::optional<T>> value;
        spawn(note_end(std::move(work), value, failure, ended));
        run_until(ended);
        if (failure) std::rethrow_exception(failure);
        if constexpr (!std::is_void_v<T>) return std::move(*value);
    }

    /// Resumes and calls what is ready until `done`. What is left then waits for the next run.
    void run_until(const bool& done);

private:
    struct Nothing {};
    class Poller;

    /// The references are to run()'s own, which waits for the end.
    template <class T, class Value>
    static Async<void> note_end(Async<T> work, Value& value, std::exception_ptr& failure,
                                bool& ended)
    {
        try {
            if constexpr (std::is_void_v<T>) {
                co_await std::move(work);
            } else {
                value.emplace(co_await std::move(work));
            }
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    }

    void begin_round(const bool& done);
    void resume_next();

    std::unique_ptr<Poller> poller_;
    std::deque<std::coroutine_handle<>> running_;  ///< this round's; only of the thread that runs
    std::mutex mutex_;                             ///< of what follows
    std::deque<std::coroutine_handle<>> ready_;    ///< the next round's
    bool is_asleep_ = false;                       ///< polls, and is to be woken for what is ready
};

}  // namespace todod::base
