#include "mcp/endpoint.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::mcp {
namespace {

using boost::json::parse;
using boost::json::value;
using schema::NamedText;
using ::testing::HasSubstr;
using ::testing::Not;

class EndpointTest : public ::testing::Test {
protected:
    operation::Reply send(std::string_view json, std::vector<NamedText> headers = {})
    {
        const value body = parse(json);
        headers.push_back({"Host", "localhost"});
        operation::Call call{.caller = {.user_id = "ada"}, .request_id = "r"};
        call.input.body = &body;
        call.input.headers = headers;
        call.meter = meter;
        try {
            return loop.run(operation.run(std::move(call)));
        } catch (const base::Error& error) {
            const auto explained = operation.explain(error);
            if (!explained || error.code() == base::ErrorCode::internal) throw;
            return *explained;
        }
    }

    /// Says who asks, in which zone, and under which key.
    static base::Async<Answer> who(const Request& request)
    {
        const Sender& sender = request.sender;
        co_return Result{.members = fmt::format(R"("who":"{} {} {} {}")", sender.caller.user_id,
                                                sender.time_zone, sender.idempotency_key,
                                                sender.request_id)};
    }

    /// Fails as `params.with` says.
    static base::Async<Answer> fail(const Request& request)
    {
        const auto* const with = find_text(request.message.params, "with");
        throw base::Error{
            *with == "limit" ? base::ErrorCode::too_many_requests : base::ErrorCode::internal,
            "No."};
        co_return Result{};
    }

    testing::TestLoop loop;
    const Server server{{}, {{.name = "who", .handle = who}, {.name = "fail", .handle = fail}}};
    base::Log log{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    const operation::Operation operation = endpoint(server, log);
    auth::Meter* meter = nullptr;
};

constexpr std::string_view who_call = R"({"jsonrpc":"2.0","id":1,"method":"who"})";

TEST_F(EndpointTest, answers_a_message_for_who_is_signed_in)
{
    const auto reply = send(who_call, {{"x-timezone", "Europe/Berlin"}, {"idempotency-key", "k"}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(parse(reply.body).at("result").at("who"), "ada Europe/Berlin k r");
}

TEST_F(EndpointTest, answers_a_batch_of_the_oldest_revision_by_what_is_to_be_answered)
{
    for (const auto& headers :
         {std::vector<NamedText>{}, {{"MCP-Protocol-Version", "2025-03-26"}}}) {
        const auto reply = send(R"([{"jsonrpc":"2.0","id":1,"method":"who"},
            {"jsonrpc":"2.0","method":"notifications/initialized"}, 7,
            {"jsonrpc":"2.0","id":"b","method":"ping"}])",
                                headers);
        EXPECT_EQ(reply.status, 200);
        const auto answers = parse(reply.body).as_array();
        ASSERT_EQ(answers.size(), 3);
        EXPECT_EQ(answers[0].at("id"), 1);
        EXPECT_EQ(answers[1].at("error").at("code"), -32600);
        EXPECT_EQ(answers[2].at("id"), "b");
    }
    const auto silent = send(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])");
    EXPECT_EQ(silent.status, 202);
    EXPECT_EQ(silent.body, "");
}

TEST_F(EndpointTest, refuses_a_batch_of_another_revision_an_empty_and_a_long_one)
{
    boost::json::array many(max_batch + 1, parse(who_call));
    for (const auto& [json, headers] : std::vector<std::pair<std::string, std::vector<NamedText>>>{
             {"[]", {}},
             {boost::json::serialize(many), {}},
             {fmt::format("[{}]", who_call), {{"MCP-Protocol-Version", "2025-06-18"}}},
             {fmt::format("[{}]", who_call), {{"MCP-Protocol-Version", "2026-07-28"}}}}) {
        const auto reply = send(json, headers);
        EXPECT_EQ(reply.status, 400) << json;
        EXPECT_EQ(parse(reply.body).at("error").at("code"), -32600) << json;
    }
    many.resize(max_batch);
    EXPECT_EQ(send(boost::json::serialize(many)).status, 200);
}

TEST_F(EndpointTest, tells_what_was_done_of_a_batch_that_a_limit_ends)
{
    constexpr std::string_view limit =
        R"({"jsonrpc":"2.0","id":"l","method":"fail","params":{"with":"limit"}})";
    const auto answers = parse(send(fmt::format("[{},{},7]", who_call, limit)).body).as_array();
    ASSERT_EQ(answers.size(), 3);
    EXPECT_EQ(answers[0].at("id"), 1);
    EXPECT_EQ(answers[1].at("id"), "l");
    EXPECT_EQ(answers[1].at("error").at("message"), "No.");
    const auto first = testing::error_of([&] { send(fmt::format("[{}]", limit)); });
    EXPECT_EQ(first.code(), base::ErrorCode::too_many_requests);
}

TEST_F(EndpointTest, tells_what_was_done_of_a_batch_that_breaks_but_not_why)
{
    constexpr std::string_view broken =
        R"({"jsonrpc":"2.0","id":2,"method":"fail","params":{"with":"x"}})";
    const auto reply = send(fmt::format("[{},{}]", who_call, broken));
    const auto answers = parse(reply.body).as_array();
    ASSERT_EQ(answers.size(), 2);
    EXPECT_TRUE(answers[0].as_object().contains("result"));
    EXPECT_EQ(answers[1].at("id"), 2);
    EXPECT_EQ(answers[1].at("error").at("code"), -32603);
    EXPECT_THAT(reply.body, Not(HasSubstr("No.")));
    const auto first = testing::error_of([&] { send(fmt::format("[{},{}]", broken, who_call)); });
    EXPECT_EQ(first.code(), base::ErrorCode::internal);
}

TEST_F(EndpointTest, refuses_headers_that_are_not_clear)
{
    for (const auto& [headers, message] :
         std::vector<std::pair<std::vector<NamedText>, const char*>>{
             {{{"Idempotency-Key", ""}}, "must not be empty"},
             {{{"Idempotency-Key", "two words"}}, "visible ASCII"},
             {{{"idempotency-key", "a"}, {"Idempotency-Key", "a"}}, "only once"},
             {{{"X-Timezone", "UTC"}, {"x-timezone", "UTC"}}, "only once"}}) {
        for (const auto& body : {std::string{who_call}, fmt::format("[{}]", who_call)}) {
            const auto reply = send(body, headers);
            EXPECT_EQ(reply.status, 400) << message;
            const auto error = parse(reply.body).at("error");
            EXPECT_EQ(error.at("code"), -32600) << message;
            EXPECT_THAT(std::string{error.at("message").as_string()}, HasSubstr(message));
        }
    }
}

TEST_F(EndpointTest, counts_each_request_once_whatever_becomes_of_it)
{
    testing::FakeClock clock;
    base::SecureRandom random;
    base::Metrics metrics;
    auth::LimitBook book{auth::default_quotas, std::nullopt, clock, random, log};
    auth::Limits limits{book, loop, metrics};
    const auto quota = auth::default_quotas[static_cast<std::size_t>(auth::LimitKind::read)];
    std::uint32_t left = quota;
    for (const std::string& body :
         {std::string{who_call}, fmt::format("[{},{}]", who_call, who_call),
          std::string{R"({"jsonrpc":"2.0","method":"notifications/initialized"})"},
          std::string{R"({"jsonrpc":"2.0","id":1,"result":{}})"}, std::string{"7"}}) {
        auth::Meter counting;
        counting.begin(&limits);
        meter = &counting;
        send(body);
        ASSERT_TRUE(counting.told()) << body;
        EXPECT_EQ(counting.told()->count.remaining, --left) << body;
    }
}

TEST_F(EndpointTest, gives_each_message_of_a_batch_a_key_of_its_own)
{
    const auto keys = [this] {
        const auto reply =
            send(fmt::format("[{},{}]", who_call, who_call), {{"Idempotency-Key", "k"}});
        std::vector<std::string> found;
        for (const auto& answer : parse(reply.body).as_array())
            found.emplace_back(answer.at("result").at("who").as_string());
        return found;
    };
    const auto found = keys();
    ASSERT_EQ(found.size(), 2);
    EXPECT_NE(found[0], found[1]);
    EXPECT_EQ(keys(), found);
}

TEST_F(EndpointTest, speaks_json_rpc_of_what_never_became_a_message)
{
    const std::vector<NamedText> headers{{"Host", "localhost"}};
    operation::Call call{.caller = {.user_id = "ada"}};
    call.input.headers = headers;
    const auto empty = testing::error_of([&] { loop.run(operation.run(std::move(call))); });
    EXPECT_EQ(empty.code(), base::ErrorCode::bad_request);
    for (const auto& [code, status, rpc_code] :
         {std::tuple{base::ErrorCode::bad_request, 400, -32700},
          std::tuple{base::ErrorCode::invalid, 400, -32600},
          std::tuple{base::ErrorCode::forbidden, 403, -32600},
          std::tuple{base::ErrorCode::internal, 500, -32603},
          std::tuple{base::ErrorCode::unavailable, 503, -32603}}) {
        const auto reply = operation.explain(base::Error{code, "So it is."});
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->status, status);
        EXPECT_EQ(parse(reply->body),
                  value({{"jsonrpc", "2.0"},
                         {"id", nullptr},
                         {"error", {{"code", rpc_code}, {"message", "So it is."}}}}));
    }
    EXPECT_FALSE(operation.explain(base::Error{base::ErrorCode::unauthorized, "no"}));
    EXPECT_FALSE(operation.explain(base::Error{base::ErrorCode::too_many_requests, "no"}));
}

}  // namespace
}  // namespace todod::mcp
