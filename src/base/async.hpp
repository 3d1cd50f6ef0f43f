#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace todod::base {

template <class T = void>
class Async;

namespace detail {

/// Resumes whoever awaits the coroutine that ends (symmetric transfer: no stack growth).
struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept
    {
        return ended.promise().continuation;
    }
    void await_resume() noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr failure;

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Async<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result)
    {
        value.emplace(std::forward<U>(result));
    }
    T take()
    {
        if (failure) std::rethrow_exception(failure);
        assert(value);  // return_value was called: a coroutine of a T ends no other way
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Async<void> get_return_object() noexcept;
    void return_void() noexcept {}
    void take() const
    {
        if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace detail

/// A coroutine that starts when it is awaited and gives a T or throws, once.
///
/// It takes values, or references that its awaiting caller owns. Owns its frame: destroying an
/// Async that has not ended destroys what it holds, so never do that while something else
/// (a queue, a socket) still keeps its handle.
template <class T>
class [[nodiscard]] Async {
public:
    using promise_type = detail::Promise<T>;

    explicit Async(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
    Async(Async&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
    Async(const Async&) = delete;
    Async& operator=(const Async&) = delete;
    Async& operator=(Async&&) = delete;
    ~Async()
    {
        if (frame_) frame_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept
    {
        assert(frame_ && !frame_.done());
        frame_.promise().continuation = awaiting;
        return frame_;
    }
    T await_resume() { return frame_.promise().take(); }

private:
    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
Async<T> Promise<T>::get_return_object() noexcept
{
    return Async<T>{std::coroutine_handle<Promise<T>>::from_promise(*this)};
}

inline Async<void> Promise<void>::get_return_object() noexcept
{
    return Async<void>{std::coroutine_handle<Promise<void>>::from_promise(*this)};
}

/// A coroutine that nobody awaits: it starts at once and frees itself at its end.
struct Detached {
    struct promise_type {
        Detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
    };
};

}  // namespace detail

/// Starts a coroutine that nobody waits for. Its parameters must be values, and it must not
/// throw: an exception that leaves it ends the process.
inline void spawn(Async<void> work)
{
    [](Async<void> owned) -> detail::Detached { co_await std::move(owned); }(std::move(work));
}

}  // namespace todod::base
