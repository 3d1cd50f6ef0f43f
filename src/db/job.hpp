#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/loop.hpp"

namespace todod::db {

/// One request's share of a batch. It stands in the frame of the coroutine that waits for it, so
/// queueing it allocates nothing.
template <class Connection>
class Job {
public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    /// Does the work. May be called again after its batch has been rolled back.
    virtual void run(Connection& connection) = 0;

    std::coroutine_handle<> waiting;
    std::exception_ptr failure;
    base::Loop* loop = nullptr;  ///< where `waiting` goes on; null: where it was run
    bool ran = false;            ///< whether its batch is over
    std::chrono::steady_clock::time_point pushed;  ///< to a writer
    Job* next = nullptr;

protected:
    ~Job() = default;
};

/// Jobs in the order they came, up to a bound.
template <class Connection>
class JobQueue {
public:
    explicit JobQueue(std::size_t max) : max_(max) {}

    bool empty() const noexcept { return first_ == nullptr; }
    std::size_t size() const noexcept { return size_; }

    /// False, and nothing done, when the queue is full.
    bool push(Job<Connection>& job) noexcept
    {
        if (size_ == max_) return false;
        job.next = nullptr;
        (first_ == nullptr ? first_ : last_->next) = &job;
        last_ = &job;
        ++size_;
        return true;
    }

    Job<Connection>* pop() noexcept
    {
        Job<Connection>* const job = first_;
        if (job == nullptr) return nullptr;
        first_ = job->next;
        --size_;
        return job;
    }

private:
    std::size_t max_;
    std::size_t size_ = 0;
    Job<Connection>* first_ = nullptr;
    Job<Connection>* last_ = nullptr;
};

/// What is awaited for a share of a batch: `Queue::push` takes it in, `Queue::collect` is called
/// when the coroutine goes on, and then its outcome is given.
template <class Queue, class Connection, class Work>
class Pending final : public Job<Connection> {
public:
    using Result = std::invoke_result_t<Work&, Connection&>;

    Pending(Queue& queue, Work work) : queue_(queue), work_(std::move(work)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        this->waiting = waiting;
        queue_.push(*this);
    }
    Result await_resume()
    {
        queue_.collect(*this);
        if (this->failure) std::rethrow_exception(this->failure);
        if constexpr (!std::is_void_v<Result>) return std::move(*result_);
    }

    void run(Connection& connection) override
    {
        if constexpr (std::is_void_v<Result>) {
            work_(connection);
        } else {
            result_.reset();
            result_.emplace(work_(connection));
        }
    }

private:
    struct Empty {};

    Queue& queue_;
    Work work_;
    std::conditional_t<std::is_void_v<Result>, Empty, std::optional<Result>> result_;
};

}  // namespace todod::db
