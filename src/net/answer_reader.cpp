#include "net/answer_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

namespace todod::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// What is kept of what cannot be read yet: a header, or the line before a chunk.
constexpr std::size_t max_ahead_bytes = HttpClient::max_header_bytes + std::size_t{64} * 1024;

/// Answers before the answer (1xx) that are put up with.
constexpr int max_interim = 8;

constexpr unsigned first_status = 100;
constexpr unsigned first_final_status = 200;

}  // namespace

struct AnswerReader::State {
    using Parser = http::response_parser<http::string_body>;

    State(bool to_head, std::size_t max_body_bytes)
        : to_head(to_head), max_body_bytes(max_body_bytes)
    {
        begin();
    }

    void begin()
    {
        parser.emplace();
        parser->header_limit(static_cast<std::uint32_t>(HttpClient::max_header_bytes));
        parser->body_limit(max_body_bytes);
        parser->skip(to_head);
        parser->eager(true);
    }

    bool is_final() const { return parser->get().result_int() >= first_final_status; }

    /// As far as what is ahead goes.
    std::string read_ahead()
    {
        while (!ahead.empty() && !parser->is_done()) {
            error_code error;
            const std::size_t size = parser->put(asio::buffer(ahead), error);
            ahead.erase(0, size);
            const bool has_head = parser->is_header_done();
            if (has_head && parser->get().result_int() < first_status) return "the status is none";
            if (error == http::error::need_more || (size == 0 && !error)) break;
            if (error) return error.message();
            if (!parser->is_done() || is_final()) continue;
            if (++interim > max_interim) return "only interim answers";
            begin();
        }
        return ahead.size() > max_ahead_bytes ? "a line is too long" : "";
    }

    const bool to_head;
    const std::size_t max_body_bytes;
    std::optional<Parser> parser;
    std::string ahead;
    int interim = 0;
    bool has_begun = false;
};

AnswerReader::AnswerReader(bool to_head, std::size_t max_body_bytes)
    : state_(std::make_unique<State>(to_head, max_body_bytes))
{
}

AnswerReader::~AnswerReader() = default;

std::string AnswerReader::put(std::string_view bytes)
{
    state_->has_begun = state_->has_begun || !bytes.empty();
    state_->ahead += bytes;
    return state_->read_ahead();
}

std::string AnswerReader::put_end()
{
    if (!state_->parser->got_some()) return "end of stream";
    error_code error;
    state_->parser->put_eof(error);
    if (error) return error.message();
    return is_done() ? "" : "end of stream";
}

bool AnswerReader::has_begun() const noexcept
{
    return state_->has_begun;
}

bool AnswerReader::has_head() const noexcept
{
    return state_->parser->is_header_done() && state_->is_final();
}

bool AnswerReader::is_done() const noexcept
{
    return state_->parser->is_done() && state_->is_final();
}

HttpResponse AnswerReader::take_head()
{
    const auto& message = state_->parser->get();
    HttpResponse head;
    head.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
        head.headers.push_back({field.name_string(), field.value()});
    return head;
}

std::string AnswerReader::take_body()
{
    return std::exchange(state_->parser->get().body(), {});
}

bool AnswerReader::keeps_connection() const
{
    return is_done() && state_->ahead.empty() && state_->parser->keep_alive() &&
           !state_->parser->need_eof();
}

}  // namespace todod::net
