#include "http/request_parser.hpp"

#include "http/server.hpp"

namespace todod::http {

namespace {

/// What the framing of a chunked body may take beside its data, and as much again as the data may.
constexpr std::size_t chunk_overhead_max = 64 * 1024;

/// Whether an unfinished request line has come as far as its version, which can then be judged.
bool has_version(std::string_view line) noexcept
{
    const auto first = line.find(' ');
    if (first == std::string_view::npos) return false;
    const auto second = line.find(' ', first + 1);
    return second != std::string_view::npos && line.size() - second > 8;
}

}  // namespace

Progress RequestParser::parse(std::string_view input)
{
    if (stage_ == Stage::before && !begin(input)) return Progress::more;
    const bool in_head = stage_ == Stage::head;
    if (in_head) {
        const auto progress = read_head(input);
        if (progress != Progress::complete) return progress;
    }
    const auto progress =
        stage_ == Stage::chunked_body ? read_chunked_body(input) : read_fixed_body(input);
    const bool waits = in_head && reader_.head().expects_continue;
    return progress == Progress::more && waits ? Progress::expects_continue : progress;
}

/// False while there is no more than the one line end that some clients send after a body.
bool RequestParser::begin(std::string_view input)
{
    constexpr std::string_view line_end = "\r\n";
    if (line_end.starts_with(input)) return false;
    start_ = input.starts_with(line_end) ? line_end.size() : 0;
    judged_ = start_;
    scanner_.reset(start_);
    stage_ = Stage::head;
    return true;
}

Progress RequestParser::read_head(std::string_view input)
{
    const auto outcome = scanner_.scan(input);
    if (outcome == HeadScanner::Outcome::refused) return refuse({400, scanner_.complaint()});
    if (scanner_.end() - start_ > limits_.header_bytes) {
        if (scanner_.lines_end() == start_) return refuse({414, "The request target is too long."});
        return refuse({431, "The header fields are too large."});
    }
    if (outcome == HeadScanner::Outcome::more) return read_lines(input);
    const auto why = reader_.read_head(input.substr(start_, scanner_.end() - start_));
    if (why) return refuse(*why);
    position_ = scanner_.end();
    stage_ = reader_.head().chunked ? Stage::chunked_body : Stage::fixed_body;
    return Progress::complete;
}

/// Looks at the lines that have come, so that a bad one is refused without waiting for the rest.
Progress RequestParser::read_lines(std::string_view input)
{
    const auto lines_end = scanner_.lines_end();
    std::optional<Refusal> why;
    if (lines_end > judged_) {
        why = reader_.check_lines(input.substr(start_, lines_end - start_));
    } else if (lines_end == start_ && has_version(input.substr(start_))) {
        why = reader_.check_lines(std::string{input.substr(start_, scanner_.end() - start_)} +
                                  "\r\n");
    }
    judged_ = lines_end;
    return why ? refuse(*why) : Progress::more;
}

Progress RequestParser::read_fixed_body(std::string_view input)
{
    const auto size = reader_.head().content_length;
    if (input.size() - position_ < size) return Progress::more;
    request_.body = input.substr(position_, size);
    position_ += size;
    return finish(input);
}

Progress RequestParser::read_chunked_body(std::string_view input)
{
    const auto size = reader_.read_chunks(input.substr(position_));
    if (!size) return refuse(size.error());
    position_ += *size;
    if (reader_.is_done()) {
        request_.body = reader_.chunks();
        return finish(input);
    }
    if (input.size() - scanner_.end() > 2 * limits_.body_bytes + chunk_overhead_max) {
        return refuse({413, "The body is cut into too many chunks."});
    }
    return Progress::more;
}

Progress RequestParser::finish(std::string_view input)
{
    const Head& head = reader_.head();
    const auto view = [text = input.substr(start_)](const Piece& piece) {
        return text.substr(piece.begin, piece.size);
    };
    request_.verb = head.verb;
    request_.method = view(head.method);
    request_.path = head.path.size == 0 ? "/" : view(head.path);
    request_.query = view(head.query);
    request_.http_1_0 = head.http_1_0;
    request_.keep_alive = head.keep_alive;
    request_.headers.clear();
    for (const auto& [name, value] : head.fields) {
        request_.headers.push_back({view(name), view(value)});
    }
    for (std::size_t i = 0; i < known_count; ++i)
        request_.known[i] = view(head.known[i]);
    return Progress::complete;
}

Progress RequestParser::refuse(const Refusal& why)
{
    refusal_ = why;
    return Progress::refused;
}

std::size_t RequestParser::body_bytes() const noexcept
{
    return stage_ == Stage::fixed_body ? reader_.head().content_length : 0;
}

void RequestParser::next() noexcept
{
    stage_ = Stage::before;
    reader_.clear();
}

}  // namespace todod::http
