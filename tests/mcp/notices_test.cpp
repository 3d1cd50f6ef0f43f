#include "mcp/notices.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/loop.hpp"

namespace todod::mcp {
namespace {

using boost::json::parse;
using boost::json::value;

class Client final : public operation::EventSink {
public:
    std::vector<value> got;

    base::Async<void> send(operation::Event event) override
    {
        got.push_back(parse(event.data));
        co_return;
    }
};

class NoticesTest : public ::testing::Test {
protected:
    /// Calls `tell` for a request with this `_meta`, and gives what has been sent.
    template <class Tell>
    std::vector<value> sent(Revision revision, std::string_view meta, Tell tell)
    {
        const value whole = parse(fmt::format(
            R"({{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{}}}}})", meta));
        const Message message = std::get<Message>(read_message(whole));
        Client client;
        const Sender sender;
        Peer peer{&client};
        const Request request{revision, message, sender, peer};
        loop.run(tell(request));
        return client.got;
    }

    testing::TestLoop loop;
};

TEST_F(NoticesTest, tell_who_asks_for_it_how_far_a_request_is)
{
    const auto tell = [](const Request& request) { return tell_progress(request, 50, 100); };
    for (const auto revision : {Revision::v2025_03_26, Revision::v2026_07_28}) {
        for (const std::string_view token : {R"("a")", "7"}) {
            EXPECT_EQ(sent(revision, fmt::format(R"({{"progressToken":{}}})", token), tell),
                      std::vector{parse(fmt::format(
                          R"({{"jsonrpc":"2.0","method":"notifications/progress",)"
                          R"("params":{{"progressToken":{},"progress":50,"total":100}}}})",
                          token))});
        }
        EXPECT_TRUE(sent(revision, "{}", tell).empty());
        EXPECT_TRUE(sent(revision, R"({"progressToken":[]})", tell).empty());
    }
}

TEST_F(NoticesTest, log_for_all_of_old_and_else_for_who_asks_for_such_grave_lines)
{
    const auto tell = [](const Request& request) {
        return tell_log(request, Severity::warning, "It is late.");
    };
    const std::vector line{parse(R"({"jsonrpc":"2.0","method":"notifications/message",)"
                                 R"("params":{"level":"warning","data":"It is late."}})")};
    EXPECT_EQ(sent(Revision::v2025_06_18, "{}", tell), line);
    EXPECT_TRUE(sent(Revision::v2026_07_28, "{}", tell).empty());
    for (const auto& [level, told] : std::vector<std::pair<std::string, bool>>{
             {"debug", true}, {"warning", true}, {"error", false}, {"loud", false}}) {
        const auto meta = fmt::format(R"({{"io.modelcontextprotocol/logLevel":"{}"}})", level);
        EXPECT_EQ(sent(Revision::v2026_07_28, meta, tell), told ? line : std::vector<value>{})
            << level;
    }
}

TEST_F(NoticesTest, know_severities_by_name)
{
    EXPECT_EQ(find_severity("debug"), Severity::debug);
    EXPECT_EQ(find_severity("emergency"), Severity::emergency);
    EXPECT_EQ(find_severity("Error"), std::nullopt);
}

}  // namespace
}  // namespace todod::mcp
