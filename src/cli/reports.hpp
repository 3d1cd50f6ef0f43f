#pragma once

#include <string>
#include <thread>

#include "app.hpp"
#include "service_manager.hpp"

namespace todod::cli {

/// Tells the service manager that todod serves, once every I/O thread does, and from then on that
/// all of them go on, for as long as they do. A thread of its own, where there is a manager.
class Reports {
public:
    /// `status` is for people. Both must outlive this.
    Reports(ServiceManager& manager, App& app, std::string status);

private:
    void run(const std::stop_token& stopped);

    /// Whether it has come to the end of a turn of every I/O thread; false when it is to stop.
    bool wait_for_turn(const std::stop_token& stopped);

    ServiceManager& manager_;
    App& app_;
    std::string status_;
    std::jthread thread_;
};

}  // namespace todod::cli
