#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/postgres/connection.hpp"
#include "db/postgres/connector.hpp"
#include "support/loop.hpp"
#include "support/postgres.hpp"

namespace todod::testing {

/// The test run's server, and its own database.
inline db::postgres::Settings server_settings(std::string_view query = "")
{
    return db::postgres::parse_url(postgres_server().append(query));
}

/// Waits for something to come to `mailbox`.
inline std::vector<db::postgres::Mailbox::Outcome> take_mail(db::postgres::Mailbox& mailbox)
{
    constexpr int time_limit_ms = 20'000;
    pollfd socket{.fd = mailbox.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&socket, 1, time_limit_ms);
    return mailbox.take_all();
}

inline db::postgres::Handle open_handle(const db::postgres::Settings& settings)
{
    db::postgres::Connector connector{settings};
    const auto mailbox = std::make_shared<db::postgres::Mailbox>();
    connector.open(mailbox);
    return std::move(take_mail(*mailbox).at(0).value());
}

/// Lets `loop` go on for so long.
inline void run_for(TestLoop& loop, std::chrono::milliseconds time)
{
    bool is_over = false;
    const auto timer = loop.timer([&] { is_over = true; });
    timer->start(time);
    loop.run_until(is_over);
}

/// A connection to the test run's server, and the loop it is on.
class LiveConnection {
public:
    struct Options {
        std::chrono::milliseconds patience = db::postgres::Connection::max_silence;
        bool keeps_session = true;
    };

    LiveConnection() : LiveConnection(Options{}) {}
    explicit LiveConnection(Options options)
        : connection_(std::make_unique<db::postgres::Connection>(
              open_handle(server_settings(options.keeps_session ? "" : "?pgbouncer=true")),
              options.keeps_session, loop_, options.patience))
    {
    }

    db::postgres::Connection* operator->() const { return connection_.get(); }
    TestLoop& loop() { return loop_; }
    void close() { connection_.reset(); }

    template <class Commands>
    auto run(Commands commands)
    {
        return loop_.run(connection_->run(std::move(commands)));
    }
    db::postgres::Rows ask(std::string_view sql, db::postgres::Parameters parameters = {})
    {
        return run(db::postgres::Command{.sql = sql, .parameters = std::move(parameters)});
    }
    std::int32_t process() { return process_of(*connection_, loop_); }

    static std::int32_t process_of(db::postgres::Connection& connection, TestLoop& loop)
    {
        return loop.run(connection.run(db::postgres::Command{.sql = "SELECT pg_backend_pid()"}))
            .get<std::int32_t>(0, 0);
    }

private:
    TestLoop loop_;
    std::unique_ptr<db::postgres::Connection> connection_;
};

/// Ends a connection from the server's side, and waits until it has.
inline void terminate(std::int32_t process)
{
    PlainPostgres{postgres_server()}.ask(
        fmt::format("SELECT pg_terminate_backend({}, 10000)", process));
}

}  // namespace todod::testing
