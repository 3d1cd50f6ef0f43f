#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "operation/events.hpp"
#include "operation/operation.hpp"

namespace todod::http {

/// How often the `number`th stream tells that it is there: at least once in `longest`, and not much
/// oftener. Each has a pace of its own, so that those who have come together do not go on speaking
/// together.
std::chrono::milliseconds pace_of(std::uint64_t number, std::chrono::milliseconds longest) noexcept;

/// The events of one answer (text/event-stream, WHATWG HTML §9.2). Written where the connection's
/// answers are; once a client has gone nothing is.
class EventStream final : public operation::EventSink {
public:
    /// The way to the client.
    class Outlet {
    public:
        /// Writes what can be written at once, and gives how many bytes wait. Nothing: the client
        /// has gone.
        virtual std::optional<std::size_t> flush() = 0;

    protected:
        ~Outlet() = default;
    };

    using Headers = std::span<const operation::Header>;
    using Instant = std::chrono::steady_clock::time_point;

    /// Both must outlive the stream. While more than `waiting_max` bytes wait, so does the sender.
    EventStream(std::string& output, Outlet& outlet, std::size_t waiting_max) noexcept;

    // For the dispatcher.

    /// From now on events may be sent, in chunks (RFC 9112 §7.1) if `chunked`. `begin` writes the
    /// answer's head, with headers of its own, once, when there is something to follow it.
    void open(std::function<void(Headers)> begin, bool chunked);
    bool is_open() const noexcept { return is_open_; }
    bool has_begun() const noexcept { return has_begun_; }

    /// Writes the last event, if there is any `data`, and ends the stream; what waits is left to be
    /// flushed. `headers` are for the head, if it has not been written.
    void end(std::string_view name, std::string_view data, Headers headers = {});

    // For the connection.

    /// When a comment is due, so that nobody between here and there takes the stream for dead.
    Instant next_beat(Instant now, std::chrono::milliseconds interval) const noexcept;

    /// Writes the comment if it is due. True: it is to be flushed.
    bool beat(Instant now, std::chrono::milliseconds interval);

    /// So many bytes wait still: the sender may go on, in this.
    void taken(std::size_t waiting);

    /// The client has gone: the sender goes on in this, and fails.
    void close();

    using EventSink::send;
    base::Async<void> send(operation::Event event) override;

private:
    void begin(Headers headers = {});
    void write(const operation::Event& event);
    void go_on();

    std::string& output_;
    Outlet& outlet_;
    const std::size_t waiting_max_;
    std::function<void(Headers)> begin_;
    Instant last_{};  ///< when something was written
    std::coroutine_handle<> sender_;
    bool is_open_ = false;
    bool is_chunked_ = false;
    bool has_begun_ = false;
    bool is_closed_ = false;
};

}  // namespace todod::http
