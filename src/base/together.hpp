#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

#include "base/async.hpp"

namespace todod::base {

/// `co_await Together{std::move(works)}` runs them at once on the thread that awaits, and goes on
/// when the last has ended. Throws the first failure, once all have ended.
class Together {
public:
    explicit Together(std::vector<Async<void>> works) : works_(std::move(works)) {}
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

    bool await_ready() const noexcept { return works_.empty(); }
    bool await_suspend(std::coroutine_handle<> waiting)
    {
        // One more than there are, so that none goes on before all have begun.
        running_ = works_.size() + 1;
        for (Async<void>& work : works_)
            run(*this, work);
        if (--running_ == 0) return false;
        waiting_ = waiting;
        return true;
    }
    void await_resume() const
    {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    static detail::Detached run(Together& together, Async<void>& work)
    {
        try {
            co_await std::move(work);
        } catch (...) {
            if (!together.failure_) together.failure_ = std::current_exception();
        }
        if (--together.running_ == 0) together.waiting_.resume();
    }

    std::vector<Async<void>> works_;
    std::size_t running_ = 0;
    std::exception_ptr failure_;
    std::coroutine_handle<> waiting_;
};

}  // namespace todod::base
