#pragma once

#include <exception>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace todod::testing {

/// Calls `work(index)` on `count` threads at once, and throws what one of them throws.
template <class Work>
void on_threads(int count, Work work)
{
    std::latch ready{count};
    std::mutex mutex;
    std::exception_ptr failure;
    {
        std::vector<std::jthread> threads;
        for (int index = 0; index < count; ++index) {
            threads.emplace_back([&, index] {
                ready.arrive_and_wait();
                try {
                    work(index);
                } catch (...) {
                    const std::lock_guard lock{mutex};
                    failure = std::current_exception();
                }
            });
        }
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace todod::testing
