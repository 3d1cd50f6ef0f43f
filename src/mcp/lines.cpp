#include "mcp/lines.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "base/error.hpp"

namespace todod::mcp {

namespace {

bool is_socket(int descriptor)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

bool passes(int error) noexcept
{
    return error == EINTR || error == EAGAIN;
}

}  // namespace

LineReader::LineReader(int descriptor, std::size_t max_bytes, base::Loop& loop,
                       std::function<void(std::string_view)> overlong)
    : descriptor_(descriptor),
      max_bytes_(max_bytes),
      overlong_(std::move(overlong)),
      readable_(loop),
      watch_(loop.watch(descriptor, [this] { readable_.notify(); }, [] {}))
{
}

base::Async<std::optional<LineReader::Line>> LineReader::read()
{
    while (!is_stopped_) {
        if (auto line = take()) co_return line;
        if (has_ended_) break;
        watch_->wait_readable();
        co_await readable_.wait();
        if (!is_stopped_) receive();
    }
    co_return std::nullopt;
}

void LineReader::stop()
{
    is_stopped_ = true;
    readable_.notify();
}

std::optional<LineReader::Line> LineReader::take()
{
    if (has_ended_ && (!line_.text.empty() || line_.is_too_long)) {
        return std::exchange(line_, {});
    }
    if (rest_.empty()) return std::nullopt;
    const auto end = rest_.find('\n');
    const auto piece = rest_.substr(0, end);
    rest_.remove_prefix(std::min(rest_.size(), piece.size() + 1));
    line_.is_too_long = line_.is_too_long || line_.text.size() + piece.size() > max_bytes_;
    if (line_.is_too_long) {
        if (!line_.text.empty()) overlong_(std::exchange(line_.text, {}));
        overlong_(piece);
    } else {
        line_.text += piece;
    }
    if (end == std::string_view::npos) return std::nullopt;
    return std::exchange(line_, {});
}

/// Once, so that it does not block: there is something, or the end.
void LineReader::receive()
{
    const auto count = ::read(descriptor_, chunk_.data(), chunk_.size());
    if (count > 0) {
        rest_ = {chunk_.data(), static_cast<std::size_t>(count)};
    } else if (count == 0 || !passes(errno)) {
        has_ended_ = true;
    }
}

LineWriter::LineWriter(int descriptor, base::Loop& loop)
    : descriptor_(descriptor),
      is_socket_(is_socket(descriptor)),
      turn_(loop),
      writable_(loop),
      watch_(loop.watch(descriptor, [] {}, [this] { writable_.notify(); }))
{
}

base::Async<void> LineWriter::write(std::string line, std::stop_token unwanted)
{
    const auto guard = co_await turn_.lock();
    if (unwanted.stop_requested()) co_return;
    std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    line += '\n';
    std::string_view rest{line};
    while (!is_broken_) {
        const std::size_t sent = send(rest);
        rest.remove_prefix(sent);
        if (rest.empty()) co_return;
        if (sent > 0 || is_broken_) continue;
        watch_->wait_writable();
        co_await writable_.wait();
    }
    throw base::Error{base::ErrorCode::unavailable, "Nobody reads the answers any more."};
}

void LineWriter::give_up()
{
    is_broken_ = true;
    writable_.notify();
}

/// How much the reader has taken; 0: it would block.
std::size_t LineWriter::send(std::string_view rest)
{
    pollfd asked{descriptor_, POLLOUT, 0};
    if (::poll(&asked, 1, 0) <= 0) return 0;
    // A pipe that can be written to takes this much at once.
    const auto count =
        is_socket_
            ? ::send(descriptor_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
            : ::write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (!passes(errno)) give_up();
    return 0;
}

}  // namespace todod::mcp
