#include "db/postgres/session.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "db/postgres/empty_database.hpp"
#include "db/postgres/error.hpp"
#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

/// A server that answers each client's first message with `answer`, as a pooler does that does not
/// like it. Without an answer it hangs up.
class RefusingServer {
public:
    explicit RefusingServer(std::string answer) : answer_(std::move(answer))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 1) != 0) std::abort();
        ::getsockname(listener_, any, &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread{[this] { serve(); }};
    }
    ~RefusingServer()
    {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    Settings settings(std::string_view query = "") const
    {
        return parse_url(fmt::format(
            "postgresql://ada:hunter2@127.0.0.1:{}/tasks?sslmode=disable&gssencmode=disable{}",
            port_, query));
    }

private:
    void serve()
    {
        for (;;) {
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            std::array<char, 1024> message;
            static_cast<void>(::recv(client, message.data(), message.size(), 0));
            static_cast<void>(::send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL));
            ::close(client);
        }
    }

    std::string answer_;
    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

/// An ErrorResponse of PostgreSQL's protocol.
std::string refusal(std::string_view message)
{
    using namespace std::string_literals;
    const std::string fields = "SFATAL\0C08P01\0M"s.append(message) + "\0\0"s;
    const std::uint32_t length = htonl(static_cast<std::uint32_t>(fields.size() + 4));
    return "E" + std::string{reinterpret_cast<const char*>(&length), sizeof(length)} + fields;
}

TEST(Session, runs_scripts_and_queries)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    session.script("CREATE TABLE t (n integer, s text); INSERT INTO t VALUES (1, 'a'), (2, NULL)");
    const Rows rows = session.query("SELECT n, s FROM t WHERE n >= $1 ORDER BY n",
                                    Parameters::of(std::int32_t{1}));
    ASSERT_EQ(rows.size(), 2);
    EXPECT_EQ(rows.get<std::int32_t>(1, 0), 2);
    EXPECT_EQ(rows.find<std::string>(0, 1), "a");
    EXPECT_EQ(rows.find<std::string>(1, 1), std::nullopt);
    EXPECT_EQ(session.query("DELETE FROM t").changed(), 2);
}

TEST(Session, goes_on_after_a_statement_that_fails)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    const auto error =
        error_of([&] { session.script("SELECT 1; SELECT * FROM nowhere; SELECT 2"); });
    EXPECT_EQ(error.code(), base::ErrorCode::internal);
    EXPECT_THAT(error.message(), HasSubstr("42P01"));
    EXPECT_THAT(error.message(), HasSubstr("nowhere"));
    EXPECT_EQ(session.query("SELECT 3").get<std::int32_t>(0, 0), 3);
}

TEST(Session, copies_rows_in)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    session.script("CREATE TABLE t (n bigint PRIMARY KEY, s text, j json)");
    const std::string text = "tab\t, newline\n, \\N and ü";
    CopiedRows rows{3};
    const std::int64_t many = 20'000;  // more than is sent at a time
    for (std::int64_t n = 1; n <= many; ++n) {
        rows.add(n);
        rows.add(text);
        if (n == 1) {
            rows.add_null();
        } else {
            rows.add(Json{"[ ]"});
        }
    }
    session.copy("COPY t (n, s, j) FROM STDIN (FORMAT binary)", rows);
    const Rows found = session.query("SELECT count(*), count(j), min(s), max(s) FROM t");
    EXPECT_EQ(found.get<std::int64_t>(0, 0), many);
    EXPECT_EQ(found.get<std::int64_t>(0, 1), many - 1);
    EXPECT_EQ(found.get<std::string>(0, 2), text);
    EXPECT_EQ(found.get<std::string>(0, 3), text);
    session.copy("COPY t (n, s, j) FROM STDIN (FORMAT binary)", CopiedRows{3});
}

TEST(Session, goes_on_after_rows_that_are_not_taken)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    session.script("CREATE TABLE t (n bigint PRIMARY KEY)");
    CopiedRows rows{1};
    for (int i = 0; i < 2; ++i)
        rows.add(std::int64_t{7});
    for (const auto& [table, state] : {std::pair{"t", "23505"}, {"nowhere", "42P01"}}) {
        const auto error = error_of([&] {
            session.copy(fmt::format("COPY {} (n) FROM STDIN (FORMAT binary)", table), rows);
        });
        EXPECT_THAT(error.message(), HasSubstr(state));
        EXPECT_EQ(session.query("SELECT count(*) FROM t").get<std::int64_t>(0, 0), 0);
    }
}

TEST(Session, keeps_no_notices_of_the_server)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    ::testing::internal::CaptureStderr();
    session.script("DROP TABLE IF EXISTS nowhere");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Session, says_that_its_connection_was_lost)
{
    const testing::EmptyDatabase database;
    Session session{database.settings()};
    const auto id = session.query("SELECT pg_backend_pid()").get<std::int32_t>(0, 0);
    database.ask(fmt::format("SELECT pg_terminate_backend({}, 5000)", id));
    for (int attempt = 0; attempt < 2; ++attempt)
        EXPECT_THROW(session.query("SELECT 1"), ConnectionError);
}

TEST(Session, says_in_one_line_why_it_cannot_connect_and_no_password)
{
    const RefusingServer hangs_up{""};
    const RefusingServer refuses{refusal("no\nway")};
    const std::pair<Settings, const char*> table[] = {
        {parse_url("postgresql://ada:hunter2@127.0.0.1:1/tasks"), "refused"},
        {parse_url("postgresql://ada:hunter2@127.0.0.1:1,127.0.0.2:1/tasks"), "refused"},
        {parse_url("postgresql://ada:hunter2@/tasks?host=/nowhere"), "No such file"},
        {parse_url("postgresql://ada:hunter2@db.invalid/tasks"), "db.invalid"},
        {hangs_up.settings(), "closed the connection"},
        {refuses.settings(), "no; way"},
    };
    for (const auto& [settings, reason] : table) {
        const auto error = error_of([&] { const Session session{settings}; });
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_TRUE(error.retry_after());
        EXPECT_THAT(error.cause(), HasSubstr("cannot connect to " + describe(settings)));
        EXPECT_THAT(error.cause(), HasSubstr(reason));
        EXPECT_THAT(error.cause(), Not(HasSubstr("\n")));
        EXPECT_THAT(error.cause() + error.message(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(error.cause(), Not(HasSubstr("pooler")));
    }
}

TEST(Session, says_how_to_get_on_with_a_pooler_that_refuses_it)
{
    const RefusingServer pooler{refusal("unsupported startup parameter: options")};
    const auto hint_of = [](const Settings& settings) {
        return error_of([&] { const Session session{settings}; }).cause();
    };
    EXPECT_THAT(hint_of(pooler.settings()), HasSubstr("pgbouncer=true"));
    EXPECT_THAT(hint_of(pooler.settings("&pgbouncer=true")), Not(HasSubstr("pgbouncer=true")));
}

}  // namespace
}  // namespace todod::db::postgres
