#include "mcp/server.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::mcp {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;
using schema::NamedText;

constexpr std::string_view modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

/// What came back, its body parsed.
struct Answered {
    int status = 0;
    value body{};

    object result() const { return body.at("result").as_object(); }
    int code() const { return static_cast<int>(body.at("error").at("code").as_int64()); }
};

class ServerTest : public ::testing::Test {
protected:
    Answered send(std::string_view json, std::optional<std::vector<NamedText>> headers = {})
    {
        const value message = parse(json);
        Sender sender;
        if (headers) sender.headers = *headers;
        const Outgoing outgoing = loop.run(server.answer(message, std::move(sender)));
        return {outgoing.status, outgoing.body.empty() ? value{} : parse(outgoing.body)};
    }
    /// Over HTTP, in the modern revision.
    Answered send_modern(std::string_view method, std::string_view params,
                         std::vector<NamedText> headers)
    {
        const std::string json =
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params);
        return send(json, std::move(headers));
    }

    static base::Async<Answer> echo(const Request& request)
    {
        if (find_text(request.message.params, "fail") != nullptr) {
            throw base::Error{base::ErrorCode::not_found, "There is no such thing."};
        }
        co_return Result{.members = R"("said":"yes")", .cache = CacheHint{std::chrono::seconds{2}}};
    }

    testing::TestLoop loop;
    const Server server{{.name = "test",
                         .title = "Test",
                         .version = "1.2.3",
                         .instructions = "Be brief.",
                         .capabilities = {{"tools", {{"listChanged", true}}}},
                         .legacy_capabilities = {{"tools", object{}}}},
                        {{.name = "echo", .handle = echo, .named_by = "name"},
                         {.name = "old", .handle = echo, .era = Era::legacy},
                         {.name = "new", .handle = echo, .era = Era::modern}}};
};

TEST_F(ServerTest, begins_in_the_revision_that_is_asked_for_or_else_the_newest_that_begins)
{
    for (const auto& [asked, given] :
         std::vector<std::pair<std::string, std::string>>{{"2025-03-26", "2025-03-26"},
                                                          {"2025-06-18", "2025-06-18"},
                                                          {"2025-11-25", "2025-11-25"},
                                                          {"2026-07-28", "2025-11-25"},
                                                          {"2024-11-05", "2024-11-05"},
                                                          {"1999-01-01", "2025-11-25"}}) {
        SCOPED_TRACE(asked);
        const auto answered = send(fmt::format(
            R"({{"jsonrpc":"2.0","id":"a","method":"initialize","params":{{)"
            R"("protocolVersion":"{}","capabilities":{{}},"clientInfo":{{"name":"x"}}}}}})",
            asked));
        EXPECT_EQ(answered.status, 200);
        EXPECT_EQ(answered.body.at("id"), "a");
        const object result = answered.result();
        EXPECT_EQ(result.at("protocolVersion").as_string(), given);
        EXPECT_EQ(result.at("capabilities"), parse(R"({"tools":{}})"));
        EXPECT_EQ(result.at("serverInfo"),
                  parse(R"({"name":"test","title":"Test","version":"1.2.3"})"));
        EXPECT_EQ(result.at("instructions"), "Be brief.");
        EXPECT_FALSE(result.contains("resultType"));
    }
}

TEST_F(ServerTest, answers_a_ping_of_old_alone)
{
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":7,"method":"ping"})").result(), object{});
    EXPECT_EQ(send_modern("ping", fmt::format("{{{}}}", modern_meta),
                          {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "ping"}})
                  .status,
              404);
}

TEST_F(ServerTest, is_discovered)
{
    const auto answered =
        send_modern("server/discover", fmt::format("{{{}}}", modern_meta),
                    {{"mcp-protocol-version", " 2026-07-28 "}, {"mcp-method", "server/discover"}});
    ASSERT_EQ(answered.status, 200) << boost::json::serialize(answered.body);
    const object result = answered.result();
    EXPECT_EQ(result.at("supportedVersions"), parse(R"(["2026-07-28"])"));
    EXPECT_EQ(result.at("capabilities"), parse(R"({"tools":{"listChanged":true}})"));
    EXPECT_EQ(result.at("resultType"), "complete");
    EXPECT_EQ(result.at("cacheScope"), "public");
    EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("version"), "1.2.3");
}

TEST_F(ServerTest, says_more_of_a_result_in_the_modern_revision)
{
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"echo"})").body,
              parse(R"({"jsonrpc":"2.0","id":1,"result":{"said":"yes"}})"));
    const auto answered = send(
        fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"echo","params":{{{}}}}})", modern_meta));
    EXPECT_EQ(answered.result().at("ttlMs"), 2000);
    EXPECT_EQ(answered.result().at("cacheScope"), "private");
}

TEST_F(ServerTest, knows_a_method_in_its_revisions_alone)
{
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"new"})").code(), -32601);
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"new"})").status, 200);
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"old"})").status, 200);
    const auto old = send(
        fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"old","params":{{{}}}}})", modern_meta));
    EXPECT_EQ(old.status, 404);
    EXPECT_EQ(old.code(), -32601);
}

TEST_F(ServerTest, refuses_what_is_no_message)
{
    for (const std::string_view json :
         {"1", "null", "[]", "{}", R"({"jsonrpc":"1.0","id":1,"method":"echo"})",
          R"({"jsonrpc":"2.0","id":1})", R"({"jsonrpc":"2.0","id":null,"method":"echo"})",
          R"({"jsonrpc":"2.0","id":1.5,"method":"echo"})",
          R"({"jsonrpc":"2.0","id":{},"method":"echo"})", R"({"jsonrpc":"2.0","id":1,"method":7})",
          R"({"jsonrpc":"2.0","result":{}})",
          R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[]})"}) {
        SCOPED_TRACE(json);
        const auto answered = send(json);
        EXPECT_EQ(answered.status, 400);
        EXPECT_EQ(answered.code(), -32600);
        EXPECT_TRUE(answered.body.at("id").is_null());
    }
}

TEST_F(ServerTest, takes_notifications_and_responses_in_silence)
{
    for (const std::string_view json :
         {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
          R"({"jsonrpc":"2.0","method":"echo"})", R"({"jsonrpc":"2.0","id":1,"result":{}})",
          R"({"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"m"}})"}) {
        const auto answered = send(json);
        EXPECT_EQ(answered.status, 202) << json;
        EXPECT_TRUE(answered.body.is_null()) << json;
    }
}

TEST_F(ServerTest, refuses_a_notification_of_a_revision_that_it_does_not_know)
{
    constexpr std::string_view json = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
    for (const auto& [revision, status] : std::vector<std::pair<std::string, int>>{
             {"2025-06-18", 202}, {"2026-07-28", 202}, {"2099-01-01", 400}}) {
        EXPECT_EQ(send(json, std::vector<NamedText>{{"MCP-Protocol-Version", revision}}).status,
                  status)
            << revision;
    }
}

TEST_F(ServerTest, tells_a_caller_what_is_their_fault_and_throws_the_rest)
{
    const auto answered = send(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"fail":"x"}})");
    EXPECT_EQ(answered.status, 200);
    EXPECT_EQ(answered.code(), -32602);
    EXPECT_EQ(answered.body.at("error").at("message"), "There is no such thing.");
    for (const auto code : {base::ErrorCode::unavailable, base::ErrorCode::unauthorized,
                            base::ErrorCode::too_many_requests, base::ErrorCode::internal}) {
        const auto broken = [code](const Request&) -> base::Async<Answer> {
            throw base::Error{code, "no"};
            co_return Result{};
        };
        const Server other{{}, {{.name = "broken", .handle = broken}}};
        const value message = parse(R"({"jsonrpc":"2.0","id":1,"method":"broken"})");
        const auto error = testing::error_of([&] { loop.run(other.answer(message, {})); });
        EXPECT_EQ(error.code(), code);
    }
}

const NamedText modern_version{"MCP-Protocol-Version", "2026-07-28"};
const NamedText echo_method{"Mcp-Method", "echo"};

TEST_F(ServerTest, holds_the_headers_of_a_modern_request_against_its_body)
{
    const std::string good = fmt::format("{{{}}}", modern_meta);
    const std::string partial =
        R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})";
    for (const auto& [params, headers, code] :
         std::vector<std::tuple<std::string, std::vector<NamedText>, int>>{
             {"{}", {modern_version, echo_method}, -32602},
             {partial, {modern_version, echo_method}, -32602},
             {good, {echo_method}, -32020},
             {good, {{"MCP-Protocol-Version", "2025-11-25"}, echo_method}, -32020},
             {good, {modern_version}, -32020},
             {good, {modern_version, {"Mcp-Method", "Echo"}}, -32020},
         }) {
        SCOPED_TRACE(params);
        const auto answered = send_modern("echo", params, headers);
        EXPECT_EQ(answered.status, 400);
        EXPECT_EQ(answered.code(), code);
    }
    EXPECT_EQ(send_modern("echo", good, {modern_version, echo_method}).status, 200);
}

TEST_F(ServerTest, names_the_modern_revisions_to_who_asks_for_another)
{
    constexpr std::string_view params =
        R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01",)"
        R"("io.modelcontextprotocol/clientCapabilities":{}}})";
    const auto refused =
        send_modern("echo", params, {{"MCP-Protocol-Version", "2099-01-01"}, echo_method});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.code(), -32022);
    EXPECT_EQ(refused.body.at("error").at("data"),
              parse(R"({"supported":["2026-07-28"],"requested":"2099-01-01"})"));
}

TEST_F(ServerTest, holds_a_name_in_the_headers_against_the_body)
{
    for (const auto& [name, headers, status] :
         std::vector<std::tuple<std::string, std::vector<std::string>, int>>{
             {"a", {"a"}, 200},
             {"ä", {"=?base64?w6Q=?="}, 200},
             {"a", {}, 400},
             {"a", {"b"}, 400},
             {"a", {"a", "b"}, 400},
             {"a", {"a", "a"}, 400},
             {"ä", {"=?base64?w6Q?="}, 400},
             {"ä", {"=?base64?!!!!?="}, 400},
         }) {
        SCOPED_TRACE(fmt::format("{} {}", name, fmt::join(headers, " ")));
        std::vector<NamedText> sent{modern_version, echo_method};
        for (const auto& value : headers)
            sent.push_back({"Mcp-Name", value});
        const auto params = fmt::format(R"({{"name":"{}",{}}})", name, modern_meta);
        const auto answered = send_modern("echo", params, sent);
        EXPECT_EQ(answered.status, status);
        if (status == 400) EXPECT_EQ(answered.code(), -32020);
    }
}

TEST_F(ServerTest, takes_a_legacy_request_with_a_header_that_it_knows_or_none)
{
    constexpr std::string_view echo = R"({"jsonrpc":"2.0","id":1,"method":"echo"})";
    const std::vector<std::pair<std::string, int>> cases{
        {"2025-03-26", 200}, {"2025-06-18", 200}, {"2025-11-25", 200}, {"2024-01-01", 400}};
    for (const auto& [revision, status] : cases) {
        EXPECT_EQ(send(echo, std::vector<NamedText>{{"MCP-Protocol-Version", revision}}).status,
                  status)
            << revision;
    }
    EXPECT_EQ(send(echo, std::vector<NamedText>{}).status, 200);
}

}  // namespace
}  // namespace todod::mcp
