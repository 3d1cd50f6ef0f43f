#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/async.hpp"
#include "http/connections.hpp"
#include "http/dispatch.hpp"
#include "http/event_stream.hpp"
#include "http/input_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/socket.hpp"

namespace todod::http {

/// One client's connection. All of it happens on its I/O thread.
class Connection final : private EventStream::Outlet {
public:
    /// `all` must outlive it, for which `owner` may see.
    Connection(Connections& all, Socket socket, const Address& peer, std::shared_ptr<void> owner);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Answers request after request until the connection has ended. The connection must outlive
    /// the coroutine.
    base::Async<void> run();

    /// Answers with a problem, and nothing more.
    void refuse(const Refusal& why);

    /// A second has passed.
    void tick() noexcept;

    /// The server stops.
    void stop() noexcept;

    /// Ends now. True if an operation is still to end.
    bool cut_off() noexcept;

    // Of the list of all connections.
    Connection* previous = nullptr;
    Connection* next = nullptr;

private:
    /// What is being waited for, and so what running out of time means.
    enum class Phase { idle, request, operation, write, linger };

    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    bool prepare();
    base::Async<void> answer();
    void answered();
    base::Async<void> answer_with_others_waiting();
    base::Async<void> answer_alone();
    base::Async<void> answer_watched();
    void give_memory_back();
    void attend(EventStream& events);
    std::chrono::milliseconds patience(const EventStream& events) const;
    std::optional<std::size_t> flush() override;
    std::span<char> make_room();
    void received(const Transfer& transfer);
    void interrupted();
    bool send();
    base::Async<void> drain();
    base::Async<void> linger();
    void break_off() noexcept;
    void enter(Phase phase, std::chrono::seconds time) noexcept;

    const std::shared_ptr<void> owner_;  // first, to be the last to go
    Connections& all_;
    const Limits& limits_;
    Socket socket_;
    RequestParser parser_;
    InputBuffer input_;
    std::string output_;
    std::size_t sent_ = 0;  ///< how much of the output has been taken
    const Address peer_;
    const bool is_behind_proxy_;  ///< the peer is one that is trusted to say who asks
    Exchange exchange_;
    bool is_answered_ = false;
    std::coroutine_handle<> waiting_;  ///< run(), while answer_alone() goes on
    bool is_watched_ = false;          ///< the socket is, while answer_alone() goes on
    bool has_unread_ = false;          ///< the client has sent more meanwhile
    std::size_t due_ = 0;              ///< how much of the output is to be taken by then:
    EventStream::Instant due_at_{};
    std::chrono::milliseconds heartbeat_{};  ///< of the stream
    Phase phase_ = Phase::idle;
    std::int64_t deadline_ = never;  ///< in ticks
    bool is_late_ = false;           ///< woken because its time has run out
    bool is_ending_ = false;         ///< nothing more is read
    bool lingers_ = false;           ///< after the last answer
};

}  // namespace todod::http
