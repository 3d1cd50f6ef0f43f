#include "db/postgres/session.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/text.hpp"
#include "db/postgres/error.hpp"

namespace todod::db::postgres {

namespace {

/// What libpq is given to send at a time.
constexpr std::size_t copied_at_once = 64 * 1024;

/// libpq has a line for each host that it has tried, and indents what it adds to one.
std::string one_line(std::string_view message)
{
    std::string line;
    for (const char c : base::trim(message)) {
        if (c == '\n') {
            line += "; ";
        } else if (c != '\t') {
            line += c;
        }
    }
    return line;
}

/// Poolers refuse what they cannot keep apart for each client.
std::string_view hint(std::string_view message, const Settings& settings)
{
    const bool refused = message.contains("unsupported startup parameter");
    return refused && !settings.pgbouncer
               ? " (behind a pooler, add pgbouncer=true to DATABASE_URL's parameters)"
               : "";
}

Handle connect(const Settings& settings)
{
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    const auto add = [&](const char* keyword, const char* value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    // Serving sends options (connector.hpp): a pooler that refuses them says so here, at the start.
    if (!settings.pgbouncer) add("options", "-c jit=off");
    for (const auto& [keyword, value] : settings.parameters)
        add(keyword.c_str(), value.c_str());
    add(nullptr, nullptr);
    // The database's name is a name, not more parameters.
    constexpr int expand_name = 0;
    Handle handle{PQconnectdbParams(keywords.data(), values.data(), expand_name)};
    if (PQstatus(handle.get()) != CONNECTION_OK) {
        const std::string reason = one_line(PQerrorMessage(handle.get()));
        throw ConnectionError{fmt::format("cannot connect to {}: {}{}", describe(settings), reason,
                                          hint(reason, settings))};
    }
    PQsetNoticeReceiver(handle.get(), [](void*, const PGresult*) {}, nullptr);
    return handle;
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline)
{
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

Session::Session(const Settings& settings) : handle_(connect(settings)) {}

void Session::script(const std::string& statements)
{
    if (PQsendQuery(handle_.get(), statements.c_str()) != 1) fail();
    finish(std::nullopt);
}

Rows Session::query(const std::string& sql, const Parameters& parameters)
{
    constexpr int binary = 1;
    const auto lists = parameters.lists();
    const int sent = PQsendQueryParams(
        handle_.get(), sql.c_str(), static_cast<int>(parameters.size()), lists.types.data(),
        lists.values.data(), lists.sizes.data(), lists.formats.data(), binary);
    if (sent != 1) fail();
    return finish(std::chrono::steady_clock::now() + query_timeout);
}

void Session::copy(const std::string& sql, const CopiedRows& rows)
{
    PGconn* const handle = handle_.get();
    if (PQsendQuery(handle, sql.c_str()) != 1) fail();
    wait(std::nullopt);
    const std::unique_ptr<PGresult, detail::ClearResult> begun{PQgetResult(handle)};
    if (begun == nullptr || PQstatus(handle) != CONNECTION_OK) fail();
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) {
        while (PGresult* const more = PQgetResult(handle))
            PQclear(more);
        throw to_error(begun.get());
    }
    const std::string bytes = rows.bytes();
    for (std::size_t from = 0; from < bytes.size(); from += copied_at_once) {
        const std::size_t size = std::min(copied_at_once, bytes.size() - from);
        if (PQputCopyData(handle, bytes.data() + from, static_cast<int>(size)) != 1) fail();
    }
    if (PQputCopyEnd(handle, nullptr) != 1) fail();
    finish(std::nullopt);
}

/// What the last statement gave, once all have ended.
Rows Session::finish(Deadline deadline)
{
    std::optional<ServerError> error;
    std::optional<Rows> last;
    for (;;) {
        wait(deadline);
        PGresult* const result = PQgetResult(handle_.get());
        if (result == nullptr) break;
        last.emplace(result);
        const auto status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !error) {
            error = to_error(result);
        }
    }
    if (PQstatus(handle_.get()) != CONNECTION_OK) fail();
    if (error) throw *std::move(error);
    return *std::move(last);
}

void Session::wait(Deadline deadline)
{
    constexpr int for_ever = -1;
    while (PQisBusy(handle_.get()) != 0) {
        pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
        const int limit = deadline ? milliseconds_until(*deadline) : for_ever;
        if (::poll(&socket, 1, limit) == 0) {
            throw ConnectionError{
                fmt::format("the database has not answered for {} s", query_timeout.count())};
        }
        if (PQconsumeInput(handle_.get()) != 1) fail();
    }
}

void Session::fail()
{
    throw ConnectionError{
        fmt::format("the database hung up: {}", one_line(PQerrorMessage(handle_.get())))};
}

}  // namespace todod::db::postgres
