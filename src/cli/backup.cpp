#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "cli/mcp.hpp"
#include "config.hpp"
#include "store/backups.hpp"
#include "version.hpp"

namespace todod::cli {

namespace {

/// On a terminal, how far it is: a line that is written over. A signal ends what it is told of, by
/// an exception, so that nothing is left behind.
class Teller {
public:
    /// `stopped`: what is said of a work that a signal has ended.
    explicit Teller(std::string stopped) : stopped_(std::move(stopped)) {}
    Teller(const Teller&) = delete;
    Teller& operator=(const Teller&) = delete;
    ~Teller() { clear(); }

    void tell(std::string_view what, std::uint64_t done, std::uint64_t all)
    {
        pollfd stop{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0};
        if (::poll(&stop, 1, 0) > 0) {
            throw base::Error{base::ErrorCode::unavailable, "stopped by a signal; " + stopped_};
        }
        const auto now = std::chrono::steady_clock::now();
        if (!is_terminal_ || now - told_at_ < between_lines) return;
        told_at_ = now;
        constexpr double mega = 1e6;
        std::string line{what};
        if (all > 0) {
            line += fmt::format(": {} %", 100 * done / all);
        } else if (done > 0) {
            line += fmt::format(": {:.0f} MB", static_cast<double>(done) / mega);
        }
        fmt::print(stderr, "\r\033[K{}", line);
        std::fflush(stderr);
        is_shown_ = true;
    }

    void clear()
    {
        if (std::exchange(is_shown_, false)) fmt::print(stderr, "\r\033[K");
    }

private:
    static constexpr std::chrono::milliseconds between_lines{200};

    const std::string stopped_;
    const StopSignals signals_;
    const bool is_terminal_ = ::isatty(STDERR_FILENO) != 0;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point told_at_{};
};

/// What both commands stand on.
struct Work {
    const Config config = read_config(read_environment());
    base::SystemClock clock;
    Teller teller;
    store::Progress progress = [this](auto... step) { teller.tell(step...); };
    std::unique_ptr<store::Backups> backups = store::open_backups(config.database, clock);

    // A tool that reads no more is told of by its exit.
    explicit Work(std::string stopped) : teller(std::move(stopped))
    {
        std::signal(SIGPIPE, SIG_IGN);
    }
};

}  // namespace

void backup(const std::string& file, bool force)
{
    Work work{"nothing has been changed"};
    store::refuse_own_file(work.config.database, file);
    const auto manifest = store::back_up(
        *work.backups, file, force, fmt::format("todod {}", version), work.clock, work.progress);
    work.teller.clear();
    fmt::print("backed up to {}: {}, schema {:04}, {}\n", file, manifest.database,
               manifest.revision, base::to_string(manifest.made_at));
}

void restore(const std::string& file, bool replace)
{
    // PostgreSQL may have done it at that very moment.
    Work work{"the backup is in place as a whole, or not at all: look which"};
    const auto restored = store::restore(*work.backups, file, replace, work.progress);
    work.teller.clear();
    fmt::print("restored from {}: {}, schema {:04}, {}\n", file, restored.manifest.database,
               restored.manifest.revision, base::to_string(restored.manifest.made_at));
    if (!restored.kept.empty()) fmt::print("what was there is kept as {}\n", restored.kept);
}

}  // namespace todod::cli
