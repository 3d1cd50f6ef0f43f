#include "http/request_parser.hpp"

#include <gmock/gmock.h>

#include "http/server.hpp"

namespace todod::http {

namespace {

constexpr int incomplete = 0;
constexpr int complete = 200;

/// What becomes of `raw`: complete, incomplete, or the status it is refused with. In pieces of
/// `step` bytes, each time at another place in memory.
int read_in_pieces(std::string_view raw, std::size_t step, const Limits& limits = {})
{
    RequestParser parser{limits};
    for (std::size_t end = std::min(step, raw.size());; end = std::min(end + step, raw.size())) {
        const std::string input{raw.substr(0, end)};
        const auto progress = parser.parse(input);
        if (progress == Progress::complete) return complete;
        if (progress == Progress::refused) return parser.refusal().status;
        if (end == raw.size()) return incomplete;
    }
}

struct Case {
    std::string_view what;
    std::string raw;
    int outcome;
};

void check(const std::vector<Case>& cases)
{
    for (const auto& [what, raw, outcome] : cases) {
        EXPECT_EQ(read_in_pieces(raw, raw.size()), outcome) << what;
        EXPECT_EQ(read_in_pieces(raw, 1), outcome) << what << ", byte by byte";
        EXPECT_EQ(read_in_pieces(raw, 7), outcome) << what << ", in sevens";
    }
}

std::string get(std::string_view target, std::string_view more = "")
{
    return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", target, more);
}

std::string post(std::string_view fields, std::string_view body)
{
    return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n{}", fields, body);
}

std::string chunked(std::string_view body)
{
    return post("Transfer-Encoding: chunked\r\n", body);
}

/// The whole of one request, which must be complete.
class Parsed {
public:
    explicit Parsed(std::string raw) : raw_(std::move(raw)), parser_(limits_)
    {
        EXPECT_EQ(parser_.parse(raw_), Progress::complete);
    }

    const Request* operator->() const { return &parser_.request(); }
    const Request& operator*() const { return parser_.request(); }
    std::string_view rest() const { return std::string_view{raw_}.substr(parser_.consumed()); }

private:
    std::string raw_;
    Limits limits_;
    RequestParser parser_;
};

}  // namespace

TEST(RequestParser, reads_a_request_into_its_parts)
{
    const Parsed request{
        "PATCH /api/tasks/7?a=1&b HTTP/1.1\r\nHost: localhost:8000\r\n"
        "X-Request-Id: r1\r\nContent-Length: 2\r\nEmpty:\r\n\r\n{}GET"};
    EXPECT_EQ(request->verb, Verb::patch);
    EXPECT_EQ(request->method, "PATCH");
    EXPECT_EQ(request->path, "/api/tasks/7");
    EXPECT_EQ(request->query, "a=1&b");
    EXPECT_EQ(request->body, "{}");
    EXPECT_TRUE(request->keep_alive);
    ASSERT_EQ(request->headers.size(), 4U);
    EXPECT_EQ(request->headers[0].name, "Host");
    EXPECT_EQ(request->headers[0].value, "localhost:8000");
    EXPECT_EQ(request->headers[3].value, "");
    EXPECT_EQ((*request)[Known::request_id], "r1");
    EXPECT_EQ((*request)[Known::origin], "");
    EXPECT_EQ(request.rest(), "GET") << "the next request";
}

TEST(RequestParser, takes_the_path_of_an_absolute_target)
{
    EXPECT_EQ(Parsed { get("http://example.com/a?b=c") } -> path, "/a");
    EXPECT_EQ(Parsed { get("HTTP://example.com?b=c") } -> path, "/");
    EXPECT_EQ(Parsed { get("https://[::1]:80?b=c") } -> query, "b=c");
}

TEST(RequestParser, joins_chunks_and_drops_the_trailer)
{
    const Parsed request{
        chunked("5;a=b;c=\"d e\"\r\nhello\r\nA\r\n 012345678\r\n000\r\nHost: evil\r\n\r\nGET")};
    EXPECT_EQ(request->body, "hello 012345678");
    EXPECT_EQ(request->headers.size(), 2U);
}

TEST(RequestParser, knows_whether_the_connection_is_kept)
{
    const auto keeps = [](std::string_view version, std::string_view field) {
        return Parsed
        {
            fmt::format("GET / {}\r\nHost: a\r\n{}\r\n", version, field)
        } -> keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1", ""));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: foo, CLOSE\t\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0", ""));
    EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST(RequestParser, reads_one_request_after_another)
{
    const Limits limits;
    RequestParser parser{limits};
    std::string input = get("/1") + "\r\n" + post("Content-Length: 1\r\n", "x") + get("/3");
    for (const std::string_view path : {"/1", "/", "/3"}) {
        ASSERT_EQ(parser.parse(input), Progress::complete);
        EXPECT_EQ(parser.request().path, path);
        input.erase(0, parser.consumed());
        parser.next();
    }
    EXPECT_EQ(parser.parse(input), Progress::more);
    EXPECT_FALSE(parser.started());
}

TEST(RequestParser, says_once_that_the_client_waits_to_be_told)
{
    const Limits limits;
    RequestParser parser{limits};
    std::string input = post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "");
    EXPECT_EQ(parser.parse(input), Progress::expects_continue);
    EXPECT_EQ(parser.body_bytes(), 2U);
    EXPECT_EQ(parser.parse(input), Progress::more);
    EXPECT_EQ(parser.parse(input + "{}"), Progress::complete);
    EXPECT_EQ(read_in_pieces(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "{}"), 999),
              complete)
        << "who has sent the body already need not be told";
}

TEST(RequestParser, accepts_what_is_well_formed)
{
    check({
        {"a line end before the request", "\r\n" + get("/"), complete},
        {"odd but harmless characters", get("/a\"|\\^`{}?q=%20"), complete},
        {"any field value but controls", get("/", "A: \t\x80\xff !\r\n"), complete},
        {"a host with a port", "GET / HTTP/1.1\r\nHOST: [::1]:8000\r\n\r\n", complete},
        {"HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", complete},
        {"OPTIONS for the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", complete},
        {"a method nobody knows", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", complete},
        {"a length with zeroes", post("Content-Length: 002\r\n", "ab"), complete},
        {"chunked in capitals", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"), complete},
        {"expecting in HTTP/1.0", "GET / HTTP/1.0\r\nExpect: x\r\n\r\n", complete},
    });
}

TEST(RequestParser, waits_for_the_rest)
{
    check({
        {"nothing", "", incomplete},
        {"a line end", "\r\n", incomplete},
        {"half a request line", "GET / HTT", incomplete},
        {"a version without its line end", "GET / HTTP/1.1\r", incomplete},
        {"an unfinished field", "GET / HTTP/1.1\r\nHost: a\r\nB", incomplete},
        {"half a body", post("Content-Length: 2\r\n", "a"), incomplete},
        {"no last chunk", chunked("1\r\na\r\n"), incomplete},
        {"an unfinished trailer", chunked("0\r\nA: b\r\n"), incomplete},
    });
}

TEST(RequestParser, refuses_malformed_request_lines)
{
    check({
        {"two line ends before the request", "\r\n\r\n" + get("/"), 400},
        {"a method in small letters", "get / HTTP/1.1\r\n", 400},
        {"a method that is no token", "G@T / HTTP/1.1\r\n", 400},
        {"no version", "GET /\r\n", 400},
        {"no target", "GET HTTP/1.1\r\n", 400},
        {"two spaces", "GET  / HTTP/1.1\r\n", 400},
        {"a tab", "GET\t/ HTTP/1.1\r\n", 400},
        {"a space in the target", "GET /a b HTTP/1.1\r\n", 400},
        {"a space after the version", "GET / HTTP/1.1 \r\n", 400},
        {"a space at the start", " GET / HTTP/1.1\r\n", 400},
        {"a fragment", get("/#a"), 400},
        {"bytes past ASCII in the target", get("/\xc3\xa4"), 400},
        {"* with GET", get("*"), 400},
        {"a relative path", get("a"), 400},
        {"an absolute target of another scheme", get("ftp://a/"), 400},
        {"userinfo in the target", get("http://me@a/"), 400},
        {"an absolute target without a host", get("http:///a"), 400},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
        {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"an unknown method for *", "BREW * HTTP/1.1\r\n", 501},
        {"a version in small letters", "GET / http/1.1\r\n", 400},
        {"a version without a minor", "GET / HTTP/1\r\n", 400},
        {"a version with zeroes", "GET / HTTP/01.01\r\n", 400},
        {"a version with a space", "GET / HTTP/ 1.1\r\n", 400},
        {"another protocol", "GET / ICE/1.0\r\n", 400},
        {"HTTP/2.0", "GET / HTTP/2.0\r\n", 505},
        {"HTTP/1.2 before its line end", "GET / HTTP/1.2", 505},
    });
}

TEST(RequestParser, refuses_malformed_fields)
{
    using namespace std::string_literals;
    check({
        {"a bare LF", "GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", 400},
        {"a bare CR", "GET / HTTP/1.1\r\nHost: a\rB: c\r\n\r\n", 400},
        {"a bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"NUL", get("/", "A: b\0c\r\n"s), 400},
        {"a control character", get("/", "A: \x01\r\n"), 400},
        {"DEL", get("/", "A: \x7f\r\n"), 400},
        {"a folded line", get("/", "A: b\r\n c\r\n"), 400},
        {"a folded line with a tab", get("/", "A: b\r\n\tc\r\n"), 400},
        {"a folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"a space before the colon", get("/", "A : b\r\n"), 400},
        {"a space within the name", get("/", "A b: c\r\n"), 400},
        {"no name", get("/", ": b\r\n"), 400},
        {"no colon", get("/", "A\r\n"), 400},
        {"a bracket in the name", get("/", "A[: b\r\n"), 400},
        {"no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400},
        {"two hosts", get("/", "Host: b\r\n"), 400},
        {"the same host twice", get("/", "Host: a\r\n"), 400},
        {"an empty host", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400},
        {"userinfo in the host", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400},
        {"a path in the host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"a list of hosts", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400},
        {"a port that is none", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
        {"an unfinished IPv6 host", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        {"another expectation", get("/", "Expect: 200-ok\r\n"), 417},
    });
}

TEST(RequestParser, refuses_bodies_whose_end_could_be_mistaken)
{
    const auto length = [](std::string_view value) {
        return post(fmt::format("Content-Length:{}\r\n", value), "");
    };
    const auto coding = [](std::string_view value) {
        return post(fmt::format("Transfer-Encoding:{}\r\n", value), "0\r\n\r\n");
    };
    check({
        {"an empty length", length(""), 400},
        {"a signed length", length("+5"), 400},
        {"a negative length", length("-0"), 400},
        {"a length in hexadecimal", length("0x5"), 400},
        {"a length with a space", length("1 0"), 400},
        {"a length with an underscore", length("1_0"), 400},
        {"a length past 64 bits", length("99999999999999999999"), 400},
        {"a list of lengths", length("5, 5"), 400},
        {"a length twice", length("5\r\nContent-Length: 5"), 400},
        {"two lengths", length("5\r\nContent-Length: 6"), 400},
        {"a length and chunks", length("5\r\nTransfer-Encoding: chunked"), 400},
        {"chunks and a length", coding(" chunked\r\nContent-Length: 5"), 400},
        {"an empty coding", coding(""), 400},
        {"chunked twice", coding(" chunked, chunked"), 400},
        {"two fields with chunked", coding(" chunked\r\nTransfer-Encoding: chunked"), 400},
        {"chunked before another coding", coding(" chunked, gzip"), 400},
        {"chunked with a parameter", coding(" chunked;a=b"), 400},
        {"a list that begins with nothing", coding(" , chunked"), 400},
        {"a list that ends with nothing", coding(" chunked,"), 400},
        {"a coding that is not spoken", coding(" gzip, chunked"), 501},
        {"a coding with chunked in its name", coding(" xchunked"), 501},
        {"identity", coding(" identity"), 501},
        {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    });
}

TEST(RequestParser, refuses_malformed_chunks)
{
    check({
        {"a size that is none", chunked("x\r\nhello\r\n0\r\n\r\n"), 400},
        {"a size in 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a signed size", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a size with an underscore", chunked("1_0\r\nhello world!!!!!\r\n0\r\n\r\n"), 400},
        {"a size past 64 bits", chunked("FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n"), 400},
        {"a space before the size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"a space after the size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension without a name", chunked("5;\r\nhello\r\n0\r\n\r\n"), 400},
        {"a malformed extension", chunked("5;a[=b\r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension that is not closed", chunked("5;a=\"b\r\nhello\r\n0\r\n\r\n"), 400},
        {"an extension that is never closed", chunked("0;a=\"b\r\n\r\n"), 400},
        {"a bare LF in an extension", chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400},
        {"an escaped LF in an extension", chunked("5;a=\"\\\n\"\r\nhello\r\n0\r\n\r\n"), 400},
        {"a bare LF after the size", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"a bare CR after the size", chunked("5\r\rhello\r\n0\r\n\r\n"), 400},
        {"an empty line for a chunk", chunked("8\r\nhello\r\n1\r\n\r\n"), 400},
        {"more data than the size", chunked("5\r\nhello!!\r\n0\r\n\r\n"), 400},
        {"no line end after the data", chunked("5\r\nhello0\r\n"), 400},
        {"no last chunk", chunked("5\r\nhello\r\n\r\n0\r\n\r\n"), 400},
        {"a length in the trailer", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
    });
}

TEST(RequestParser, holds_to_its_limits)
{
    Limits limits;
    limits.header_bytes = 200;
    limits.header_count = 3;
    limits.body_bytes = 10;
    const std::string long_text(150, 'a');
    const std::vector<Case> cases{
        {"as much as is allowed", post("A: b\r\nContent-Length: 10\r\n", "0123456789"), complete},
        {"a field too many", get("/", "A: b\r\nC: d\r\nE: f\r\n"), 431},
        {"a large head", get("/", "A: " + long_text + "\r\nB: " + long_text + "\r\n"), 431},
        {"a large head without an end", "GET / HTTP/1.1\r\nA: " + long_text + long_text, 431},
        {"a long request line", "GET /" + long_text + long_text, 414},
        {"a large body", post("Content-Length: 11\r\n", ""), 413},
        {"a large chunk", chunked("B\r\n01"), 413},
        {"many chunks", chunked("9\r\n012345678\r\n2\r\nab\r\n0\r\n\r\n"), 413},
        {"too long a trailer", chunked("0\r\nA: b\r\nC: d\r\n\r\n"), 431},
    };
    for (const auto& [what, raw, outcome] : cases) {
        EXPECT_EQ(read_in_pieces(raw, raw.size(), limits), outcome) << what;
        EXPECT_EQ(read_in_pieces(raw, 1, limits), outcome) << what << ", byte by byte";
    }
    EXPECT_EQ(read_in_pieces(get("/" + std::string(8 * 1024, 'a')), 20'000), 414);
}

TEST(RequestParser, refuses_a_body_whose_chunks_are_mostly_framing)
{
    Limits limits;
    limits.body_bytes = 100;
    const std::string extension = ";a=" + std::string(70'000, 'b');
    EXPECT_EQ(read_in_pieces(chunked("1" + extension), 80'000, limits), 413);
}

}  // namespace todod::http
