#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace todod::base {

enum class LogLevel : std::uint8_t { debug, info, warning, error, critical, off };
enum class LogFormat : std::uint8_t { text, json };

struct LogSettings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    std::string file;  ///< in addition to the console; empty: none. Its folder is made if missing.
};

/// One line an event, to standard error and a file, through spdlog:
///
///     2026-01-22 10:30:45 - INFO - todod.http - Request started: POST /api/tasks [ID: 123e…]
///
/// or {"timestamp", "level", "logger", "message", "request_id"} a line, the last where there is
/// one. Times are in UTC. Control characters in a message are escaped, so that one event stays one
/// line. A warning, and what is worse, is with the operating system at once; what is less reaches
/// the file within a second. May be used from any thread. Never hand it a token, a key, a password
/// or a message's text.
class Log {
public:
    /// Throws Error{internal} when the file cannot be opened.
    explicit Log(const LogSettings& settings);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool enabled(LogLevel level) const noexcept { return level >= level_; }

    /// `logger` is the area ("todod.http"); `request_id` may be empty.
    void write(LogLevel level, std::string_view logger, std::string_view message,
               std::string_view request_id = {});

    /// Until everything written so far is with the operating system.
    void flush();

    /// Goes on in a new file of the same name, where the old one has been moved away (logrotate),
    /// and says so there. Where that cannot be opened the log says so, and goes on in the old one.
    void reopen();

private:
    struct Sink;
    LogLevel level_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace todod::base
