#pragma once

#include <mutex>
#include <vector>

#include "base/loop.hpp"

namespace boost::asio {
class io_context;
}

namespace todod::http {

/// The Loop of an I/O thread. However many coroutines become ready before it comes round to them,
/// one handler of the io_context resumes them all. Only watches that wait and timers that are
/// started keep the io_context running.
class IoLoop final : public base::Loop {
public:
    /// `io` must outlive the loop, and the loop everything that was posted to it.
    explicit IoLoop(boost::asio::io_context& io) : io_(io) {}
    ~IoLoop() override;
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    using base::Loop::post;
    void post(std::span<const std::coroutine_handle<>> ready) override;
    std::unique_ptr<base::Watch> watch(int descriptor, std::function<void()> readable,
                                       std::function<void()> writable) override;
    std::unique_ptr<base::Timer> timer(std::function<void()> due) override;

private:
    void resume_all();

    boost::asio::io_context& io_;
    std::mutex mutex_;
    std::vector<std::coroutine_handle<>> ready_;
    std::vector<std::coroutine_handle<>> running_;  ///< only of the I/O thread
};

}  // namespace todod::http
