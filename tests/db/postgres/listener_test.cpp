#include "db/postgres/listener.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "db/postgres/live_connection.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::postgres_server;
using testing::run_for;
using testing::server_settings;
using testing::terminate;
using testing::TestLoop;
using namespace std::chrono_literals;

/// This test's own: others run at the same time on the same server.
std::string channel()
{
    return fmt::format("todod_test_{}", ::getpid());
}

Settings own_settings()
{
    return server_settings(fmt::format("?application_name={}", channel()));
}

/// One process that listens, on the test's loop.
struct Process {
    explicit Process(TestLoop& on, Settings settings = own_settings(),
                     std::chrono::milliseconds patience = 7s)
        : loop(on),
          connector(std::move(settings)),
          listener(connector, on, channel(),
                   {.heard = [this](std::string_view text) { hear(text); },
                    .changed = [this] { ++changes; }},
                   patience)
    {
    }

    /// An empty one is from another that tries whether it is heard, at any time.
    void hear(std::string_view text)
    {
        if (!text.empty()) heard.emplace_back(text);
    }

    template <class Condition>
    bool comes_to(Condition holds)
    {
        for (int i = 0; i < 2000 && !holds(); ++i)
            run_for(loop, 10ms);
        return holds();
    }
    bool is_up(bool wanted = true)
    {
        return comes_to([&] { return listener.is_up() == wanted; });
    }
    bool has_heard(std::size_t count)
    {
        return comes_to([&] { return heard.size() >= count; });
    }
    bool may_send()
    {
        return comes_to([&] { return listener.may_send(); });
    }

    TestLoop& loop;
    std::vector<std::string> heard;
    int changes = 0;
    Connector connector;
    Listener listener;
};

std::int32_t process_that_listens()
{
    const auto found = testing::PlainPostgres{postgres_server()}.ask(
        fmt::format("SELECT pid FROM pg_stat_activity WHERE application_name = '{}'"
                    " ORDER BY backend_start DESC LIMIT 1",
                    channel()));
    return found.empty() ? 0 : std::stoi(found);
}

class ListenerTest : public ::testing::Test {
protected:
    TestLoop loop;
};

TEST_F(ListenerTest, hears_what_others_send_and_not_itself)
{
    Process one{loop};
    Process other{loop};
    EXPECT_FALSE(one.listener.is_up());
    ASSERT_TRUE(one.is_up() && other.is_up());
    ASSERT_TRUE(one.may_send());
    one.listener.send("Hello");
    EXPECT_FALSE(one.listener.may_send()) << "one after the other";
    ASSERT_TRUE(other.has_heard(1));
    ASSERT_TRUE(one.may_send());
    one.listener.send("it's me; DROP TABLE users; --");
    ASSERT_TRUE(other.has_heard(2));
    EXPECT_THAT(other.heard, ElementsAre("Hello", "it's me; DROP TABLE users; --"));
    EXPECT_THAT(one.heard, IsEmpty());
}

TEST_F(ListenerTest, sends_as_much_as_a_text_may_have)
{
    Process one{loop};
    Process other{loop};
    ASSERT_TRUE(one.is_up() && other.is_up());
    ASSERT_TRUE(one.may_send());
    const std::string text(Signals::max_text_bytes, 'x');
    one.listener.send(text);
    ASSERT_TRUE(other.has_heard(1));
    EXPECT_EQ(other.heard.back(), text);
    EXPECT_TRUE(one.may_send());
}

TEST_F(ListenerTest, says_that_more_may_be_sent)
{
    Process one{loop};
    ASSERT_TRUE(one.is_up() && one.may_send());
    const int before = one.changes;
    one.listener.send("Hello");
    EXPECT_TRUE(one.comes_to([&] { return one.changes > before; }));
    EXPECT_TRUE(one.listener.may_send());
}

TEST_F(ListenerTest, comes_back_when_it_is_cut_off)
{
    Process one{loop};
    ASSERT_TRUE(one.is_up() && one.may_send());
    const int before = one.changes;
    terminate(process_that_listens());
    EXPECT_TRUE(one.is_up(false)) << "it has not noticed";
    EXPECT_FALSE(one.listener.may_send());
    EXPECT_GT(one.changes, before);
    EXPECT_TRUE(one.is_up());
    Process other{loop};
    ASSERT_TRUE(other.is_up() && other.may_send());
    one.heard.clear();
    other.listener.send("Hello");
    EXPECT_TRUE(one.has_heard(1));
}

TEST_F(ListenerTest, tries_again_while_there_is_no_server)
{
    Settings nowhere = own_settings();
    for (auto& [keyword, value] : nowhere.parameters) {
        if (keyword == "port") value = "1";
    }
    Process one{loop, std::move(nowhere)};
    run_for(loop, 500ms);
    EXPECT_FALSE(one.listener.is_up());
    EXPECT_EQ(one.changes, 0);
}

TEST_F(ListenerTest, leaves_while_it_connects_and_while_it_sends)
{
    for (int i = 0; i < 20; ++i) {
        Process one{loop};
        run_for(loop, std::chrono::milliseconds{i});
        if (one.listener.may_send()) one.listener.send("Good-bye");
    }
    run_for(loop, 20ms);
}

}  // namespace
}  // namespace todod::db::postgres
