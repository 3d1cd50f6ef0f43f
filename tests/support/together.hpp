#pragma once

#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "base/error.hpp"
#include "support/loop.hpp"

namespace todod::testing {

/// What one of several coroutines came to: a value, or what it threw.
template <class T>
struct Outcome {
    std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> value;
    std::exception_ptr failure;

    /// Of the base::Error that was thrown; nothing when none was.
    std::optional<base::ErrorCode> code() const
    {
        if (!failure) return std::nullopt;
        try {
            std::rethrow_exception(failure);
        } catch (const base::Error& error) {
            return error.code();
        } catch (...) {
            return std::nullopt;
        }
    }
};

/// Starts coroutines on a loop that has not gone on yet, and then runs it until all have ended.
template <class T>
class Together {
public:
    explicit Together(TestLoop& loop) : loop_(loop) {}

    void start(std::vector<base::Async<T>> work)
    {
        outcomes_.resize(work.size());
        left_ = work.size();
        done_ = work.empty();
        for (std::size_t i = 0; i < work.size(); ++i)
            base::spawn(watch(std::move(work[i]), outcomes_[i]));
    }

    std::vector<Outcome<T>> finish()
    {
        loop_.run_until(done_);
        return std::move(outcomes_);
    }

private:
    base::Async<void> watch(base::Async<T> work, Outcome<T>& outcome)
    {
        try {
            if constexpr (std::is_void_v<T>) {
                co_await std::move(work);
                outcome.value.emplace();
            } else {
                outcome.value.emplace(co_await std::move(work));
            }
        } catch (...) {
            outcome.failure = std::current_exception();
        }
        done_ = --left_ == 0;
    }

    TestLoop& loop_;
    std::vector<Outcome<T>> outcomes_;
    std::size_t left_ = 0;
    bool done_ = true;
};

/// Runs all of `work` at once; the outcomes in its order.
template <class T>
std::vector<Outcome<T>> run_together(TestLoop& loop, std::vector<base::Async<T>> work)
{
    Together<T> together{loop};
    together.start(std::move(work));
    return together.finish();
}

/// Coroutines of one type as the vector that run_together takes.
template <class T, class... More>
std::vector<base::Async<T>> all(base::Async<T> first, More... more)
{
    std::vector<base::Async<T>> work;
    work.reserve(1 + sizeof...(more));
    work.push_back(std::move(first));
    (work.push_back(std::move(more)), ...);
    return work;
}

}  // namespace todod::testing
