#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace todod::http {

/// What became of one reading or writing.
struct Transfer {
    enum class Outcome {
        done,
        would_block,  ///< nothing can be had at once
        cancelled,    ///< by Socket::cancel() or close()
        ended,        ///< by the other side, or broken
    };

    Outcome outcome = Outcome::done;
    std::size_t size = 0;
};

/// A connected TCP socket on an I/O thread, for coroutines. One reading and one writing at a time.
class Socket {
public:
    /// Becomes the owner of `descriptor`, which is non-blocking. Throws when it cannot be watched.
    Socket(boost::asio::io_context& io, int descriptor);
    Socket(Socket&&) noexcept;
    ~Socket();

    struct Read {
        Socket& socket;
        std::span<char> room;
        Transfer transfer{};
        std::coroutine_handle<> waiting{};

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle);
        Transfer await_resume() const noexcept { return transfer; }
    };

    struct Write {
        Socket& socket;
        std::string_view bytes;
        Transfer transfer{};
        std::coroutine_handle<> waiting{};

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle);
        Transfer await_resume() const noexcept { return transfer; }
    };

    struct Ready {
        Socket& socket;
        bool to_read;
        bool to_write;
        std::chrono::milliseconds time;
        int outstanding = 0;
        bool is_over = false;
        std::coroutine_handle<> waiting{};
        std::exception_ptr failure{};

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> handle);
        void await_resume() const
        {
            if (failure) std::rethrow_exception(failure);
        }
    };

    /// What can be seen of the other side without reading.
    struct Look {
        bool has_input;  ///< or has ended
        bool has_ended;  ///< sends nothing more, though perhaps some has not been read
    };

    /// Awaits that it can be read from or written to, as asked for; or that `time` has passed, or
    /// cancel() or close(). Nothing else of it is awaited meanwhile.
    Ready ready(bool to_read, bool to_write, std::chrono::milliseconds time)
    {
        return {*this, to_read, to_write, time};
    }

    /// Awaits some bytes.
    Read read(std::span<char> room) { return {*this, room}; }

    /// Awaits that some of `bytes` have been taken.
    Write write(std::string_view bytes) { return {*this, bytes}; }

    Look look() const noexcept;
    Transfer read_now(std::span<char> room);
    Transfer write_now(std::string_view bytes);

    /// What is awaited comes back as cancelled; not before this returns.
    void cancel() noexcept;

    /// Says that no more will be written.
    void end_writing() noexcept;

    void close() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::http
