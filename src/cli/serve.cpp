#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "app.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/reports.hpp"
#include "config_sources.hpp"
#include "service_manager.hpp"
#include "version.hpp"

namespace todod::cli {

namespace {

/// Asks for a new log file, as nginx has it. So does SIGHUP where it does not say that the terminal
/// has gone that todod runs on: then it stops.
constexpr int reopen_log = SIGUSR1;

struct Signals {
    sigset_t stop;  ///< those that stop the server
    sigset_t all;   ///< and those that open the log file anew
};

/// There is one, and todod was not started by nohup to outlive it.
bool ends_with_terminal()
{
    struct sigaction hang_up{};
    sigaction(SIGHUP, nullptr, &hang_up);
    if (hang_up.sa_handler == SIG_IGN) return false;
    const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) ::close(terminal);
    return terminal >= 0;
}

/// Held back from every thread, so that one can wait for them.
Signals block_signals()
{
    Signals signals{};
    sigemptyset(&signals.stop);
    sigaddset(&signals.stop, SIGINT);
    sigaddset(&signals.stop, SIGTERM);
    if (ends_with_terminal()) sigaddset(&signals.stop, SIGHUP);
    signals.all = signals.stop;
    sigaddset(&signals.all, SIGHUP);
    sigaddset(&signals.all, reopen_log);
    pthread_sigmask(SIG_BLOCK, &signals.all, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

/// For all threads that are made from now on: who wakes up lets the others finish first (sched(7),
/// SCHED_BATCH), so that more has come in when it goes on: more in each set that the database is
/// asked. Where that is forbidden (a container, a service's filter) todod does without, and another
/// policy that it was started with stays.
void wait_patiently()
{
    const sched_param none{};
    if (::sched_getscheduler(0) == SCHED_OTHER) ::sched_setscheduler(0, SCHED_BATCH, &none);
}

using Instant = std::chrono::steady_clock::time_point;

/// As sigtimedwait: -1 when `time` has passed and none of `signals` has come.
int wait_for(const sigset_t& signals, std::chrono::nanoseconds time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
    return ::sigtimedwait(&signals, nullptr, &limit);
}

/// Until one comes that stops the server, or it is `end`.
void wait_for_stop(const Signals& signals, base::Log& log, std::optional<Instant> end = {})
{
    constexpr std::chrono::nanoseconds long_time = std::chrono::hours{1};
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        if (end && now >= *end) return;
        const int which = wait_for(signals.all, end ? std::min(*end - now, long_time) : long_time);
        if (which > 0 && sigismember(&signals.stop, which) == 1) return;
        if (which > 0) log.reopen();
    }
}

/// For `delay` those who send requests may learn that it goes; one more signal ends it.
void leave(App& app, std::chrono::seconds delay, const Signals& signals, base::Log& log)
{
    if (delay == std::chrono::seconds{0}) return;
    log.write(base::LogLevel::info, "todod",
              fmt::format("Leaving: not ready any more, and serving for {} s", delay.count()));
    app.leave();
    wait_for_stop(signals, log, std::chrono::steady_clock::now() + delay);
}

std::string base_url(const Config& config, std::uint16_t port)
{
    const bool any = config.host == "0.0.0.0" || config.host == "::";
    const bool v6 = config.host.contains(':');
    const std::string host = any ? "localhost" : v6 ? '[' + config.host + ']' : config.host;
    return fmt::format("http://{}:{}", host, port);
}

/// As App::Pause: one of `signals` ends it.
bool pause(const sigset_t& signals, std::chrono::milliseconds time)
{
    return wait_for(signals, time) < 0;
}

/// What it serves, and where.
std::string describe(const Config& config, const App& app)
{
    return fmt::format("{} on {}", app.database(), base_url(config, app.port()));
}

void announce(const Config& config, const App& app, base::Log& log)
{
    log.write(base::LogLevel::info, "todod",
              fmt::format("todod {} serves {} (docs: {}/docs)", version, describe(config, app),
                          base_url(config, app.port())));
    if (config.production && config.auth_secret.empty()) {
        log.write(base::LogLevel::warning, "todod",
                  "AUTH_SECRET is not set: JWTs with HS256 and Auth.js's tokens are refused, "
                  "register and "
                  "login answer 503");
    }
}

}  // namespace

void serve()
{
    const Signals signals = block_signals();
    wait_patiently();
    const Config config = read_config(read_environment());
    base::Log log{config.log};
    const base::SystemClock clock;
    base::SecureRandom random;
    App app{config, log, clock, random,
            [&](std::chrono::milliseconds time) { return pause(signals.stop, time); }};
    announce(config, app, log);
    ServiceManager manager{process_environment(), log};
    const Reports reports{manager, app, "Serves " + describe(config, app)};

    std::atomic<bool> has_ended = false;
    std::thread waiting{[&] {
        wait_for_stop(signals, log);
        if (has_ended) return;
        manager.say_stopping("Finishing what is in flight");
        leave(app, std::chrono::seconds{config.shutdown_delay_seconds}, signals, log);
        log.write(base::LogLevel::info, "todod", "Stopping: finishing what is in flight");
        app.stop();
    }};
    try {
        app.run();
    } catch (...) {
        has_ended = true;
        pthread_kill(waiting.native_handle(), SIGTERM);
        waiting.join();
        throw;
    }
    // Ended by itself or by the signal; the thread must not be left waiting.
    has_ended = true;
    pthread_kill(waiting.native_handle(), SIGTERM);
    waiting.join();
    log.write(base::LogLevel::info, "todod", "Stopped");
    log.flush();
}

}  // namespace todod::cli
