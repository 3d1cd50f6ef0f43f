#include "http/message_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cctype>
#include <limits>

#include "base/text.hpp"
#include "http/field_values.hpp"
#include "http/server.hpp"
#include "http/target.hpp"

namespace todod::http {

namespace {

namespace beast = boost::beast;
using beast::http::field;
using ErrorCode = beast::error_code;

/// A body's memory that is kept for the next.
constexpr std::size_t kept_bytes = 64 * 1024;

Verb verb_of(beast::http::verb verb) noexcept
{
    switch (verb) {
        case beast::http::verb::get:
            return Verb::get;
        case beast::http::verb::head:
            return Verb::head;
        case beast::http::verb::post:
            return Verb::post;
        case beast::http::verb::put:
            return Verb::put;
        case beast::http::verb::patch:
            return Verb::patch;
        case beast::http::verb::delete_:
            return Verb::remove;
        case beast::http::verb::options:
            return Verb::options;
        case beast::http::verb::trace:
            return Verb::trace;
        case beast::http::verb::connect:
            return Verb::connect;
        default:
            return Verb::unknown;
    }
}

std::optional<Known> known_of(field name, std::string_view text) noexcept
{
    switch (name) {
        case field::accept:
            return Known::accept;
        case field::accept_encoding:
            return Known::accept_encoding;
        case field::content_type:
            return Known::content_type;
        case field::if_none_match:
            return Known::if_none_match;
        case field::origin:
            return Known::origin;
        case field::access_control_request_method:
            return Known::preflight_method;
        case field::unknown:
            if (base::equals_ignoring_case(text, "X-Request-ID")) return Known::request_id;
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

bool is_number(std::string_view text) noexcept
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Only `chunked` by itself is spoken: 501 for another coding, 400 for a list that is malformed or
/// in which something follows `chunked`, as the end of the body could not be known for sure.
std::optional<Refusal> check_transfer_encoding(std::string_view value)
{
    if (base::equals_ignoring_case(value, "chunked")) return std::nullopt;
    const Refusal malformed{400, "Transfer-Encoding is malformed."};
    if (value.empty() || value.ends_with(',')) return malformed;
    while (!value.empty()) {
        const auto coding = take_element(value);
        const auto parameters = coding.find(';');
        const auto name = base::trim_spaces(coding.substr(0, parameters));
        const bool may_be_chunked = value.empty() && parameters == std::string_view::npos;
        if (name.empty()) return malformed;
        if (!may_be_chunked && base::equals_ignoring_case(name, "chunked")) return malformed;
    }
    return Refusal{501, "Only the transfer coding chunked is supported."};
}

std::string_view explain(const ErrorCode& error)
{
    using beast::http::error;
    if (error == error::bad_method) return "The method is malformed.";
    if (error == error::bad_target) return "The request target is malformed.";
    if (error == error::bad_field) return "A field's name is malformed.";
    if (error == error::bad_value) return "A field's value is malformed.";
    if (error == error::bad_content_length || error == error::multiple_content_length) {
        return "Content-Length is malformed, or sent with Transfer-Encoding.";
    }
    if (error == error::bad_transfer_encoding) {
        return "Transfer-Encoding is malformed, or sent with Content-Length.";
    }
    if (error == error::bad_chunk || error == error::bad_chunk_extension) {
        return "The chunked body is malformed.";
    }
    return "The request is malformed.";
}

/// 505 for what could be another version of HTTP, else 400.
Refusal bad_version(std::string_view head)
{
    const auto line = head.substr(0, head.find('\r'));
    const auto version = line.substr(line.find(' ', line.find(' ') + 1) + 1);
    if (version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
        is_number(version.substr(5, 1)) && is_number(version.substr(7))) {
        return {505, "Only HTTP/1.1 and HTTP/1.0 are spoken."};
    }
    return {400, "The version of HTTP is malformed."};
}

/// Whether a quoted string in `line` is not closed.
bool has_open_quote(std::string_view line) noexcept
{
    bool is_open = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') is_open = !is_open;
        if (line[i] == '\\' && is_open) ++i;
    }
    return is_open;
}

class Parser final : public beast::http::basic_parser<true> {
public:
    /// `text` begins with the head, and is looked at while that is read.
    Parser(std::string_view text, const Limits& limits, Head& head, std::string& chunks)
        : text_(text), limits_(limits), head_(head), chunks_(chunks)
    {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(limits.body_bytes);
        eager(true);
    }

    std::size_t read(std::string_view text, ErrorCode& error)
    {
        return put(boost::asio::const_buffer{text.data(), text.size()}, error);
    }

    /// Whether `rest`, for whose end Beast waits, cannot become a chunk any more.
    bool must_refuse(std::string_view rest) const noexcept
    {
        constexpr std::string_view line_end = "\r\n";
        if (chunk_ == ChunkPart::line_end) {
            if (!line_end.starts_with(rest.substr(0, 2))) return true;
            rest.remove_prefix(std::min(rest.size(), line_end.size()));
        }
        if (!rest.empty() && std::isxdigit(static_cast<unsigned char>(rest.front())) == 0)
            return true;
        const auto end = rest.find(line_end);
        return end != std::string_view::npos && has_open_quote(rest.substr(0, end));
    }

    /// Beast asserts that it sees at least so much when it comes back to a last chunk.
    bool may_read(std::string_view text) const noexcept
    {
        constexpr std::string_view shortest = "0\r\n\r\n";
        return chunk_ == ChunkPart::data || text.size() >= shortest.size();
    }

    /// What `error` is to be answered with.
    Refusal refusal(const ErrorCode& error) const
    {
        if (refused_) return *refused_;
        if (error == beast::http::error::body_limit) return {413, "The body is too large."};
        if (error == beast::http::error::bad_version) return bad_version(text_);
        return {400, explain(error)};
    }

private:
    using StringView = beast::string_view;

    /// What of a chunk is due; after the line end of one, the header of the next.
    enum class ChunkPart { header, data, line_end };

    void refuse(Refusal why, ErrorCode& error)
    {
        refused_ = why;
        error = beast::http::error::bad_value;
    }

    Piece piece(std::string_view part) const noexcept
    {
        if (part.empty()) return {};
        return {static_cast<std::size_t>(part.data() - text_.data()), part.size()};
    }

    void on_request_impl(beast::http::verb verb, StringView method, StringView text, int version,
                         ErrorCode& error) override
    {
        head_.verb = verb_of(verb);
        head_.http_1_0 = version == 10;
        head_.method = piece(method);
        if (std::ranges::any_of(method, [](char c) { return c >= 'a' && c <= 'z'; })) {
            return refuse({400, "Methods are in capital letters."}, error);
        }
        if (head_.verb == Verb::connect || (head_.verb == Verb::unknown && text == "*")) {
            return refuse({501, "This method is not supported."}, error);
        }
        const auto target = split_target(text, head_.verb);
        if (!target) return refuse(target.error(), error);
        head_.path = piece(target->path);
        head_.query = piece(target->query);
    }

    void on_field_impl(field name, StringView text, StringView value, ErrorCode& error) override
    {
        if (++count_ > limits_.header_count) {
            return refuse({431, "The request has too many header fields."}, error);
        }
        if (in_trailer_) return;
        if (const auto why = check(name, value)) return refuse(*why, error);
        head_.fields.emplace_back(piece(text), piece(value));
        const auto known = known_of(name, text);
        if (!known) return;
        auto& first = head_.known[static_cast<std::size_t>(*known)];
        if (first.size == 0) first = piece(value);
    }

    /// What is wrong with a field that decides how the request is read.
    std::optional<Refusal> check(field name, std::string_view value)
    {
        switch (name) {
            case field::host:
                if (++head_.hosts == 1 && is_valid_host(value)) return std::nullopt;
                return Refusal{400, "Host is malformed, or sent twice."};
            case field::content_length:
                if (++head_.lengths == 1 && is_number(value)) return std::nullopt;
                return Refusal{400, "Content-Length is malformed, or sent twice."};
            case field::transfer_encoding:
                if (!head_.http_1_0) return check_transfer_encoding(value);
                return Refusal{400, "Transfer-Encoding does not go with HTTP/1.0."};
            case field::expect:
                if (head_.http_1_0) return std::nullopt;
                head_.expects_continue = base::equals_ignoring_case(value, "100-continue");
                if (head_.expects_continue) return std::nullopt;
                return Refusal{417, "Only 100-continue can be expected."};
            default:
                return std::nullopt;
        }
    }

    void on_chunk_header_impl(std::uint64_t, StringView extension, ErrorCode& error) override
    {
        chunk_ = ChunkPart::data;
        const bool has_control = std::ranges::any_of(
            extension, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
        if (has_control) refuse({400, "A chunk's extension is malformed."}, error);
    }

    std::size_t on_chunk_body_impl(std::uint64_t missing, StringView data, ErrorCode&) override
    {
        chunks_.append(data.data(), data.size());
        if (data.size() == missing) chunk_ = ChunkPart::line_end;
        return data.size();
    }

    void on_header_impl(ErrorCode&) override { in_trailer_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(StringView body, ErrorCode&) override { return body.size(); }
    void on_finish_impl(ErrorCode&) override {}
    void on_response_impl(int, StringView, int, ErrorCode&) override {}

    std::string_view text_;
    const Limits& limits_;
    Head& head_;
    std::string& chunks_;
    std::size_t count_ = 0;
    bool in_trailer_ = false;
    ChunkPart chunk_ = ChunkPart::header;
    std::optional<Refusal> refused_;
};

}  // namespace

struct MessageReader::State {
    explicit State(const Limits& bounds) : limits(bounds) {}

    /// An empty head that keeps its memory.
    void clear_head()
    {
        auto fields = std::move(head.fields);
        fields.clear();
        head = Head{};
        head.fields = std::move(fields);
    }

    const Limits& limits;
    Head head;
    std::string chunks;
    std::optional<Parser> parser;
};

MessageReader::MessageReader(const Limits& limits) : state_(std::make_unique<State>(limits)) {}

MessageReader::~MessageReader() = default;

std::optional<Refusal> MessageReader::read_head(std::string_view text)
{
    State& state = *state_;
    state.clear_head();
    state.chunks.clear();
    Parser& parser = state.parser.emplace(text, state.limits, state.head, state.chunks);
    ErrorCode error;
    const auto size = parser.read(text, error);
    if (error) return parser.refusal(error);
    // The scanner and Beast must mean the same head.
    if (size != text.size()) return Refusal{400, "The head is malformed."};
    if (state.head.hosts == 0 && !state.head.http_1_0) return Refusal{400, "Host is missing."};
    state.head.keep_alive = parser.keep_alive();
    state.head.chunked = parser.chunked();
    state.head.content_length = parser.content_length().value_or(0);
    return std::nullopt;
}

std::optional<Refusal> MessageReader::check_lines(std::string_view lines) const
{
    const auto text = std::string{lines} + "\r\n";
    Head head;
    std::string chunks;
    Parser parser{text, state_->limits, head, chunks};
    ErrorCode error;
    parser.read(text, error);
    if (!error || error == beast::http::error::need_more) return std::nullopt;
    return parser.refusal(error);
}

std::expected<std::size_t, Refusal> MessageReader::read_chunks(std::string_view text)
{
    if (text.empty()) return 0;
    Parser& parser = *state_->parser;
    ErrorCode error;
    const auto size = parser.may_read(text) ? parser.read(text, error) : 0;
    if (!error && parser.is_done()) return size;
    const bool waits = !error || error == beast::http::error::need_more;
    if (waits && parser.must_refuse(text.substr(size))) error = beast::http::error::bad_chunk;
    if (!error || error == beast::http::error::need_more) return size;
    return std::unexpected{parser.refusal(error)};
}

bool MessageReader::is_done() const noexcept
{
    return state_->parser->is_done();
}

const Head& MessageReader::head() const noexcept
{
    return state_->head;
}

const std::string& MessageReader::chunks() const noexcept
{
    return state_->chunks;
}

void MessageReader::clear() noexcept
{
    state_->chunks.clear();
    if (state_->chunks.capacity() > kept_bytes) state_->chunks.shrink_to_fit();
}

}  // namespace todod::http
