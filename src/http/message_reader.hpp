#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.hpp"

namespace todod::http {

struct Limits;

/// A piece of the input, which may move while a request arrives: counted from its head's start.
struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
};

/// The head of one request.
struct Head {
    Verb verb = Verb::unknown;
    bool http_1_0 = false;
    bool keep_alive = false;
    bool chunked = false;
    bool expects_continue = false;
    std::size_t content_length = 0;
    std::size_t hosts = 0;    ///< Host fields
    std::size_t lengths = 0;  ///< Content-Length fields
    Piece method;
    Piece path;  ///< empty: "/"
    Piece query;
    std::vector<std::pair<Piece, Piece>> fields;
    std::array<Piece, known_count> known;
};

/// Reads one message after another with Beast's grammar, and on top of it what RFC 9112 asks of a
/// server and Beast leaves to its user. What the scanner refuses must not get here.
class MessageReader {
public:
    /// `limits` must outlive the reader.
    explicit MessageReader(const Limits& limits);
    ~MessageReader();
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    /// Reads all of a head, which begins a new message.
    std::optional<Refusal> read_head(std::string_view text);

    /// What is wrong already with the first lines of a head.
    std::optional<Refusal> check_lines(std::string_view lines) const;

    /// Goes on with a chunked body. Gives how much of `text` has been read: what was not is to be
    /// handed in again with what follows it.
    std::expected<std::size_t, Refusal> read_chunks(std::string_view text);

    /// Whether the last chunk and the trailer have been read.
    bool is_done() const noexcept;

    const Head& head() const noexcept;

    /// The data of the chunks read so far.
    const std::string& chunks() const noexcept;

    /// Forgets a large body's memory.
    void clear() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::http
