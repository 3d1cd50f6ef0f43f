#include "db/postgres/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace todod::db::postgres {

namespace {

constexpr std::chrono::milliseconds between_ticks{200};
constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

[[noreturn]] void fail(std::string_view doing, int code)
{
    throw base::Error{base::ErrorCode::internal, fmt::format("{}: {}", doing, std::strerror(code))};
}

struct Pipe {
    int out = -1;
    int in = -1;

    Pipe()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("a pipe", errno);
        out = ends[0];
        in = ends[1];
    }
};

std::vector<char*> pointers_of(const std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// What the child's standard streams are; no signal is blocked or ignored there.
class SpawnSettings {
public:
    SpawnSettings(int input, int output, int errors)
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        add(input, STDIN_FILENO, O_RDONLY);
        add(output, STDOUT_FILENO, O_WRONLY);
        add(errors, STDERR_FILENO, O_WRONLY);
        sigset_t none;
        sigset_t pipe;
        sigemptyset(&none);
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &pipe);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
    const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

private:
    void add(int descriptor, int as, int how)
    {
        if (descriptor < 0) {
            posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", how, 0);
        } else {
            posix_spawn_file_actions_adddup2(&actions_, descriptor, as);
        }
    }

    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

void close_all(std::initializer_list<int> descriptors) noexcept
{
    for (const int descriptor : descriptors) {
        if (descriptor >= 0) ::close(descriptor);
    }
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
             Use use, Tick tick, int output)
    : tick_(std::move(tick)), buffer_(buffer_bytes, '\0')
{
    const Pipe data;
    const Pipe errors;
    const bool feeds = use == Use::feed;
    stream_ = feeds ? data.in : data.out;
    errors_ = errors.out;
    const int theirs = feeds ? data.out : data.in;
    const SpawnSettings settings{feeds ? theirs : -1, feeds ? output : theirs, errors.in};
    int code =
        ::posix_spawn(&pid_, command.front().c_str(), settings.actions(), settings.attributes(),
                      pointers_of(command).data(), pointers_of(environment).data());
    close_all({theirs, errors.in});
    if (code == 0) {
        process_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
        if (process_ < 0) code = errno;
    }
    ::fcntl(stream_, F_SETFL, O_NONBLOCK);
    ::fcntl(errors_, F_SETFL, O_NONBLOCK);
    if (code == 0) return;
    end();
    fail(fmt::format("'{}' cannot be started", command.front()), code);
}

Child::~Child()
{
    end();
}

void Child::end() noexcept
{
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    close_all({stream_, errors_, process_});
}

void Child::close_stream() noexcept
{
    close_all({std::exchange(stream_, -1)});
}

void Child::hear()
{
    std::array<char, 4096> text;
    for (;;) {
        const ssize_t size = ::read(errors_, text.data(), text.size());
        if (size == 0) close_all({std::exchange(errors_, -1)});
        if (size <= 0) return;
        complaint_.append(text.data(), static_cast<std::size_t>(size));
        complaint_.resize(std::min(complaint_.size(), max_complaint_bytes));
    }
}

/// Until there is something to be had there, and hears complaints meanwhile.
void Child::wait_for(int descriptor, short event)
{
    const auto deadline = std::chrono::steady_clock::now() + max_silence;
    while (std::chrono::steady_clock::now() < deadline) {
        tick_();
        std::array<pollfd, 2> sockets{{{.fd = descriptor, .events = event, .revents = 0},
                                       {.fd = errors_, .events = POLLIN, .revents = 0}}};
        if (::poll(sockets.data(), sockets.size(), static_cast<int>(between_ticks.count())) < 0 &&
            errno != EINTR) {
            fail("poll", errno);
        }
        if (sockets[1].revents != 0) hear();
        if (sockets[0].revents != 0) return;
    }
    throw base::Error::unavailable("the database's tool does not go on", std::chrono::seconds{0});
}

std::string_view Child::read()
{
    for (;;) {
        wait_for(stream_, POLLIN);
        const ssize_t size = ::read(stream_, buffer_.data(), buffer_.size());
        if (size >= 0) return {buffer_.data(), static_cast<std::size_t>(size)};
        if (errno != EAGAIN && errno != EINTR) fail("a pipe", errno);
    }
}

bool Child::feed(std::string_view bytes)
{
    while (!bytes.empty() && stream_ >= 0) {
        wait_for(stream_, POLLOUT);
        const ssize_t size = ::write(stream_, bytes.data(), bytes.size());
        if (size >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EPIPE) {
            close_stream();
        } else if (errno != EAGAIN && errno != EINTR) {
            fail("a pipe", errno);
        }
    }
    return stream_ >= 0;
}

int Child::hand_over() noexcept
{
    const int stream = std::exchange(stream_, -1);
    ::fcntl(stream, F_SETFL, 0);  // who writes there now does not expect it to be full
    return stream;
}

bool Child::finish()
{
    close_stream();
    wait_for(process_, POLLIN);
    if (errors_ >= 0) hear();
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace todod::db::postgres
