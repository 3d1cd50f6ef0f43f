#include "mcp/stdio.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "mcp/endpoint.hpp"
#include "mcp/stdio_client.hpp"
#include "support/loop.hpp"
#include "support/temp_folder.hpp"

namespace todod::mcp {
namespace {

namespace json = boost::json;

/// Goes on once stop is requested.
struct UntilStopped {
    std::stop_token token;
    base::Loop& loop;
    std::optional<std::stop_callback<std::function<void()>>> callback{};

    bool await_ready() const noexcept { return token.stop_requested(); }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        callback.emplace(token, [this, waiting] { loop.post(waiting); });
    }
    void await_resume() const noexcept {}
};

base::Async<void> stop(base::Loop& loop, Stdio& stdio)
{
    co_await base::next_turn(loop);
    stdio.stop();
}

class StdioTest : public ::testing::Test {
protected:
    StdioTest() { std::signal(SIGPIPE, SIG_IGN); }

    /// Runs `behave` as the client. What Stdio::run gave.
    bool talk(std::function<void(Client&)> behave)
    {
        std::array<int, 2> to{};
        std::array<int, 2> from{};
        EXPECT_EQ(::pipe2(to.data(), O_CLOEXEC), 0);
        EXPECT_EQ(::pipe2(from.data(), O_CLOEXEC), 0);
        bool has_ended = false;
        {
            Client client{to[1], from[0]};
            const std::jthread thread{[&] {
                behave(client);
                client.hang_up();
            }};
            has_ended = serve(to[0], from[1]);
            ::close(to[0]);
            ::close(from[1]);
        }
        return has_ended;
    }
    bool serve(int input, int output)
    {
        stdio_ = std::make_unique<Stdio>(input, output, answer_by(server, {}), loop, log, patience);
        return loop.run(stdio_->run());
    }
    /// What comes for `text` at the end of the input.
    std::vector<json::value> exchange(std::string text)
    {
        std::vector<json::value> all;
        EXPECT_TRUE(talk([&](Client& client) {
            client.write(text);
            client.hang_up();
            all = client.read_all();
        }));
        return all;
    }

    base::Async<Answer> say(const Request& request)
    {
        const auto* const text = find_text(request.message.params, "text");
        json::object result{{"said", text != nullptr ? *text : json::string{}}};
        co_return Result{.members = write_members(result)};
    }
    base::Async<Answer> wait(const Request& request)
    {
        co_await UntilStopped{request.sender.stopped, loop};
        co_return Result{.members = R"("waited":true)"};
    }
    /// As much as a pipe takes and more, in the middle of which others would like to say theirs.
    base::Async<Answer> tell(const Request& request)
    {
        const std::string much(100'000, 'x');
        ++in_flight_;
        most_in_flight_ = std::max(most_in_flight_, in_flight_);
        for (int i = 0; i < 2; ++i) {
            co_await request.peer.notify("notifications/told",
                                         {{"of", request.message.id}, {"much", much}});
            co_await base::next_turn(loop);
        }
        --in_flight_;
        co_return Result{.members = R"("told":true)"};
    }
    base::Async<Answer> fail(const Request& request)
    {
        const auto* const how = find_text(request.message.params, "how");
        if (how != nullptr && *how == "other") throw std::runtime_error{"a secret"};
        const bool is_internal = how != nullptr && *how == "internal";
        throw base::Error{is_internal ? base::ErrorCode::internal : base::ErrorCode::unavailable,
                          is_internal ? "a secret" : "The database is away."};
        co_return Result{};
    }
    base::Async<Answer> stay(const Request&)
    {
        co_await let_go.wait();
        co_return Result{};
    }

    Method method(std::string_view name, base::Async<Answer> (StdioTest::*run)(const Request&))
    {
        return {.name = name,
                .handle = [this, run](const Request& request) { return (this->*run)(request); }};
    }

    testing::TestLoop loop;
    base::Log log{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    StdioPatience patience;
    Signal let_go{loop};
    const Server server{
        {.name = "test",
         .title = {},
         .version = {},
         .instructions = {},
         .capabilities = {},
         .legacy_capabilities = {}},
        {method("say", &StdioTest::say), method("wait", &StdioTest::wait),
         method("tell", &StdioTest::tell), method("fail", &StdioTest::fail),
         method("stay", &StdioTest::stay), method("subscriptions/listen", &StdioTest::wait)}};
    std::unique_ptr<Stdio> stdio_;
    std::size_t in_flight_ = 0;
    std::size_t most_in_flight_ = 0;
};

std::set<std::int64_t> ids_of(const std::vector<json::value>& messages)
{
    std::set<std::int64_t> ids;
    for (const json::value& message : messages)
        ids.insert(message.at("id").as_int64());
    return ids;
}

std::int64_t code_of(const json::value& message)
{
    return message.at("error").at("code").as_int64();
}

TEST_F(StdioTest, answers_each_line_with_one_and_ends_with_the_input)
{
    const auto answers =
        exchange(request(1, "initialize", R"({"protocolVersion":"2025-06-18"})") +
                 "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\r\n\n  \n" +
                 request(2, "say", R"({"text":"größer\nals"})") + modern(3, "server/discover") +
                 R"({"jsonrpc":"2.0","id":4,"method":"ping"})");
    ASSERT_EQ(answers.size(), 4U);
    EXPECT_EQ(answers[0].at("result").at("protocolVersion"), "2025-06-18");
    EXPECT_EQ(answers[1].at("result").at("said"), "größer\nals");
    EXPECT_EQ(answers[2].at("result").at("supportedVersions"), json::parse(R"(["2026-07-28"])"));
    EXPECT_EQ(answers[3], json::parse(R"({"jsonrpc":"2.0","id":4,"result":{}})"));
}

TEST_F(StdioTest, takes_files_and_sockets_as_well_as_pipes)
{
    const testing::TempFolder folder;
    const std::string input = folder.file("in");
    const std::string output = folder.file("out");
    const int made = ::open(input.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string text = request(1, "ping") + request(2, "say");
    ASSERT_EQ(::write(made, text.data(), text.size()), std::ssize(text));
    ::close(made);
    const int in = ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
    const int out = ::open(output.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    EXPECT_TRUE(serve(in, out));
    ::lseek(out, 0, SEEK_SET);
    Client reader{in, out};
    EXPECT_EQ(ids_of(reader.read_all()), (std::set<std::int64_t>{1, 2}));

    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const std::jthread thread{[&] {
        Client client{ends[1], ::dup(ends[1])};
        client.write(request(1, "tell"));
        EXPECT_EQ(client.read().at("method"), "notifications/told");
        EXPECT_EQ(client.read().at("method"), "notifications/told");
        EXPECT_EQ(client.read().at("id"), 1);
    }};
    EXPECT_TRUE(serve(ends[0], ends[0]));
    ::close(ends[0]);
}

TEST_F(StdioTest, says_what_is_wrong_with_a_line_and_goes_on)
{
    struct Case {
        std::string what;
        std::string line;
        int code;
    };
    std::string batch = "[1";
    for (std::size_t i = 1; i <= max_batch; ++i)
        batch += ",1";
    for (const auto& [what, line, code] : std::vector<Case>{
             {"no JSON", "nonsense", -32700},
             {"half of it", R"({"jsonrpc":"2.0")", -32700},
             {"two", "1 2", -32700},
             {"no UTF-8", "\"\xff\"", -32700},
             {"too deep", std::string(100, '['), -32700},
             {"no message", "17", -32600},
             {"an empty batch", "[]", -32600},
             {"a long batch", batch + "]", -32600},
             {"a long line", std::string(Stdio::max_line_bytes + 1, 'x'), -32600},
             {"a very long line", std::string(4 * Stdio::max_line_bytes, 'x'), -32600},
         }) {
        SCOPED_TRACE(what);
        const auto answers = exchange(line + "\n" + request(2, "ping"));
        ASSERT_EQ(answers.size(), 2U);
        EXPECT_TRUE(answers[0].at("id").is_null());
        EXPECT_EQ(code_of(answers[0]), code);
        EXPECT_EQ(answers[1].at("id"), 2);
    }
}

TEST_F(StdioTest, takes_a_line_of_the_greatest_length)
{
    std::string line = request(1, "ping");
    line.insert(line.size() - 1, Stdio::max_line_bytes + 1 - line.size(), ' ');
    EXPECT_EQ(ids_of(exchange(line)), std::set<std::int64_t>{1});
}

TEST_F(StdioTest, answers_a_batch_with_a_batch)
{
    const auto answers =
        exchange(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"say"},7,)"
                 R"({"jsonrpc":"2.0","id":2,"method":"fail"}])"
                 "\n"
                 R"([{"jsonrpc":"2.0","method":"say"}])");
    ASSERT_EQ(answers.size(), 1U);
    const auto& batch = answers[0].as_array();
    ASSERT_EQ(batch.size(), 3U);
    EXPECT_EQ(batch[0].at("id"), 1);
    EXPECT_EQ(code_of(batch[1]), -32600);
    EXPECT_EQ(code_of(batch[2]), -32603);
}

TEST_F(StdioTest, answers_others_while_one_is_under_way_and_nothing_once_it_is_cancelled)
{
    EXPECT_TRUE(talk([](Client& client) {
        client.write(request(1, "wait") + modern(2, "subscriptions/listen") + request(3, "say"));
        EXPECT_EQ(client.read().at("id"), 3);
        client.write(cancellation(1) + cancellation(2) + cancellation(77) + request(4, "say"));
        EXPECT_EQ(client.read().at("id"), 4);
        client.hang_up();
        EXPECT_TRUE(client.read_all().empty());
    }));
}

TEST_F(StdioTest, tells_who_asked_what_has_failed_but_not_what_is_wrong_here)
{
    const auto answers =
        exchange(request(1, "fail") + request(2, "fail", R"({"how":"internal"})") +
                 request(3, "fail", R"({"how":"other"})") + R"({"jsonrpc":"2.0","method":"fail"})");
    ASSERT_EQ(answers.size(), 3U);
    for (const json::value& answer : answers) {
        EXPECT_EQ(code_of(answer), -32603);
        const bool is_away = answer.at("id") == 1;
        EXPECT_EQ(answer.at("error").at("message"),
                  is_away ? "The database is away." : "Something went wrong here.");
    }
}

TEST_F(StdioTest, writes_whole_lines_as_they_come_however_many_write)
{
    constexpr int count = 20;
    std::string text;
    for (int id = 1; id <= count; ++id)
        text += request(id, "tell");
    const auto messages = exchange(text);
    ASSERT_EQ(messages.size(), 3U * count);
    std::map<std::int64_t, int> told;
    for (const json::value& message : messages) {
        if (message.as_object().contains("id")) {
            EXPECT_EQ(told[message.at("id").as_int64()], 2);
        } else {
            ++told[message.at("params").at("of").as_int64()];
        }
    }
}

TEST_F(StdioTest, reads_no_more_while_the_client_does_not_read)
{
    constexpr int count = 100;
    EXPECT_TRUE(talk([&](Client& client) {
        const std::jthread writing{[&client] {
            for (int id = 1; id <= count; ++id)
                client.write(request(id, "tell"));
        }};
        std::set<std::int64_t> answered;
        while (answered.size() < count) {
            const json::value message = client.read();
            if (!message.is_object()) break;
            if (const auto* const id = message.get_object().if_contains("id")) {
                answered.insert(id->as_int64());
            }
        }
        EXPECT_EQ(answered.size(), count);
    }));
    EXPECT_LE(most_in_flight_, Stdio::max_under_way);
}

TEST_F(StdioTest, refuses_what_finds_no_room_for_too_long)
{
    patience.for_room = std::chrono::milliseconds{20};
    EXPECT_TRUE(talk([](Client& client) {
        const int full = Stdio::max_under_way;
        for (int id = 1; id <= full; ++id)
            client.write(modern(id, "subscriptions/listen"));
        client.write(request(full + 1, "say"));
        const json::value refused = client.read();
        EXPECT_EQ(refused.at("id"), full + 1);
        EXPECT_EQ(code_of(refused), -32603);
        // Who is refused may still cancel.
        client.write(cancellation(1) + request(full + 2, "say"));
        const json::value answered = client.read();
        EXPECT_EQ(answered.at("id"), full + 2);
        EXPECT_TRUE(answered.as_object().contains("result"));
    }));
}

TEST_F(StdioTest, ends_what_listens_with_the_input_and_answers_it)
{
    const auto answers = exchange(modern(1, "subscriptions/listen"));
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].at("result").at("waited"), true);
}

TEST_F(StdioTest, stops_what_does_not_end_in_time)
{
    patience.to_finish = std::chrono::milliseconds{20};
    EXPECT_TRUE(talk([](Client& client) { client.write(request(1, "wait")); }));

    patience.to_stop = std::chrono::milliseconds{20};
    EXPECT_FALSE(talk([](Client& client) { client.write(request(1, "stay")); }));
    let_go.notify();
    loop.run([](base::Loop& own) -> base::Async<void> { co_await base::next_turn(own); }(loop));
}

TEST_F(StdioTest, does_not_wait_for_ever_for_the_client_to_read)
{
    patience.to_finish = std::chrono::milliseconds{20};
    EXPECT_TRUE(talk([](Client& client) { client.write(request(1, "tell")); }));
    EXPECT_TRUE(talk([this](Client& client) {
        client.write(request(1, "say"));
        EXPECT_EQ(client.read().at("id"), 1);
        client.write(request(2, "tell") + "nonsense\n");
        base::spawn(stop(loop, *stdio_));
        client.wait_until_gone();
    }));
}

TEST_F(StdioTest, ends_when_it_is_told_to)
{
    EXPECT_TRUE(talk([this](Client& client) {
        client.write(request(1, "say"));
        EXPECT_EQ(client.read().at("id"), 1);
        // As a signal does it: on the loop.
        base::spawn(stop(loop, *stdio_));
        EXPECT_TRUE(client.read_all().empty());
    }));
}

TEST_F(StdioTest, ends_when_nobody_reads_any_more)
{
    EXPECT_TRUE(talk([](Client& client) {
        client.write(request(1, "wait") + request(2, "say"));
        EXPECT_EQ(client.read().at("id"), 2);
        client.stop_reading();
        client.write(request(3, "say"));
        client.wait_until_gone();
    }));
}

}  // namespace
}  // namespace todod::mcp
