// What an operation says of failures in its own words, and how it asks for credentials.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "http/test_server.hpp"
#include "http/test_streams.hpp"

namespace todod::http {

namespace {

using testing::delta;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::health;
using testing::HttpClient;
using testing::last_chunk;
using testing::next_chunk;
using testing::optional;
using testing::request;
using testing::StreamServer;
using testing::TestServer;

constexpr std::string_view ann = "Authorization: Bearer ann\r\n";
constexpr std::string_view plain_text = "Authorization: Bearer ann\r\nContent-Type: text/plain\r\n";

testing::HttpResponse explained(const TestServer& server, std::string_view how,
                                std::string_view fields = ann, std::string_view body = "{}")
{
    return server.ask(request("POST", fmt::format("/explained/{}", how), fields, body));
}

}  // namespace

TEST(Explain, says_in_the_operations_own_words_what_failed_before_it_ran)
{
    const TestServer server;
    for (const auto& [how, fields, body, own] :
         {std::tuple{"x", ann, "{", "The body is not valid JSON: it ends too early at byte 1."},
          std::tuple{"x", plain_text, "{}", "The body must be application/json in UTF-8."},
          std::tuple{"%ff", ann, "{}", "The path is not percent-encoded UTF-8 text."},
          std::tuple{"x", std::string_view{}, "{}", "Sign in first."}}) {
        const auto answer = explained(server, how, fields, body);
        EXPECT_EQ(answer.status, 418) << own;
        EXPECT_EQ(answer.header("Content-Type"), "application/json");
        EXPECT_EQ(answer.header("Own"), "1");
        EXPECT_EQ(answer.body, fmt::format(R"({{"own":"{}"}})", own));
    }
}

TEST(Explain, is_told_of_what_is_thrown_but_no_secret)
{
    const TestServer server;
    for (const auto& [how, own] :
         {std::pair{"internal", "Something went wrong here."},
          std::pair{"standard", "Something went wrong here."},
          std::pair{"number", "Something went wrong here."}, std::pair{"unavailable", "Busy."}}) {
        const auto answer = explained(server, how);
        EXPECT_EQ(answer.status, 418) << how;
        EXPECT_EQ(answer.body, fmt::format(R"({{"own":"{}"}})", own));
    }
}

TEST(Explain, keeps_the_headers_that_the_problem_would_have)
{
    const TestServer server;
    EXPECT_EQ(explained(server, "unavailable").header("Retry-After"), "7");
    EXPECT_EQ(explained(server, "x", "").header("WWW-Authenticate"),
              R"(Bearer error="invalid_token", error_description="Sign in first.")");
    EXPECT_FALSE(explained(server, "internal").has("WWW-Authenticate"));
}

TEST(Explain, leaves_a_problem_where_it_has_nothing_to_say_or_fails)
{
    const TestServer server;
    for (const auto& [how, status] : {std::pair{"x", 409}, std::pair{"large", 413}}) {
        const auto answer = explained(server, how);
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
        EXPECT_EQ(boost::json::parse(answer.body).at("status"), status);
    }
}

TEST(Explain, does_not_see_an_answer_that_has_no_body)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto answer = client.ask(request("POST", "/explained/accepted", ann, "{}"));
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.header("Content-Length"), "0");
    EXPECT_FALSE(answer.has("Content-Type"));
    EXPECT_EQ(client.ask(request("GET", "/health")).status, 200) << "the connection goes on";
}

TEST(Explain, may_take_any_scope)
{
    const TestServer server;
    const std::string_view reader = "Authorization: Bearer reader ann\r\n";
    EXPECT_EQ(explained(server, "accepted", reader).status, 202) << "its scope is delete";
    EXPECT_EQ(server.ask(request("DELETE", "/challenged", reader)).status, 403);
}

TEST(OptionalStream, is_a_plain_answer_until_something_was_sent)
{
    const StreamServer server;
    HttpClient client{server.port()};
    for (const auto& [script, status, body] : {std::tuple{"-", 200, R"({"stopped":false})"},
                                               std::tuple{"h", 200, "{}"}, std::tuple{"n", 204, ""},
                                               std::tuple{"c", 400,
                                                          R"({"own":"There is one )"
                                                          R"(already."})"}}) {
        const auto answer = client.ask(optional(script));
        EXPECT_EQ(answer.status, status) << script;
        EXPECT_EQ(answer.body, body);
        EXPECT_EQ(answer.has("Content-Type"), status != 204);
        if (status != 204) EXPECT_EQ(answer.header("Content-Type"), "application/json");
    }
}

TEST(OptionalStream, ends_with_an_event_of_its_own_name_after_others)
{
    const StreamServer server;
    HttpClient client{server.port()};
    for (const auto& [script, last] :
         {std::pair{"e", "event: message\ndata: {\"stopped\":false}\n\n"},
          std::pair{"ec", "event: message\ndata: {\"own\":\"There is one already.\"}\n\n"},
          std::pair{"ex", "event: message\ndata: {\"own\":\"Something went wrong here.\"}\n\n"}}) {
        const auto head = client.ask(optional(script));
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
        EXPECT_EQ(head.header("X-Accel-Buffering"), "no");
        EXPECT_EQ(next_chunk(client), delta);
        EXPECT_EQ(next_chunk(client), last);
        EXPECT_EQ(client.receive_until(last_chunk), last_chunk);
    }
    client.ask(optional("en"));
    EXPECT_EQ(next_chunk(client), delta);
    EXPECT_EQ(client.receive_until(last_chunk), last_chunk) << "no body is no event";
    EXPECT_EQ(client.ask(health).body, "{}");
}

TEST(OptionalStream, stops_when_the_client_goes)
{
    const StreamServer server;
    int count = 0;
    for (const std::string& text : {optional("s"), optional("s", ""), optional("es")}) {
        {
            HttpClient client{server.port()};
            client.send(text);
        }
        EXPECT_TRUE(server.have_ended(++count)) << text;
    }
}

TEST(Challenge, asks_for_better_credentials_as_the_operation_does)
{
    const TestServer server;
    const auto challenge = [&server](std::string_view fields) {
        return server.ask(request("DELETE", "/challenged", fields)).header("WWW-Authenticate");
    };
    for (const std::string_view fields : {"", "Authorization: Basic x\r\n"}) {
        EXPECT_EQ(challenge(fields),
                  R"(Bearer error="invalid_token", error_description="Sign in first.", )"
                  R"(resource_metadata="https://todo.example/metadata", scope="read write")");
    }
    EXPECT_EQ(challenge("Authorization: Bearer reader ann\r\n"),
              R"(Bearer error="insufficient_scope", scope="delete")");
    EXPECT_EQ(challenge(ann), "");
}

TEST(Challenge, is_of_the_standard_where_the_operation_has_none)
{
    const TestServer server;
    EXPECT_EQ(server.ask(request("DELETE", "/account")).header("WWW-Authenticate"),
              R"(Bearer error="invalid_token", error_description="Sign in first.")");
}

}  // namespace todod::http
