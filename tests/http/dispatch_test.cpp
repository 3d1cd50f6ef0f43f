#include "http/dispatch.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "base/uuid.hpp"
#include "http/gzip.hpp"
#include "http/test_server.hpp"
#include "support/temp_folder.hpp"

namespace todod::http {

namespace {

using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::request;
using ::testing::StartsWith;
using testing::TestServer;

constexpr std::string_view ann = "Authorization: Bearer ann\r\n";

std::string detail(const testing::HttpResponse& answer)
{
    return boost::json::parse(answer.body).at("detail").as_string().c_str();
}

}  // namespace

TEST(Dispatch, hands_over_path_query_and_caller)
{
    const TestServer server;
    const auto answer = server.ask(request("GET", "/api/ann/things/a%20b?q=c+d&q=%C3%A4", ann));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "ann /api/ann/things/a%20b user_id=ann thing_id=a b q:c d q:ä");
    EXPECT_EQ(answer.header("Content-Type"), "text/plain");
    EXPECT_EQ(answer.header("ETag"), "\"1\"");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST(Dispatch, lets_in_only_who_may_call)
{
    const TestServer server;
    const auto status = [&server](std::string_view method, std::string_view path,
                                  std::string_view field) {
        return server.ask(request(method, path, field)).status;
    };
    EXPECT_EQ(status("GET", "/api/ann/things/1", ""), 401);
    EXPECT_EQ(status("GET", "/api/bob/things/1", ann), 403);
    EXPECT_EQ(status("GET", "/api/Ann/things/1", ann), 403);
    EXPECT_EQ(status("GET", "/api/%61nn/things/1", ann), 200);
    EXPECT_EQ(status("GET", "/api/ann/things/1", "authorization: Bearer reader ann\r\n"), 200);
    EXPECT_EQ(status("DELETE", "/api/ann/things/1", "Authorization: Bearer reader ann\r\n"), 403);
    EXPECT_EQ(
        server.ask(request("DELETE", "/api/ann/things/1", "Authorization: Bearer reader ann\r\n"))
            .header("WWW-Authenticate"),
        "Bearer error=\"insufficient_scope\", scope=\"delete\"");
    EXPECT_FALSE(server.ask(request("GET", "/api/bob/things/1", ann)).has("WWW-Authenticate"));
    EXPECT_EQ(status("DELETE", "/api/ann/things/1", ann), 204);
    EXPECT_EQ(status("PUT", "/api/ann/things/1", ""), 405) << "the path comes first";
    EXPECT_EQ(status("GET", "/api/ann/nothing", ""), 404);
    const auto answer = server.ask(request("GET", "/api/ann/things/1"));
    EXPECT_THAT(answer.header("WWW-Authenticate"), StartsWith("Bearer error=\"invalid_token\""));
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST(Dispatch, keeps_what_concerns_the_account_from_tokens_whatever_their_scopes)
{
    const TestServer server;
    const auto ask = [&server](std::string_view method, std::string_view field) {
        return server.ask(request(method, "/account", field));
    };
    EXPECT_EQ(ask("DELETE", "").status, 401);
    EXPECT_EQ(ask("DELETE", ann).status, 204);
    const auto refused = ask("DELETE", "Authorization: Bearer token ann\r\n");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(detail(refused), "A token may not do this: sign in.");
    EXPECT_FALSE(refused.has("WWW-Authenticate")) << "no scope would do";
    EXPECT_EQ(refused.header("Cache-Control"), "no-store");
    EXPECT_EQ(
        server.ask(request("DELETE", "/api/ann/things/1", "Authorization: Bearer token ann\r\n"))
            .status,
        204);
}

TEST(Dispatch, refuses_arguments_that_are_not_text)
{
    const TestServer server;
    EXPECT_EQ(server.ask(request("GET", "/fail/%zz")).status, 400);
    EXPECT_EQ(server.ask(request("GET", "/health?a=%ff")).status, 400);
    EXPECT_EQ(server.ask(request("GET", "/health?a=%00")).status, 400);
}

TEST(Dispatch, takes_json_bodies_only)
{
    const TestServer server;
    const auto status = [&server](std::string_view type, std::string_view body) {
        const auto field = type.empty() ? "" : fmt::format("Content-Type: {}\r\n", type);
        return server.ask(request("POST", "/echo", field, body)).status;
    };
    EXPECT_EQ(status("application/json; charset=utf-8", "{}"), 201);
    EXPECT_EQ(status("application/merge-patch+json", "{}"), 201);
    EXPECT_EQ(status("", "{}"), 201);
    EXPECT_EQ(status("application/json; charset=\"UTF-8\"", "{}"), 201);
    EXPECT_EQ(status("application/json; charset=utf-16", "{}"), 415);
    EXPECT_EQ(status("application/json; Charset=\"UTF-16\"", "{}"), 415);
    EXPECT_EQ(status("text/plain", "{}"), 415);
    EXPECT_EQ(status("application/x-www-form-urlencoded", "a=b"), 415);
    EXPECT_EQ(status("text/plain", ""), 422) << "without a body there is no type to complain of";
    EXPECT_EQ(status("application/json", "{"), 400);
}

TEST(Dispatch, says_where_json_goes_wrong_but_not_what_stands_there)
{
    const TestServer server;
    const auto complaint = [&server](std::string_view body) {
        const auto answer = server.ask(request("POST", "/echo", "", body));
        EXPECT_EQ(answer.status, 400) << body;
        return detail(answer);
    };
    EXPECT_EQ(complaint(R"({"a": secret})"),
              "The body is not valid JSON: it goes wrong at byte 6.");
    EXPECT_EQ(complaint("[1"), "The body is not valid JSON: it ends too early at byte 2.");
    EXPECT_EQ(complaint("[] []"),
              "The body is not valid JSON: something follows the value at byte 3.");
    EXPECT_THAT(complaint("\"\xff\""), HasSubstr("goes wrong"));
    EXPECT_THAT(complaint(std::string(33, '[') + std::string(33, ']')), HasSubstr("too deeply"));
    const auto deepest = std::string(32, '[') + std::string(32, ']');
    EXPECT_EQ(server.ask(request("POST", "/echo", "", deepest)).body, deepest);
}

TEST(Dispatch, refuses_a_body_that_names_a_member_twice)
{
    const TestServer server;
    const auto answer = server.ask(request("POST", "/echo", "", R"({"a":{"b":1,"b":1}})"));
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(boost::json::parse(answer.body).at("errors"),
              boost::json::parse(R"([{"loc": ["body", "a", "b"], "msg": "a.b is given twice.",
                                      "type": "repeated"}])"));
}

TEST(Dispatch, ignores_a_body_that_nobody_asked_for)
{
    const TestServer server;
    HttpClient client{server.port()};
    EXPECT_EQ(client.ask(request("GET", "/health", "", "not json")).status, 200);
    EXPECT_EQ(client.ask(request("DELETE", "/api/ann/things/1", ann, "x")).status, 204);
    EXPECT_EQ(client.ask(request("GET", "/health")).status, 200);
}

TEST(Dispatch, answers_a_head_like_a_get_without_its_body)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto head = client.ask(request("HEAD", "/health"), true);
    const auto get = client.ask(request("GET", "/health"));
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), get.header("Content-Length"));
    EXPECT_EQ(client.ask(request("HEAD", "/nothing"), true).status, 404);
    EXPECT_EQ(client.ask(request("GET", "/health")).body, get.body) << "nothing is left between";
}

TEST(Dispatch, lists_the_methods_of_a_path)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto options = client.ask(request("OPTIONS", "/api/ann/things/1"));
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_FALSE(options.has("Content-Length"));
    EXPECT_THAT(client.ask(request("OPTIONS", "*")).header("Allow"), HasSubstr("PATCH"));
    EXPECT_EQ(client.ask(request("OPTIONS", "/nothing")).status, 404);
    for (const std::string_view method : {"POST", "TRACE", "PUT"}) {
        const auto answer = client.ask(request(method, "/health"));
        EXPECT_EQ(answer.status, 405) << method;
        EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
    }
    EXPECT_EQ(client.ask(request("TRACE", "/nothing")).status, 404);
    EXPECT_EQ(client.ask(request("BREW", "/health")).status, 501);
}

TEST(Dispatch, sends_no_body_with_204)
{
    const TestServer server;
    const auto answer = server.ask(request("DELETE", "/api/ann/things/1", ann));
    EXPECT_EQ(answer.status, 204);
    EXPECT_FALSE(answer.has("Content-Length"));
    EXPECT_FALSE(answer.has("Content-Type"));
}

TEST(Dispatch, tells_nothing_of_our_own_failures)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (const std::string_view how : {"internal", "standard", "number"}) {
        const auto answer = client.ask(request("GET", fmt::format("/fail/{}", how)));
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(detail(answer), "Something went wrong here.");
    }
    EXPECT_EQ(client.ask(request("GET", "/fail/conflict")).status, 409);
    const auto busy = client.ask(request("GET", "/fail/unavailable"));
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.header("Retry-After"), "7");
    EXPECT_EQ(detail(busy), "Busy.");
}

TEST(Dispatch, lets_no_operation_split_an_answer)
{
    const TestServer server;
    const auto answer = server.ask(request("GET", "/fail/split"));
    EXPECT_EQ(answer.header("Location"), "/aEvil: 1");
    EXPECT_FALSE(answer.has("Evil"));
}

TEST(Dispatch, gives_each_request_an_id)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto id = [&client](std::string_view sent) {
        return client.ask(request("GET", "/health", fmt::format("X-Request-ID: {}\r\n", sent)))
            .header("X-Request-ID");
    };
    EXPECT_EQ(id("my-id!~"), "my-id!~");
    EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
    std::set<std::string> made;
    for (const auto& bad :
         {std::string{}, std::string(129, 'a'), std::string{"a b"}, std::string{"\xc3\xa4"}}) {
        made.insert(id(bad));
        EXPECT_TRUE(base::parse_uuid(id(bad))) << bad;
    }
    EXPECT_EQ(made.size(), 4U);
}

TEST(Dispatch, sends_the_fields_that_every_answer_has)
{
    ServerSettings settings;
    settings.production = true;
    const TestServer production{settings};
    const TestServer server;
    for (const std::string_view path : {"/health", "/nothing"}) {
        const auto answer = server.ask(request("GET", path));
        EXPECT_EQ(answer.header("Date"), "Sat, 21 Nov 2026 10:00:00 GMT");
        EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(answer.header("X-Frame-Options"), "DENY");
        EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(answer.header("Content-Security-Policy"),
                  "default-src 'none'; frame-ancestors 'none'");
        EXPECT_FALSE(answer.has("Server"));
        EXPECT_FALSE(answer.has("Cache-Control"));
        EXPECT_FALSE(answer.has("Strict-Transport-Security"));
        EXPECT_TRUE(production.ask(request("GET", path)).has("Strict-Transport-Security"));
    }
    EXPECT_EQ(server.ask(request("POST", "/api/auth/login")).header("Cache-Control"), "no-store");
}

TEST(Dispatch, packs_what_is_long_enough)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto ask = [&client](std::string_view path, std::string_view accepted) {
        return client.ask(request("GET", path, fmt::format("Accept-Encoding: {}\r\n", accepted)));
    };
    const auto packed = ask("/big/1000", "gzip");
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(gunzip(packed.body), std::string(1000, 'x'));
    for (const std::string_view accepted : {"", "identity", "gzip;q=0"}) {
        const auto plain = ask("/big/1000", accepted);
        EXPECT_FALSE(plain.has("Content-Encoding"));
        EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
        EXPECT_EQ(plain.body.size(), 1000U);
    }
    EXPECT_FALSE(ask("/big/999", "gzip").has("Content-Encoding"));
    EXPECT_FALSE(ask("/big/999", "gzip").has("Vary"));
}

TEST(Dispatch, serves_the_openapi_document)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto answer = client.ask(request("GET", "/openapi.json"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.body, R"({"openapi":"3.1.0"})");
    const auto tag = answer.header("ETag");
    const auto same = client.ask(
        request("GET", "/openapi.json", fmt::format("If-None-Match: \"x\", {}\r\n", tag)));
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.header("ETag"), tag);
    EXPECT_FALSE(same.has("Content-Length"));
    EXPECT_EQ(client.ask(request("HEAD", "/openapi.json"), true).status, 200);
    const auto packed = client.ask(request("GET", "/openapi.json", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(gunzip(packed.body), answer.body);
    EXPECT_EQ(client.ask(request("POST", "/openapi.json")).status, 405);
}

TEST(Dispatch, serves_the_pages_of_the_documentation)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto page = client.ask(request("GET", "/docs"));
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.header("Content-Type"), StartsWith("text/html"));
    EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("script-src 'self'"));
    EXPECT_THAT(page.body, HasSubstr("<"));
    const auto packed = client.ask(request("GET", "/docs", "Accept-Encoding: gzip\r\n"));
    if (packed.has("Content-Encoding")) EXPECT_EQ(gunzip(packed.body), page.body);
}

TEST(Dispatch, lets_allowed_origins_read_the_answers)
{
    ServerSettings settings;
    settings.cors_origins = {"http://localhost:3000"};
    const TestServer server{settings};
    HttpClient client{server.port()};
    const auto ask = [&client](std::string_view method, std::string_view origin,
                               std::string_view more = "") {
        return client.ask(request(method, "/echo", fmt::format("Origin: {}\r\n{}", origin, more)));
    };
    constexpr std::string_view preflight = "Access-Control-Request-Method: POST\r\n";
    const auto allowed = ask("POST", "http://localhost:3000");
    EXPECT_EQ(allowed.status, 422);
    EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "http://localhost:3000");
    EXPECT_EQ(allowed.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(allowed.header("Vary"), "Origin");
    EXPECT_FALSE(ask("POST", "http://localhost:3001").has("Access-Control-Allow-Origin"));
    const auto answer = ask("OPTIONS", "http://localhost:3000", preflight);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_EQ(answer.header("Access-Control-Max-Age"), "600");
    const auto refused = ask("OPTIONS", "http://localhost:3001", preflight);
    EXPECT_EQ(refused.status, 403);
    EXPECT_FALSE(refused.has("Access-Control-Allow-Origin"));
}

TEST(Dispatch, shows_more_pages_the_answers_of_the_paths_that_are_for_them)
{
    const TestServer server{{}, TestServer::quiet(), [](auto path, auto origin) {
                                return path == "/echo" && origin == "http://localhost:6274";
                            }};
    const auto ask = [&server](std::string_view method, std::string_view path,
                               std::string_view origin) {
        return server.ask(
            request(method, path,
                    fmt::format("Origin: {}\r\nAccess-Control-Request-Method: POST\r\n", origin)));
    };
    const auto shown = ask("POST", "/echo", "http://localhost:6274");
    EXPECT_EQ(shown.header("Access-Control-Allow-Origin"), "http://localhost:6274");
    EXPECT_EQ(ask("OPTIONS", "/echo", "http://localhost:6274").status, 204);
    for (const auto& [path, origin] : {std::pair{"/health", "http://localhost:6274"},
                                       {"/echo/", "http://localhost:6274"},
                                       {"*", "http://localhost:6274"},
                                       {"/echo", "http://localhost:6275"},
                                       {"/echo", "null"}}) {
        const auto refused = ask("OPTIONS", path, origin);
        EXPECT_GE(refused.status, 403) << path << ' ' << origin;
        EXPECT_FALSE(refused.has("Access-Control-Allow-Origin")) << path << ' ' << origin;
    }
    EXPECT_EQ(server.ask(request("POST", "/echo")).header("Vary"), "Origin");
}

TEST(Dispatch, logs_each_request_with_its_id_and_no_query)
{
    const testing::TempFolder folder;
    base::LogSettings logs;
    logs.file = folder.file("app.log");
    {
        const TestServer server{{}, logs};
        HttpClient client{server.port()};
        client.ask(request("GET", "/health?password=secret", "X-Request-ID: id1\r\n"));
        client.ask(request("GET", '/' + std::string(500, 'a'), "X-Request-ID: id2\r\n"));
        client.ask(request("GET", "/fail/internal", "X-Request-ID: id3\r\n"));
    }
    std::stringstream text;
    text << std::ifstream{logs.file}.rdbuf();
    const auto lines = text.str();
    EXPECT_THAT(lines, HasSubstr("todod.http - Request started: GET /health [ID: id1]"));
    EXPECT_THAT(lines, HasSubstr("todod.http - Request completed: GET /health 200 "));
    EXPECT_THAT(lines, HasSubstr("GET /" + std::string(199, 'a') + " [ID: id2]"));
    EXPECT_THAT(lines, HasSubstr("ERROR - todod.http - GET /fail/internal failed: "
                                 "the disk is on fire [ID: id3]"));
    EXPECT_THAT(lines, Not(HasSubstr("secret")));
}

}  // namespace todod::http
