#include "http/connection.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <limits>

#include "http/input_buffer.hpp"
#include "http/request_parser.hpp"

namespace todod::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

/// After an answer that leaves the connection unusable, what the client still sends is dropped for
/// so long and so much: closing at once could take the answer from it (RFC 9112 §9.6).
constexpr std::chrono::seconds linger_time{1};
constexpr std::size_t linger_bytes_max = 4 * 1024 * 1024;

/// An answer's memory that is kept for the next.
constexpr std::size_t kept_output_bytes = 64 * 1024;

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// Past the limit so many more are taken in, to be told so.
std::size_t refusable(std::size_t limit) noexcept
{
    return limit + limit / 8 + 8;
}

struct Transfer {
    ErrorCode error;
    std::size_t size = 0;
};

/// Awaits some bytes.
struct Read {
    tcp::socket& socket;
    std::span<char> room;
    Transfer done{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        socket.async_read_some(asio::buffer(room.data(), room.size()),
                               [this, waiting](const ErrorCode& error, std::size_t size) {
                                   done = {error, size};
                                   waiting.resume();
                               });
    }
    Transfer await_resume() const noexcept { return done; }
};

/// Awaits that some bytes have been taken.
struct Write {
    tcp::socket& socket;
    std::string_view bytes;
    Transfer done{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        socket.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                                [this, waiting](const ErrorCode& error, std::size_t size) {
                                    done = {error, size};
                                    waiting.resume();
                                });
    }
    Transfer await_resume() const noexcept { return done; }
};

}  // namespace

/// One client's connection. Everything happens on its I/O thread.
class Connection {
public:
    Connection(Connections& all, tcp::socket socket, std::shared_ptr<void> owner, bool is_refused);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Until the connection has ended.
    static base::Async<void> serve(std::unique_ptr<Connection> connection);

    void tick() noexcept;
    void stop() noexcept;

    /// True if an operation is still to end.
    bool cut_off() noexcept;

private:
    friend class Connections;

    /// What is being waited for, and so what running out of time means.
    enum class Phase { idle, request, operation, write, linger };

    base::Async<void> run();
    base::Async<void> linger();
    base::Async<void> drain();
    bool send();
    std::span<char> make_room();
    void received(const Transfer& transfer);
    void interrupted();
    bool prepare();
    void answered();
    void refuse(const Refusal& why);
    void enter(Phase phase, std::chrono::seconds time) noexcept;
    void wake() noexcept;

    const std::shared_ptr<void> owner_;
    Connections& all_;
    Connection* previous_ = nullptr;
    Connection* next_ = nullptr;
    const Limits& limits_;
    tcp::socket socket_;
    RequestParser parser_;
    InputBuffer input_;
    std::string output_;
    std::size_t sent_ = 0;  ///< how much of the output has been taken
    Exchange exchange_;
    Phase phase_ = Phase::idle;
    std::int64_t deadline_ = never;  ///< in ticks
    bool is_late_ = false;           ///< woken because its time has run out
    bool is_ending_ = false;         ///< nothing more is read
    bool lingers_ = false;
};

Connection::Connection(Connections& all, tcp::socket socket, std::shared_ptr<void> owner,
                       bool is_refused)
    : owner_(std::move(owner)),
      all_(all),
      limits_(all.common_.settings.limits),
      socket_(std::move(socket)),
      parser_(limits_)
{
    ++all_.common_.connections;
    all_.add(*this);
    ErrorCode ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay{true}, ignored);
    exchange_.output = &output_;
    if (is_refused) refuse({503, "Too many connections are open."});
}

Connection::~Connection()
{
    --all_.common_.connections;
    all_.remove(*this);
}

base::Async<void> Connection::serve(std::unique_ptr<Connection> connection)
{
    try {
        co_await connection->run();
    } catch (const std::exception& error) {
        connection->all_.common_.log.write(base::LogLevel::error, "todod.http",
                                           fmt::format("A connection failed: {}", error.what()));
    }
}

base::Async<void> Connection::run()
{
    while (!is_ending_) {
        switch (parser_.parse(input_.data())) {
            case Progress::more:
                if (!send()) co_await drain();
                if (!is_ending_) received(co_await Read{socket_, make_room()});
                break;
            case Progress::expects_continue:
                output_ += "HTTP/1.1 100 Continue\r\n\r\n";
                break;
            case Progress::refused:
                refuse(parser_.refusal());
                break;
            case Progress::complete:
                if (!prepare()) co_await all_.dispatcher_.answer(exchange_);
                answered();
                if (output_.size() > limits_.output_bytes && !send()) co_await drain();
                break;
        }
    }
    if (!send()) co_await drain();
    if (lingers_) co_await linger();
}

/// False if an operation is to answer.
bool Connection::prepare()
{
    enter(Phase::operation, std::chrono::seconds::max());
    exchange_.request = &parser_.request();
    exchange_.keep_alive = exchange_.request->keep_alive && !all_.is_stopping_;
    return all_.dispatcher_.answer_at_once(exchange_);
}

void Connection::answered()
{
    input_.consume(parser_.consumed());
    parser_.next();
    if (exchange_.keep_alive) return;
    is_ending_ = true;
    // What follows is not read, and must not take the answer with it.
    lingers_ = all_.is_stopping_ || !input_.data().empty();
}

void Connection::refuse(const Refusal& why)
{
    all_.dispatcher_.refuse(why, output_);
    is_ending_ = true;
    lingers_ = true;
}

std::span<char> Connection::make_room()
{
    const bool is_new = !parser_.started();
    if (is_new) input_.shrink();
    if (is_new || phase_ != Phase::request) {
        enter(is_new ? Phase::idle : Phase::request, is_new ? limits_.idle : limits_.request);
    }
    // A large body's room grows with what has come of it: a promise alone takes no memory.
    constexpr std::size_t step = 2048;
    const auto missing = parser_.body_bytes() > step ? input_.data().size() : 0;
    return input_.prepare(std::max(step, missing));
}

void Connection::received(const Transfer& transfer)
{
    if (transfer.error == asio::error::operation_aborted) return interrupted();
    if (transfer.error || transfer.size == 0) {
        is_ending_ = true;
        return;
    }
    input_.commit(transfer.size);
}

/// Its time has run out, or the server stops.
void Connection::interrupted()
{
    if (is_ending_) return;
    if (is_late_ && phase_ == Phase::request) {
        return refuse({408, "The request did not come to its end in time."});
    }
    if (is_late_) {
        is_ending_ = true;
        return;
    }
    // A request that came in at the last moment is answered still.
    ErrorCode error;
    const auto room = input_.prepare(1);
    const auto size = socket_.read_some(asio::buffer(room.data(), room.size()), error);
    input_.commit(size);
    if (error || size == 0) is_ending_ = true;
}

/// Writes what can be written at once. False if the client has to take some of it first.
bool Connection::send()
{
    while (sent_ < output_.size()) {
        ErrorCode error;
        const auto rest = std::string_view{output_}.substr(sent_);
        sent_ += socket_.write_some(asio::buffer(rest.data(), rest.size()), error);
        if (error == asio::error::would_block) return false;
        if (error) {
            is_ending_ = true;
            lingers_ = false;
            break;
        }
    }
    output_.clear();
    sent_ = 0;
    if (output_.capacity() > kept_output_bytes) output_.shrink_to_fit();
    return true;
}

base::Async<void> Connection::drain()
{
    do {
        enter(Phase::write, limits_.write);
        const auto rest = std::string_view{output_}.substr(sent_);
        const auto transfer = co_await Write{socket_, rest};
        sent_ += transfer.size;
        if (transfer.error && (is_late_ || transfer.error != asio::error::operation_aborted)) {
            is_ending_ = true;
            lingers_ = false;
            output_.clear();
        }
    } while (!send());
}

base::Async<void> Connection::linger()
{
    ErrorCode error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    enter(Phase::linger, linger_time);
    for (std::size_t dropped = 0; !error && dropped < linger_bytes_max;) {
        input_.consume(input_.data().size());
        const auto transfer = co_await Read{socket_, input_.prepare(1)};
        error = transfer.error;
        dropped += transfer.size;
    }
}

void Connection::enter(Phase phase, std::chrono::seconds time) noexcept
{
    phase_ = phase;
    is_late_ = false;
    const bool has_end = time != std::chrono::seconds::max();
    // The present tick has begun already: one more, so that nothing ends early.
    deadline_ = has_end ? all_.now_ + time.count() + 1 : never;
}

/// What the coroutine waits for on its socket ends with operation_aborted.
void Connection::wake() noexcept
{
    ErrorCode ignored;
    socket_.cancel(ignored);
}

void Connection::tick() noexcept
{
    if (all_.now_ < deadline_) return;
    is_late_ = true;
    wake();
}

void Connection::stop() noexcept
{
    if (phase_ == Phase::idle) wake();
}

bool Connection::cut_off() noexcept
{
    const bool waits_for_operation = phase_ == Phase::operation;
    exchange_.is_abandoned = true;
    is_ending_ = true;
    lingers_ = false;
    ErrorCode ignored;
    socket_.close(ignored);
    return waits_for_operation;
}

Connections::Connections(asio::io_context& io, Dispatcher& dispatcher, Common& common)
    : io_(io), dispatcher_(dispatcher), common_(common)
{
}

void Connections::start(int socket, std::shared_ptr<void> owner)
{
    const std::size_t limit = common_.settings.limits.connections;
    const std::size_t open = common_.connections;
    ErrorCode error;
    tcp::socket client{io_};
    client.assign(tcp::v4(), socket, error);
    if (error) ::close(socket);
    if (error || open >= refusable(limit)) return;
    base::spawn(Connection::serve(std::make_unique<Connection>(
        *this, std::move(client), std::move(owner), open >= limit)));
}

void Connections::tick()
{
    ++now_;
    for (Connection* each = first_; each != nullptr; each = each->next_) each->tick();
}

void Connections::stop()
{
    is_stopping_ = true;
    if (first_ == nullptr) io_.stop();
    for (Connection* each = first_; each != nullptr; each = each->next_) each->stop();
}

std::size_t Connections::cut_off()
{
    std::size_t remaining = 0;
    for (Connection* each = first_; each != nullptr; each = each->next_) {
        if (each->cut_off()) ++remaining;
    }
    return remaining;
}

void Connections::add(Connection& connection) noexcept
{
    connection.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &connection;
    first_ = &connection;
}

void Connections::remove(Connection& connection) noexcept
{
    if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
    if (connection.previous_ != nullptr) {
        connection.previous_->next_ = connection.next_;
    } else {
        first_ = connection.next_;
    }
    if (is_stopping_ && first_ == nullptr) io_.stop();
}

}  // namespace todod::http
