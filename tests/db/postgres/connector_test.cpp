#include "db/postgres/connector.hpp"

#include <gmock/gmock.h>
#include <libpq-fe.h>

#include "db/postgres/live_connection.hpp"
#include "db/postgres/silent_server.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::server_settings;
using testing::SilentServer;
using testing::take_mail;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A setting of a session that was opened with `settings`.
std::string show(const Settings& settings, const char* name)
{
    const Handle handle = testing::open_handle(settings);
    const Rows rows{PQexec(handle.get(), fmt::format("SHOW {}", name).c_str())};
    return rows.get<std::string>(0, 0);
}

TEST(Connector, opens_sessions_that_are_set_up_for_short_statements)
{
    EXPECT_EQ(show(server_settings(), "statement_timeout"), "5s");
    EXPECT_EQ(show(server_settings(), "jit"), "off");
    EXPECT_EQ(show(server_settings(), "plan_cache_mode"), "force_generic_plan");
}

TEST(Connector, lets_the_callers_options_win)
{
    const Settings settings = server_settings("?options=-c%20statement_timeout%3D1234");
    EXPECT_EQ(show(settings, "statement_timeout"), "1234ms");
    EXPECT_EQ(show(settings, "jit"), "off");
}

TEST(Connector, sets_nothing_up_behind_a_pooler)
{
    EXPECT_EQ(show(server_settings("?pgbouncer=true"), "statement_timeout"), "0");
}

TEST(Connector, says_why_it_cannot_connect_and_no_password)
{
    Connector connector{parse_url("postgresql://ada:hunter2@127.0.0.1:1/tasks")};
    const auto mailbox = std::make_shared<Mailbox>();
    connector.open(mailbox);
    const auto outcomes = take_mail(*mailbox);
    ASSERT_EQ(outcomes.size(), 1U);
    ASSERT_FALSE(outcomes[0]);
    const ConnectionError& error = outcomes[0].error();
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    EXPECT_THAT(error.cause(), HasSubstr("refused"));
    EXPECT_THAT(error.cause() + error.message(), Not(HasSubstr("hunter2")));
}

TEST(Connector, gives_one_failure_to_all_who_wait_and_tries_again_for_the_next)
{
    const SilentServer server;
    Connector connector{server.settings()};
    const auto began = Clock::now();
    std::vector<std::shared_ptr<Mailbox>> mailboxes;
    for (int i = 0; i < 5; ++i)
        connector.open(mailboxes.emplace_back(std::make_shared<Mailbox>()));
    for (const auto& mailbox : mailboxes) {
        const auto outcomes = take_mail(*mailbox);
        ASSERT_EQ(outcomes.size(), 1U);
        EXPECT_FALSE(outcomes[0]);
    }
    EXPECT_LT(Clock::now() - began, 2 * SilentServer::connect_timeout);
    connector.open(mailboxes.front());
    EXPECT_EQ(take_mail(*mailboxes.front()).size(), 1U);
    EXPECT_GE(Clock::now() - began, 2 * SilentServer::connect_timeout - 500ms);
}

TEST(Connector, ends_with_an_attempt_under_way_and_others_waiting)
{
    const SilentServer server;
    const auto mailbox = std::make_shared<Mailbox>();
    const auto began = Clock::now();
    {
        Connector connector{server.settings()};
        for (int i = 0; i < 3; ++i)
            connector.open(mailbox);
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_LT(Clock::now() - began, 2 * SilentServer::connect_timeout);
    for (const auto& outcome : mailbox->take_all())
        EXPECT_FALSE(outcome);
}

TEST(Connector, opens_connections_for_those_who_ask_from_many_threads)
{
    Connector connector{server_settings()};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto mailbox = std::make_shared<Mailbox>();
            for (int count = 0; count < 3; ++count) {
                connector.open(mailbox);
                const auto outcomes = take_mail(*mailbox);
                EXPECT_EQ(outcomes.size(), 1U);
                EXPECT_TRUE(outcomes.at(0));
            }
        });
    }
}

TEST(Connector, closes_what_nobody_has_taken)
{
    const auto mailbox = std::make_shared<Mailbox>();
    {
        Connector connector{server_settings()};
        connector.open(mailbox);
        while (take_mail(*mailbox).empty()) {
        }
        connector.open(mailbox);
    }
    EXPECT_LE(mailbox->take_all().size(), 1U);
}

}  // namespace
}  // namespace todod::db::postgres
