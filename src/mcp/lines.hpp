#pragma once

#include <array>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.hpp"
#include "base/async_mutex.hpp"
#include "base/loop.hpp"

namespace todod::mcp {

/// Lets the one coroutine that waits go on: `co_await signal.wait()`. Of one loop's thread.
class Signal {
public:
    explicit Signal(base::Loop& loop) : loop_(loop) {}

    auto wait() noexcept { return Waiting{*this}; }

    /// Nothing happens where none waits.
    void notify()
    {
        if (const auto waiting = std::exchange(waiting_, {})) loop_.post(waiting);
    }

private:
    struct Waiting {
        Signal& signal;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) const { signal.waiting_ = waiting; }
        void await_resume() const noexcept {}
    };

    base::Loop& loop_;
    std::coroutine_handle<> waiting_;
};

/// Lines from a pipe, a socket, a terminal or a file. Neither this nor LineWriter makes its
/// descriptor non-blocking, which would hold for all who share it (a shell's terminal): it is
/// asked each time whether it would block. So the loop must be one that polls (BlockingLoop), and
/// nobody else may read from it.
class LineReader {
public:
    struct Line {
        std::string text;  ///< without its end; nothing of one that is too long
        bool is_too_long = false;
    };

    /// `overlong` gets what has come of a line that is too long, piece by piece.
    LineReader(int descriptor, std::size_t max_bytes, base::Loop& loop,
               std::function<void(std::string_view piece)> overlong);

    /// Nothing at the end of the input, and after stop(). What stands behind the last line feed is
    /// a line as well.
    base::Async<std::optional<Line>> read();

    /// As if the input ended here.
    void stop();

private:
    static constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;

    std::optional<Line> take();
    void receive();

    const int descriptor_;
    const std::size_t max_bytes_;
    const std::function<void(std::string_view piece)> overlong_;
    Signal readable_;
    std::unique_ptr<base::Watch> watch_;
    std::array<char, chunk_bytes> chunk_{};
    std::string_view rest_;  ///< of the chunk
    Line line_;              ///< what has come of it
    bool has_ended_ = false;
    bool is_stopped_ = false;
};

/// Whole lines to a pipe, a socket, a terminal or a file, one after the other. SIGPIPE must be
/// ignored. See LineReader for the loop.
class LineWriter {
public:
    LineWriter(int descriptor, base::Loop& loop);

    /// Goes on when the operating system has taken the line: who does not read keeps the writers
    /// waiting. Nothing is written if `unwanted` is requested before it is this line's turn.
    /// A line feed in it, which JSON has only between its tokens, becomes a space. Throws
    /// Error{unavailable} when nobody reads any more.
    base::Async<void> write(std::string line, std::stop_token unwanted = {});

    /// Whatever is not written yet, or comes later, fails.
    void give_up();

private:
    std::size_t send(std::string_view rest);

    const int descriptor_;
    const bool is_socket_;
    base::AsyncMutex turn_;
    Signal writable_;
    std::unique_ptr<base::Watch> watch_;
    bool is_broken_ = false;
};

}  // namespace todod::mcp
