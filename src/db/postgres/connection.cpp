#include "db/postgres/connection.hpp"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <cassert>

#include "db/postgres/error.hpp"
#include "db/postgres/session_options.hpp"

namespace todod::db::postgres {

void detail::CloseConnection::operator()(pg_conn* connection) const noexcept
{
    PQfinish(connection);
}

namespace {

/// What answers to nothing that was asked for is known by.
constexpr std::string_view no_command = "no command";

}  // namespace

/// What was sent up to one Sync, and is answered together.
struct Connection::Flight {
    std::vector<Command> commands;
    /// One an answer that is awaited: the name that is prepared by it; no_command; empty: of a
    /// command.
    std::vector<std::string_view> prepares;
    std::size_t answered = 0;
    std::vector<Rows> rows;
    std::exception_ptr failure;
    std::coroutine_handle<> waiting;  ///< none: a ROLLBACK that nobody waits for
    Flight* next = nullptr;
};

/// Waits until a flight has been answered.
struct Connection::Landing {
    Connection& connection;
    Flight& flight;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        flight.waiting = waiting;
        connection.start(flight);
    }
    void await_resume() const noexcept {}
};

Connection::Connection(Handle handle, bool keeps_session, base::Loop& loop,
                       std::chrono::milliseconds patience)
    : handle_(std::move(handle)),
      loop_(loop),
      keeps_session_(keeps_session),
      patience_(patience),
      watch_(loop.watch(
          PQsocket(handle_.get()), [this] { read(); }, [this] { flush(); })),
      silence_(loop.timer([this] {
          is_given_up_ = true;
          fail_all(std::make_exception_ptr(ConnectionError{"the server does not answer"}));
      }))
{
    if (PQsetnonblocking(handle_.get(), 1) != 0 || PQenterPipelineMode(handle_.get()) != 1) {
        throw to_error(handle_.get());
    }
}

Connection::~Connection()
{
    // A ROLLBACK may still be under way; whoever waits for an answer keeps the connection.
    while (first_ != nullptr) {
        const std::unique_ptr<Flight> flight{first_};
        assert(!flight->waiting);
        first_ = flight->next;
    }
}

base::Async<std::vector<Rows>> Connection::run(std::vector<Command> commands)
{
    Flight flight;
    flight.commands = std::move(commands);
    co_await Landing{*this, flight};
    if (flight.failure) std::rethrow_exception(flight.failure);
    co_return std::move(flight.rows);
}

base::Async<Rows> Connection::run(Command command)
{
    std::vector<Command> commands;
    commands.push_back(std::move(command));
    std::vector<Rows> rows = co_await run(std::move(commands));
    co_return std::move(rows.front());
}

void Connection::roll_back()
{
    if (is_broken_ || PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) return;
    auto flight = std::make_unique<Flight>();
    flight->commands.push_back({.sql = "ROLLBACK"});
    start(*flight.release());
}

bool Connection::is_usable()
{
    if (is_broken_ || is_stale_) return false;
    if (first_ != nullptr) return true;
    char byte = 0;
    const auto peek = [&] {
        return ::recv(PQsocket(handle_.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    };
    ssize_t size = peek();
    // An idle server has little to say: that a setting has changed, or good-bye.
    while (size > 0)
        size = PQconsumeInput(handle_.get()) == 1 ? peek() : 0;
    const bool is_silent = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    is_broken_ = size == 0 || (size < 0 && !is_silent);
    return !is_broken_;
}

void Connection::start(Flight& flight)
{
    const bool was_idle = first_ == nullptr;
    (first_ == nullptr ? first_ : last_->next) = &flight;
    last_ = &flight;
    if (is_broken_) return fail_all(lost());
    send(flight);
    if (is_broken_ || !was_idle) return;
    silence_->start(patience_);
    watch_->wait_readable();
}

void Connection::send(Flight& flight)
{
    try {
        if (!keeps_session_ && flight.waiting) send_options(flight);
        for (const Command& command : flight.commands) {
            send(command, flight);
            // What a slow one gives is sent at once then: silence is of a single statement.
            if (&command != &flight.commands.back() && command.parameters.size() > 0) {
                if (PQsendFlushRequest(handle_.get()) != 1) throw to_error(handle_.get());
            }
        }
        if (PQpipelineSync(handle_.get()) != 1) throw to_error(handle_.get());
        flush();
    } catch (const ConnectionError&) {
        fail_all(lost());
    }
}

/// The first of the flight's transaction.
void Connection::send_options(Flight& flight)
{
    if (PQsendQueryParams(handle_.get(), set_local_options().c_str(), 0, nullptr, nullptr, nullptr,
                          nullptr, 0) != 1) {
        throw to_error(handle_.get());
    }
    flight.prepares.emplace_back(no_command);
}

void Connection::send(const Command& command, Flight& flight)
{
    const Parameters::Lists lists = command.parameters.lists();
    const auto count = static_cast<int>(command.parameters.size());
    constexpr int binary = 1;
    PGconn* const handle = handle_.get();
    if (command.name.empty() || !keeps_session_) {
        if (PQsendQueryParams(handle, std::string{command.sql}.c_str(), count, lists.types.data(),
                              lists.values.data(), lists.sizes.data(), lists.formats.data(),
                              binary) != 1) {
            throw to_error(handle);
        }
        flight.prepares.emplace_back();
        return;
    }
    const std::string name{command.name};
    if (prepared_.insert(command.name).second) {
        flight.prepares.push_back(command.name);
        if (PQsendPrepare(handle, name.c_str(), std::string{command.sql}.c_str(), count,
                          lists.types.data()) != 1) {
            throw to_error(handle);
        }
    }
    if (PQsendQueryPrepared(handle, name.c_str(), count, lists.values.data(), lists.sizes.data(),
                            lists.formats.data(), binary) != 1) {
        throw to_error(handle);
    }
    flight.prepares.emplace_back();
}

void Connection::flush()
{
    const int outcome = PQflush(handle_.get());
    if (outcome < 0) return fail_all(lost());
    if (outcome > 0) watch_->wait_writable();
}

void Connection::read()
{
    if (first_ == nullptr) return;
    if (PQconsumeInput(handle_.get()) != 1) {
        return fail_all(lost());
    }
    take_results();
    if (first_ == nullptr) return;
    silence_->start(patience_);
    watch_->wait_readable();
    // What was held back by a full socket may go on now.
    flush();
}

void Connection::take_results()
{
    int nothing = 0;
    while (first_ != nullptr && PQisBusy(handle_.get()) == 0) {
        pg_result* const result = PQgetResult(handle_.get());
        if (result == nullptr) {
            // One ends each answer; two are a server that has ended.
            if (++nothing == 2) {
                return fail_all(lost());
            }
            continue;
        }
        nothing = 0;
        take_result(result);
    }
}

void Connection::take_result(pg_result* result)
{
    Rows rows{result};
    Flight& flight = *first_;
    switch (PQresultStatus(result)) {
        case PGRES_PIPELINE_SYNC:
            return land();
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            if (flight.prepares[flight.answered++].empty()) flight.rows.push_back(std::move(rows));
            return;
        case PGRES_PIPELINE_ABORTED:
            prepared_.erase(flight.prepares[flight.answered++]);
            return;
        default:
            return take_failure(flight, result);
    }
}

void Connection::take_failure(Flight& flight, pg_result* result)
{
    // A transaction may still fail when all of its statements have been answered: as it ends.
    if (flight.answered < flight.prepares.size()) {
        prepared_.erase(flight.prepares[flight.answered++]);
    }
    if (PQstatus(handle_.get()) == CONNECTION_BAD) {
        return fail_all(lost());
    }
    const ServerError error = to_error(result);
    flight.failure = std::make_exception_ptr(error);
    is_stale_ = is_stale_ || error.is_stale();
}

void Connection::land()
{
    std::unique_ptr<Flight> flight{first_};
    first_ = flight->next;
    if (first_ == nullptr) silence_->stop();
    if (flight->waiting) loop_.post(flight.release()->waiting);
}

std::exception_ptr Connection::lost() const
{
    return std::make_exception_ptr(ConnectionLost{to_error(handle_.get()).cause()});
}

void Connection::fail_all(const std::exception_ptr& failure)
{
    is_broken_ = true;
    while (first_ != nullptr) {
        first_->failure = failure;
        land();
    }
}

}  // namespace todod::db::postgres
