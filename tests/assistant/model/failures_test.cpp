#include "assistant/model/engine.hpp"
#include "assistant/model/model_conversation.hpp"
#include "assistant/model/model_server.hpp"
#include "net/test_authority.hpp"
#include "support/errors.hpp"

namespace todod::assistant::model {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::error_of;
using ::testing::HasSubstr;
using testing::ModelConversation;
using testing::ModelServer;
using ::testing::Not;
using testing::Parts;
using testing::say;
using testing::stream_of;
using testing::with_status;

const std::string hang{testing::TestServer::hang};

/// What a provider says when it does not do its part: nobody but the log may see a word of it.
const std::string fault =
    R"({"error":{"message":"Incorrect key sesame, see /hidden","type":"some_error","code":null}})";

class ModelFailureTest : public ::testing::Test {
protected:
    base::Error failure(const ModelServer& server)
    {
        ada.base_url = server.base_url();
        const auto error = error_of([&] { ada.say("hello"); });
        EXPECT_THAT(error.message(), Not(HasSubstr("some_error")));
        EXPECT_THAT(error.message() + error.cause(), Not(HasSubstr("sesame")));
        EXPECT_THAT(error.message() + error.cause(), Not(HasSubstr("hidden")));
        return error;
    }
    std::uint64_t outcomes(std::string_view outcome)
    {
        return ada.counted("todod_model_requests_total", outcome);
    }

    ModelConversation ada;
};

TEST_F(ModelFailureTest, of_a_moment_is_tried_again)
{
    const Parts first[] = {
        {with_status(500, "", fault)},
        {with_status(503, "", "<html>")},
        {with_status(429, "Retry-After: 0\r\n", fault)},
        {with_status(429, "", fault)},
        {},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " + fault + "\n\n"},
        {with_status(200, "", "<html>")},
    };
    for (const Parts& parts : first) {
        SCOPED_TRACE(parts.empty() ? "nothing" : parts.front());
        const ModelServer server{{parts, say("Hi.")}};
        ada.base_url = server.base_url();
        EXPECT_EQ(ada.say("hello"), "Hi.");
        EXPECT_EQ(server.requests(), 2);
        EXPECT_EQ(server.messages(1), server.messages(0));
    }
    EXPECT_EQ(outcomes("success"), 8U);
    EXPECT_EQ(outcomes("limited"), 2U);
    EXPECT_EQ(outcomes("failed"), 4U);
    EXPECT_EQ(outcomes("unreachable"), 2U);
}

TEST_F(ModelFailureTest, that_stays_is_told)
{
    const struct {
        Parts parts;
        ErrorCode code;
        const char* message;
        int requests;
    } cases[] = {
        {{with_status(500, "", fault)}, ErrorCode::bad_gateway, "in trouble", 2},
        {{with_status(429, "Retry-After: 1\r\n", fault)},
         ErrorCode::too_many_requests,
         "too much",
         2},
        {{with_status(429, "Retry-After: 3600\r\n", fault)},
         ErrorCode::too_many_requests,
         "too much",
         1},
        {{with_status(401, "", fault)}, ErrorCode::bad_gateway, "API key does not take it", 1},
        {{with_status(403, "", fault)}, ErrorCode::bad_gateway, "API key does not take it", 1},
        {{with_status(402, "", fault)}, ErrorCode::bad_gateway, "no credit", 1},
        {{with_status(404, "", fault)}, ErrorCode::bad_gateway, "no such model", 1},
        {{with_status(400, "", fault)}, ErrorCode::bad_gateway, "other words", 1},
        {{with_status(302, "Location: /hidden\r\n", "")}, ErrorCode::bad_gateway, "other words", 1},
        {{}, ErrorCode::unavailable, "does not answer", 2},
        {{with_status(200, "", "[]")}, ErrorCode::bad_gateway, "cannot be read", 2},
        {{with_status(200, "", "{}")}, ErrorCode::bad_gateway, "cannot be read", 2},
        {{with_status(200, "", fault)}, ErrorCode::bad_gateway, "cannot be read", 2},
        {{with_status(200, "", R"({"choices":[7]})")}, ErrorCode::bad_gateway, "cannot be read", 2},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.parts.empty() ? "nothing" : each.parts.front());
        const ModelServer server{{each.parts}};
        const auto error = failure(server);
        EXPECT_EQ(error.code(), each.code);
        EXPECT_THAT(error.message(), HasSubstr(each.message));
        EXPECT_THAT(error.cause(), HasSubstr("custom, http://127.0.0.1"));
        EXPECT_EQ(server.requests(), each.requests);
    }
    EXPECT_EQ(
        failure(ModelServer{{{with_status(429, "Retry-After: 3600\r\n", fault)}}}).retry_after(),
        3600s);
    EXPECT_THAT(failure(ModelServer{{{with_status(500, "", fault)}}}).cause(),
                HasSubstr("answered 500 some_error"));
}

TEST_F(ModelFailureTest, in_the_middle_of_an_answer_is_not_tried_again)
{
    Parts cut = stream_of({R"({"content":"Half an"})"});
    cut.resize(2);
    Parts stalled = cut;
    stalled.push_back(hang);
    Parts broken = cut;
    broken.insert(broken.end(),
                  {std::string{testing::TestServer::long_nap}, "data: " + fault + "\n\n"});
    ada.settings.patience.silence = 2s;
    for (const Parts& parts : {cut, stalled, broken}) {
        const ModelServer server{{parts}};
        failure(server);
        EXPECT_EQ(server.requests(), 1);
    }
    EXPECT_EQ(outcomes("unreachable"), 2U);
    EXPECT_EQ(outcomes("failed"), 1U);
}

TEST_F(ModelFailureTest, of_a_model_that_says_nothing_in_time_is_told)
{
    ada.settings.patience.silence = 1s;
    const ModelServer silent{{{hang}}};
    EXPECT_EQ(failure(silent).code(), ErrorCode::unavailable);
    EXPECT_EQ(silent.requests(), 2);
    ModelConversation patient;
    patient.settings.patience.turn = 1s;
    patient.settings.patience.late_failure = 50ms;
    const ModelServer other{{{hang}}};
    patient.base_url = other.base_url();
    EXPECT_EQ(error_of([&] { patient.say("hello"); }).code(), ErrorCode::unavailable);
    EXPECT_EQ(other.requests(), 1) << "nobody waits so long twice";
}

TEST_F(ModelFailureTest, of_what_is_too_large_is_told)
{
    const std::string much(std::size_t{5} << 20U, 'x');
    const ModelServer whole{{{"HTTP/1.0 200 OK\r\n\r\n" + much}}};
    EXPECT_EQ(failure(whole).code(), ErrorCode::unavailable);
    const ModelServer event{
        {{"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " + much}}};
    EXPECT_EQ(failure(event).code(), ErrorCode::bad_gateway);
    std::string calls;
    for (std::size_t i = 0; i <= ReplyReader::max_calls; ++i)
        calls += fmt::format(R"({}{{"index":{},"id":"i{}","function":{{"name":"list_tasks"}}}})",
                             i == 0 ? "" : ",", i, i);
    const ModelServer many{{stream_of({R"({"tool_calls":[)" + calls + "]}"}, "tool_calls")}};
    EXPECT_EQ(failure(many).code(), ErrorCode::bad_gateway);
    const ModelServer talk{
        {stream_of({fmt::format(R"({{"content":"{}"}})", much.substr(0, 100'000))})}};
    ada.base_url = talk.base_url();
    EXPECT_EQ(ada.say("hello").size(), ReplyReader::max_text_bytes + 2 + cut_short.size());
}

TEST_F(ModelFailureTest, of_a_certificate_is_told)
{
    const testing::TestAuthority authority;
    const auto good = testing::make_certificate("DNS:localhost", &authority.certificate);
    const auto other = testing::make_certificate("DNS:other.example", &authority.certificate);
    ada.client.emplace();
    const ModelServer secure{{say("Hi.")}, &good};
    ada.base_url = secure.base_url("localhost");
    EXPECT_EQ(ada.say("hello"), "Hi.");
    const ModelServer stranger{{say("Hi.")}, &other};
    ada.base_url = stranger.base_url("localhost");
    const auto error = error_of([&] { ada.say("hello"); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr("mismatch"));
    EXPECT_EQ(stranger.requests(), 0);
}

TEST_F(ModelFailureTest, where_nobody_listens_is_told)
{
    ada.base_url = "http://127.0.0.1:1/v1";
    const auto error = error_of([&] { ada.say("hello"); });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_TRUE(error.retry_after());
    EXPECT_EQ(outcomes("unreachable"), 2U);
}

TEST_F(ModelFailureTest, comes_at_once_when_nobody_waits_any_more)
{
    std::stop_source source;
    ada.stopped = source.get_token();
    const ModelServer server{{{hang}}};
    const std::jthread leaver{[&] {
        while (server.requests() == 0)
            std::this_thread::sleep_for(1ms);
        source.request_stop();
    }};
    EXPECT_EQ(failure(server).code(), ErrorCode::unavailable);
    EXPECT_EQ(server.requests(), 1);
    EXPECT_EQ(outcomes("cancelled"), 1U);
}

TEST_F(ModelFailureTest, of_too_many_turns_is_told_without_asking)
{
    const ModelServer server{{say("Hi.")}};
    std::vector<std::unique_ptr<Models::Place>> places;
    for (std::size_t i = 0; i < Models::max_turns; ++i)
        places.push_back(std::make_unique<Models::Place>(ada.models()));
    EXPECT_THAT(failure(server).message(), HasSubstr("Too many"));
    EXPECT_EQ(server.requests(), 0);
    places.pop_back();
    EXPECT_EQ(ada.say("hello"), "Hi.");
}

}  // namespace
}  // namespace todod::assistant::model
