#pragma once

#include <atomic>
#include <string>

#include "db/postgres/settings.hpp"
#include "support/postgres.hpp"

namespace todod::testing {

/// A database of its own on the test run's server, with nothing in it; dropped when this goes.
class EmptyDatabase {
public:
    EmptyDatabase() { server_.ask("CREATE DATABASE " + name_); }
    ~EmptyDatabase()
    {
        try {
            server_.ask(fmt::format("DROP DATABASE {} WITH (FORCE)", name_));
        } catch (const std::runtime_error& error) {
            fmt::print(stderr, "{} stays: {}", name_, error.what());
        }
    }
    EmptyDatabase(const EmptyDatabase&) = delete;
    EmptyDatabase& operator=(const EmptyDatabase&) = delete;

    std::string url() const
    {
        const std::string server = postgres_server();
        return server.substr(0, server.rfind('/') + 1) + name_;
    }

    db::postgres::Settings settings() const { return db::postgres::parse_url(url()); }

    /// The first cell of what plain SQL gives.
    std::string ask(const std::string& sql) const { return PlainPostgres{url()}.ask(sql); }

private:
    static std::string unique_name()
    {
        static std::atomic<int> count = 0;
        return fmt::format("todod_empty_{}_{}", getpid(), ++count);
    }

    PlainPostgres server_{postgres_server()};
    std::string name_ = unique_name();
};

}  // namespace todod::testing
