#pragma once

#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "db/migration.hpp"

namespace todod::testing {

/// The server that the test run has started, as a superuser's URL. Throws where there is none.
inline std::string postgres_server()
{
    if (const char* url = std::getenv("TODOD_TEST_POSTGRES"); url != nullptr && *url != '\0') {
        return url;
    }
    throw std::runtime_error{
        "TODOD_TEST_POSTGRES names no server: run this under tools/with-postgres"};
}

/// What is run on a database once it has been migrated; empty: nothing. With
/// TODOD_TEST_DATABASE=partitioned it is what an operator would run, with fewer partitions: each
/// test copies the files of all of them.
inline std::string partitions_script()
{
    const char* const chosen = std::getenv("TODOD_TEST_DATABASE");
    if (chosen == nullptr || std::string_view{chosen} != "partitioned") return {};
    std::ifstream file{TODOD_PARTITIONS};
    std::string script{std::istreambuf_iterator{file}, {}};
    constexpr std::string_view many = "partitions CONSTANT integer := 16;";
    const std::size_t at = script.find(many);
    if (at == std::string::npos) throw std::runtime_error{TODOD_PARTITIONS " cannot be read"};
    return script.replace(at, many.size(), "partitions CONSTANT integer := 4;");
}

/// A blocking connection for plain SQL. Throws std::runtime_error.
class PlainPostgres {
public:
    explicit PlainPostgres(const std::string& url) : handle_(PQconnectdb(url.c_str()))
    {
        if (PQstatus(handle_.get()) != CONNECTION_OK) fail();
        ask("SET client_min_messages = warning");
    }

    /// The first cell of what `sql` gives; empty where it gives none, or NULL. Of several
    /// statements it is the last that counts.
    std::string ask(const std::string& sql)
    {
        const std::unique_ptr<PGresult, Clear> result{PQexec(handle_.get(), sql.c_str())};
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_COMMAND_OK) return {};
        if (status != PGRES_TUPLES_OK) fail();
        if (PQntuples(result.get()) == 0) return {};
        return PQgetvalue(result.get(), 0, 0);
    }

private:
    struct Finish {
        void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
    };
    struct Clear {
        void operator()(PGresult* result) const noexcept { PQclear(result); }
    };

    [[noreturn]] void fail() const { throw std::runtime_error{PQerrorMessage(handle_.get())}; }

    std::unique_ptr<PGconn, Finish> handle_;
};

/// A database of its own on the test run's server, dropped when this goes with whoever is still
/// connected. It is a copy of one that is made once a server by `migrate`, which gets its URL, and
/// partitioned where the environment says so.
class PostgresDatabase {
public:
    explicit PostgresDatabase(const std::function<void(const std::string& url)>& migrate)
    {
        const std::string origin = template_name();
        const auto look = fmt::format("SELECT 1 FROM pg_database WHERE datname = '{}'", origin);
        if (server_.ask(look).empty()) {
            // Programs of one test run take turns.
            server_.ask("SELECT pg_advisory_lock(hashtext('todod template'))");
            if (server_.ask(look).empty()) make_template(origin, migrate);
            server_.ask("SELECT pg_advisory_unlock(hashtext('todod template'))");
        }
        // To copy the files is quicker than to write them through the log.
        server_.ask(
            fmt::format("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name_, origin));
    }
    ~PostgresDatabase()
    {
        try {
            server_.ask(fmt::format("DROP DATABASE {} WITH (FORCE)", name_));
        } catch (const std::runtime_error& error) {
            fmt::print(stderr, "{} stays: {}", name_, error.what());
        }
    }
    PostgresDatabase(const PostgresDatabase&) = delete;
    PostgresDatabase& operator=(const PostgresDatabase&) = delete;

    std::string url() const { return url_of(name_); }

private:
    static std::string template_name()
    {
        std::string all;
        for (const auto& migration : db::postgres_migrations())
            all.append(migration.name).append(migration.up);
        all.append(partitions_script());
        return fmt::format("todod_template_{:016x}", std::hash<std::string>{}(all));
    }

    static std::string unique_name()
    {
        static int count = 0;
        return fmt::format("todod_test_{}_{}", getpid(), ++count);
    }

    static std::string url_of(std::string_view name)
    {
        const std::string server = postgres_server();
        return server.substr(0, server.rfind('/') + 1).append(name);
    }

    /// Under another name until it is whole.
    void make_template(const std::string& name,
                       const std::function<void(const std::string& url)>& migrate)
    {
        const std::string draft = name + "_draft";
        server_.ask(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", draft));
        server_.ask(fmt::format("CREATE DATABASE {}", draft));
        migrate(url_of(draft));
        if (const auto script = partitions_script(); !script.empty()) {
            PlainPostgres{url_of(draft)}.ask(script);
        }
        server_.ask(fmt::format("ALTER DATABASE {} RENAME TO {}", draft, name));
    }

    PlainPostgres server_{postgres_server()};
    std::string name_ = unique_name();
};

}  // namespace todod::testing
