#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "config.hpp"

namespace todod {

/// Who has started todod and wants to hear how it is: systemd, for a unit of Type=notify, or any
/// other that speaks sd_notify(3). Where there is none nothing is sent.
class ServiceManager {
public:
    /// `environment` is the process's own: NOTIFY_SOCKET is the path of a Unix socket, or with @
    /// before it the name of an abstract one. The log, which must outlive this, has a warning where
    /// it is neither.
    ServiceManager(const Environment& environment, base::Log& log);

    bool is_there() const noexcept { return !address_.empty(); }

    /// How long it may go without hearing say_alive() (WATCHDOG_USEC); nothing where it does not
    /// listen for that.
    std::optional<std::chrono::microseconds> patience() const noexcept { return patience_; }

    /// The first time that requests are served. `status` is for people; what is no line of text in
    /// it is left out.
    void say_ready(std::string_view status);
    void say_alive();
    void say_stopping(std::string_view status);

private:
    void send(const std::string& state);

    base::Log& log_;
    std::string address_;  ///< sun_path, an abstract one with a NUL before it; empty: nobody
    std::optional<std::chrono::microseconds> patience_;
};

}  // namespace todod
