#include "cli/mcp.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace todod::cli {

namespace {

/// Else the database's file could take their place.
void check_streams()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) >= 0) continue;
        throw base::Error{base::ErrorCode::bad_request,
                          "standard input, output and error must be open"};
    }
}

}  // namespace

StopSignals::StopSignals()
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    descriptor_ = ::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "signalfd"};
}

StopSignals::~StopSignals()
{
    ::close(descriptor_);
}

bool StopSignals::has_come() const noexcept
{
    signalfd_siginfo signal;
    return ::read(descriptor_, &signal, sizeof signal) == sizeof signal;
}

void serve_stdio(mcp::AnswerMessage answer, const StopSignals& signals, base::BlockingLoop& loop,
                 base::Log& log)
{
    mcp::Stdio stdio{STDIN_FILENO, STDOUT_FILENO, std::move(answer), loop, log};
    const auto stopped = loop.watch(signals.descriptor(), [&stdio] { stdio.stop(); }, [] {});
    stopped->wait_readable();
    const bool has_ended = loop.run(stdio.run());
    log.flush();
    // Nobody waits for it any more, and what it stands on must not go before it.
    if (!has_ended) std::_Exit(0);
}

void mcp(const McpOptions& options)
{
    check_streams();
    std::signal(SIGPIPE, SIG_IGN);
    const StopSignals signals;
    if (options.server.empty()) {
        mcp_here(options, signals);
    } else {
        mcp_there(options, signals);
    }
}

}  // namespace todod::cli
