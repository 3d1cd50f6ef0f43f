#include "service_manager.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace todod {

namespace {

/// A manager that does not read what it is sent is not waited for any longer.
constexpr timeval send_limit{.tv_sec = 5, .tv_usec = 0};

std::string_view find(const Environment& environment, std::string_view name)
{
    const auto found = environment.find(name);
    return found == environment.end() ? std::string_view{} : found->second;
}

/// Empty for what is no address of a Unix socket.
std::string address_of(std::string_view socket)
{
    const bool fits = socket.size() > 1 && socket.size() < sizeof(sockaddr_un::sun_path);
    if (!fits || (socket.front() != '/' && socket.front() != '@')) return {};
    std::string address{socket};
    if (address.front() == '@') address.front() = '\0';
    return address;
}

template <class Number>
std::optional<Number> parse(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return {};
    return number;
}

/// As sd_watchdog_enabled(3): what is meant for another process is not for this one.
std::optional<std::chrono::microseconds> patience_of(const Environment& environment)
{
    const std::string_view process = find(environment, "WATCHDOG_PID");
    if (!process.empty() && parse<pid_t>(process) != ::getpid()) return {};
    const auto time = parse<std::int64_t>(find(environment, "WATCHDOG_USEC"));
    return time ? std::optional{std::chrono::microseconds{*time}} : std::nullopt;
}

/// A line feed would begin another assignment.
std::string one_line(std::string_view text)
{
    std::string line{text};
    std::erase_if(line, [](unsigned char c) { return c < ' ' || c == '\x7f'; });
    return line;
}

bool send_to(int socket, std::string_view address, std::string_view state)
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::ranges::copy(address, to.sun_path);
    // Of an abstract name each byte counts; the NUL after a path may be left out.
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &send_limit, sizeof(send_limit));
    return ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&to), size) >= 0;
}

}  // namespace

ServiceManager::ServiceManager(const Environment& environment, base::Log& log) : log_(log)
{
    const std::string_view socket = find(environment, "NOTIFY_SOCKET");
    if (socket.empty()) return;
    address_ = address_of(socket);
    if (!is_there()) {
        log_.write(base::LogLevel::warning, "todod",
                   "NOTIFY_SOCKET is no Unix socket: nobody is told that todod serves");
        return;
    }
    patience_ = patience_of(environment);
}

void ServiceManager::say_ready(std::string_view status)
{
    send("READY=1\nSTATUS=" + one_line(status));
}

void ServiceManager::say_alive()
{
    send("WATCHDOG=1");
}

void ServiceManager::say_stopping(std::string_view status)
{
    send("STOPPING=1\nSTATUS=" + one_line(status));
}

void ServiceManager::send(const std::string& state)
{
    if (!is_there()) return;
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool is_sent = socket >= 0 && send_to(socket, address_, state);
    const int error = errno;
    if (socket >= 0) ::close(socket);
    if (is_sent) return;
    log_.write(base::LogLevel::warning, "todod",
               fmt::format("The service manager at NOTIFY_SOCKET cannot be told: {}",
                           std::strerror(error)));
}

}  // namespace todod
