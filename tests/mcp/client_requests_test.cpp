#include "mcp/client_requests.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <thread>

#include "base/random.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::mcp {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;

/// Takes what is sent to a client, and does as the client would.
class Client final : public operation::EventSink {
public:
    std::function<void(const value& message)> react = [](const value&) {};
    std::vector<value> got;

    base::Async<void> send(operation::Event event) override
    {
        EXPECT_EQ(event.name, Peer::event);
        got.push_back(parse(event.data));
        react(got.back());
        co_return;
    }
};

class ClientRequestsTest : public ::testing::Test {
protected:
    base::Async<ClientAnswer> asking(std::chrono::milliseconds limit = std::chrono::minutes{5})
    {
        const Sender sender{
            .caller = {.user_id = "ada"}, .events = events, .stopped = stop.get_token()};
        Peer peer{events};
        const Message message;
        co_return co_await requests.ask({revision, message, sender, peer}, loop,
                                        "elicitation/create", {{"message", "Well?"}}, limit);
    }
    ClientAnswer ask() { return loop.run(asking()); }
    /// A message of that user, as it comes in.
    bool tell(const std::string& json, std::string_view user_id = "ada")
    {
        const value whole = parse(json);
        return requests.take(std::get<Message>(read_message(whole)), user_id);
    }
    static std::string answer(const value& question, std::string_view rest)
    {
        return fmt::format(R"({{"jsonrpc":"2.0","id":{},{}}})",
                           boost::json::serialize(question.at("id")), rest);
    }

    base::SecureRandom random;
    ClientRequests requests{random};
    testing::TestLoop loop;
    Client client;
    operation::EventSink* events = &client;
    std::stop_source stop;
    Revision revision = Revision::v2025_11_25;
};

TEST_F(ClientRequestsTest, sends_a_question_and_gives_what_is_answered)
{
    client.react = [&](const value& question) {
        EXPECT_TRUE(tell(answer(question, R"("result":{"action":"accept"})")));
    };
    EXPECT_EQ(ask().value(), parse(R"({"action":"accept"})"));
    ASSERT_EQ(client.got.size(), 1U);
    EXPECT_EQ(client.got[0].at("jsonrpc"), "2.0");
    EXPECT_EQ(client.got[0].at("method"), "elicitation/create");
    EXPECT_EQ(client.got[0].at("params"), parse(R"({"message":"Well?"})"));
    EXPECT_EQ(requests.open_count(), 0U);
}

TEST_F(ClientRequestsTest, takes_an_answer_on_any_thread)
{
    std::jthread other;
    client.react = [&](const value& question) {
        other = std::jthread{
            [this, text = answer(question, R"("result":{"n":1})")] { EXPECT_TRUE(tell(text)); }};
    };
    EXPECT_EQ(ask().value(), parse(R"({"n":1})"));
}

TEST_F(ClientRequestsTest, takes_no_answer_of_another_user_nor_a_second_one)
{
    client.react = [&](const value& question) {
        EXPECT_FALSE(tell(answer(question, R"("result":{"of":"eve"})"), "eve"));
        EXPECT_FALSE(tell(answer(question, R"("result":{"of":"nobody"})"), ""));
        EXPECT_TRUE(tell(answer(question, R"("result":{"of":"ada"})")));
        EXPECT_FALSE(tell(answer(question, R"("result":{"of":"ada, again"})")));
    };
    EXPECT_EQ(ask().value(), parse(R"({"of":"ada"})"));
    EXPECT_FALSE(tell(R"({"jsonrpc":"2.0","id":"nothing","result":{}})"));
    EXPECT_FALSE(tell(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
}

TEST_F(ClientRequestsTest, never_asks_twice_by_one_id)
{
    client.react = [&](const value& question) { tell(answer(question, R"("result":{})")); };
    for (int i = 0; i < 2; ++i)
        ask();
    EXPECT_NE(client.got[0].at("id"), client.got[1].at("id"));
    EXPECT_GE(client.got[0].at("id").as_string().size(), 22U);
}

TEST_F(ClientRequestsTest, says_why_there_is_no_result)
{
    for (const auto& [said, why] : std::vector<std::pair<std::string, std::string>>{
             {R"("error":{"code":-1,"message":"I will not."})",
              "The client has refused: I will not."},
             {R"("error":7)", "The client's answer is no result."},
             {R"("result":[])", "The client's answer is no result."}}) {
        client.react = [&](const value& question) { EXPECT_TRUE(tell(answer(question, said))); };
        EXPECT_EQ(ask().error(), why);
    }
}

TEST_F(ClientRequestsTest, gives_up_on_who_does_not_answer)
{
    EXPECT_EQ(loop.run(asking(std::chrono::milliseconds{1})).error(),
              "The client has not answered in time.");
    EXPECT_EQ(requests.open_count(), 0U);
    EXPECT_FALSE(tell(answer(client.got.at(0), R"("result":{})")));
}

TEST_F(ClientRequestsTest, gives_up_on_who_has_gone)
{
    client.react = [&](const value&) { stop.request_stop(); };
    EXPECT_EQ(ask().error(), "The client has gone.");
    EXPECT_EQ(ask().error(), "The client has gone.");
}

TEST_F(ClientRequestsTest, asks_nobody_who_takes_no_events_or_is_of_the_modern_revision)
{
    events = nullptr;
    EXPECT_FALSE(ask().has_value());
    events = &client;
    revision = Revision::v2026_07_28;
    EXPECT_EQ(testing::error_of([&] { ask(); }).code(), base::ErrorCode::internal);
    EXPECT_TRUE(client.got.empty());
}

TEST_F(ClientRequestsTest, asks_so_many_at_once_and_no_more)
{
    std::vector<base::Async<ClientAnswer>> many;
    for (std::size_t i = 0; i < ClientRequests::max_open; ++i)
        many.push_back(asking());
    testing::Together<ClientAnswer> together{loop};
    together.start(std::move(many));
    EXPECT_EQ(requests.open_count(), ClientRequests::max_open);
    EXPECT_EQ(testing::error_of([&] { ask(); }).code(), base::ErrorCode::unavailable);
    stop.request_stop();
    together.finish();
    EXPECT_EQ(requests.open_count(), 0U);
}

TEST_F(ClientRequestsTest, has_its_answers_from_a_server_that_is_told_of_it)
{
    const Server server{{}, {}, &requests};
    const auto hand_in = [&](const value& message, std::string_view user_id) {
        Sender sender{.caller = {.user_id = std::string{user_id}}};
        EXPECT_EQ(loop.run(server.answer(message, std::move(sender))).status, 202);
    };
    testing::Together<ClientAnswer> together{loop};
    together.start(testing::all(asking()));
    const value answered = parse(answer(client.got.at(0), R"("result":{"n":1})"));
    hand_in(answered, "eve");
    EXPECT_EQ(requests.open_count(), 1U);
    hand_in(answered, "ada");
    EXPECT_EQ(*together.finish().at(0).value, parse(R"({"n":1})"));
}

}  // namespace
}  // namespace todod::mcp
