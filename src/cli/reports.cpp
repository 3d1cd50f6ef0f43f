#include "cli/reports.hpp"

#include <condition_variable>
#include <mutex>

namespace todod::cli {

namespace {

/// How often in the manager's patience it is told: a thread may take three quarters of it for one
/// turn.
constexpr int messages_per_patience = 4;

/// Something that comes once, from another thread that may outlive who waits for it.
class Arrival {
public:
    void come()
    {
        {
            const std::lock_guard lock{mutex_};
            has_come_ = true;
        }
        wake_.notify_one();
    }

    bool wait(const std::stop_token& stopped)
    {
        std::unique_lock lock{mutex_};
        return wake_.wait(lock, stopped, [this] { return has_come_; });
    }

    void wait_for(std::chrono::microseconds time, const std::stop_token& stopped)
    {
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stopped, time, [this] { return has_come_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool has_come_ = false;
};

}  // namespace

Reports::Reports(ServiceManager& manager, App& app, std::string status)
    : manager_(manager), app_(app), status_(std::move(status))
{
    if (!manager.is_there()) return;
    thread_ = std::jthread{[this](const std::stop_token& stopped) { run(stopped); }};
}

void Reports::run(const std::stop_token& stopped)
{
    if (!wait_for_turn(stopped)) return;
    manager_.say_ready(status_);
    if (!manager_.patience()) return;
    Arrival nothing;
    do {
        manager_.say_alive();
        nothing.wait_for(*manager_.patience() / messages_per_patience, stopped);
    } while (!stopped.stop_requested() && wait_for_turn(stopped));
}

bool Reports::wait_for_turn(const std::stop_token& stopped)
{
    const auto turn = std::make_shared<Arrival>();
    app_.after_a_turn([turn] { turn->come(); });
    return turn->wait(stopped);
}

}  // namespace todod::cli
