#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "http/common.hpp"

namespace todod::http {

/// One I/O thread: its event loop, listening socket, Site and connections.
class Worker : public std::enable_shared_from_this<Worker> {
public:
    /// `listener` is a listening, non-blocking socket, whose owner this becomes.
    Worker(std::shared_ptr<Common> common, int listener);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Makes the Site and serves on the calling thread until stop(). Throws what making it throws.
    void run();

    /// From any thread, at any time.
    void stop();

    /// Calls `work` on the thread that serves, from run() on. From any thread, at any time.
    void post(std::function<void()> work);

private:
    struct State;

    void wait_for_clients();
    void accept_clients();
    void wait_for_tick();
    void tick();
    void begin_stop();
    void cut_off();

    const std::shared_ptr<Common> common_;
    std::unique_ptr<State> state_;
};

}  // namespace todod::http
