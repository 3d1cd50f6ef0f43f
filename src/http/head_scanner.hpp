#pragma once

#include <cstddef>
#include <string_view>

namespace todod::http {

/// Finds where a request's head ends, and refuses the bytes that have no place in one: a bare CR or
/// LF, NUL and other control characters, and lines that are folded (RFC 9112 §2.2, §5.2). Each byte
/// is looked at once, however small the pieces in which the head arrives.
class HeadScanner {
public:
    enum class Outcome { more, found, refused };

    /// The head begins at `start` of its input.
    void reset(std::size_t start) noexcept;

    /// `input` is that of the last call, and what has arrived since.
    Outcome scan(std::string_view input) noexcept;

    /// Past the empty line, once it has been found.
    std::size_t end() const noexcept { return position_; }

    /// Past the last line that is complete.
    std::size_t lines_end() const noexcept { return line_; }

    /// Why it was refused.
    std::string_view complaint() const noexcept { return complaint_; }

private:
    Outcome refuse(std::string_view complaint) noexcept;

    std::size_t start_ = 0;
    std::size_t position_ = 0;
    std::size_t line_ = 0;
    std::string_view complaint_;
};

}  // namespace todod::http
