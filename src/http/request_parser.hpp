#pragma once

#include <cstddef>
#include <string_view>

#include "http/head_scanner.hpp"
#include "http/message_reader.hpp"
#include "http/request.hpp"

namespace todod::http {

enum class Progress {
    more,              ///< the request is not complete
    expects_continue,  ///< its head is, and the client waits to be told to send the body: said once
    complete,
    refused,
};

/// Reads a connection's requests one after another (RFC 9112), strictly: what two readers could
/// understand in two ways is refused.
class RequestParser {
public:
    /// `limits` must outlive the parser.
    explicit RequestParser(const Limits& limits) : limits_(limits), reader_(limits) {}

    /// `input` is everything that was received and not consumed: that of the last call, wherever it
    /// now lies, and what has arrived since. After complete, next() comes first.
    Progress parse(std::string_view input);

    /// Once complete: what was asked, in views on the input.
    const Request& request() const noexcept { return request_; }

    /// Once complete: how much of the input it was.
    std::size_t consumed() const noexcept { return position_; }

    /// Once refused: why.
    const Refusal& refusal() const noexcept { return refusal_; }

    /// How many bytes the body has, where that is known.
    std::size_t body_bytes() const noexcept;

    /// Whether any of a request has been seen.
    bool started() const noexcept { return stage_ != Stage::before; }

    /// Makes ready for the next request.
    void next() noexcept;

private:
    enum class Stage { before, head, fixed_body, chunked_body };

    bool begin(std::string_view input);
    Progress read_head(std::string_view input);
    Progress read_lines(std::string_view input);
    Progress read_fixed_body(std::string_view input);
    Progress read_chunked_body(std::string_view input);
    Progress finish(std::string_view input);
    Progress refuse(const Refusal& why);

    const Limits& limits_;
    Stage stage_ = Stage::before;
    std::size_t start_ = 0;     ///< of the head, past a line end that came before it
    std::size_t judged_ = 0;    ///< up to where the lines of an unfinished head were found good
    std::size_t position_ = 0;  ///< up to where the body, then the request, has been read
    HeadScanner scanner_;
    MessageReader reader_;
    Request request_;
    Refusal refusal_;
};

}  // namespace todod::http
