#include "base/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/error.hpp"

namespace todod::base {

namespace {

constexpr std::string_view blanks = " \t\v\f";
constexpr std::string_view line_ends = "\r\n";
constexpr std::string_view white_space = " \t\v\f\r\n";

/// What a backslash and `c` stand for between double quotes; 0: for themselves.
char unescape(char c)
{
    switch (c) {
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        case '\\':
        case '\'':
        case '"':
            return c;
        default:
            return '\0';
    }
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text)
    {
        constexpr std::string_view byte_order_mark = "\uFEFF";
        if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    }

    std::map<std::string, std::string, std::less<>> read()
    {
        std::map<std::string, std::string, std::less<>> variables;
        for (skip(white_space); place_ < text_.size(); skip(white_space)) {
            beginning_ = place_;
            read_variable(variables);
            skip(blanks);
            if (peek() == '#') take_until(line_ends);
            if (!at_line_end()) fail("unexpected text after the value");
        }
        return variables;
    }

private:
    void read_variable(std::map<std::string, std::string, std::less<>>& variables)
    {
        skip_export();
        if (peek() == '#') return;
        auto name = read_name();
        skip(blanks);
        if (peek() != '=') return;
        ++place_;
        skip(blanks);
        variables.insert_or_assign(std::move(name), read_value());
    }

    void skip_export()
    {
        constexpr std::string_view word = "export";
        if (!text_.substr(place_).starts_with(word)) return;
        const auto after = place_ + word.size();
        if (after < text_.size() && blanks.contains(text_[after])) {
            place_ = after;
            skip(blanks);
        }
    }

    std::string read_name()
    {
        std::string name;
        if (peek() == '\'') {
            ++place_;
            name = take_until("'");
            if (at_end()) fail("the quote around the name is not closed");
            ++place_;
        } else {
            name = take_until("=# \t\v\f\r\n");
        }
        if (name.empty()) fail("NAME=value expected");
        return name;
    }

    std::string read_value()
    {
        if (peek() == '\'' || peek() == '"') return read_quoted(text_[place_++]);
        const auto line = take_until(line_ends);
        auto end = line.find('#', 1);
        while (end != line.npos && !blanks.contains(line[end - 1])) {
            end = line.find('#', end + 1);
        }
        const auto value = line.substr(0, end);
        return std::string{value.substr(0, value.find_last_not_of(blanks) + 1)};
    }

    std::string read_quoted(char quote)
    {
        std::string value;
        for (; !at_end(); ++place_) {
            const char c = text_[place_];
            if (c == quote) {
                ++place_;
                return value;
            }
            if (c == '\\' && place_ + 1 < text_.size()) {
                append_escape(value, quote);
            } else if (c == '\r') {
                value += '\n';
                if (text_.substr(place_).starts_with("\r\n")) ++place_;
            } else {
                value += c;
            }
        }
        fail("the quote around the value is not closed");
    }

    /// Reads a backslash and what follows it, but leaves the last character to the caller's step.
    void append_escape(std::string& value, char quote)
    {
        const char next = text_[place_ + 1];
        const bool is_known = quote == '"' ? unescape(next) != '\0' : next == '\'' || next == '\\';
        value += is_known ? unescape(next) : '\\';
        if (is_known) ++place_;
    }

    [[noreturn]] void fail(std::string_view reason) const
    {
        std::size_t line = 1;
        for (std::size_t i = 0; i < beginning_; ++i) {
            const bool is_crlf = text_.substr(i).starts_with("\r\n");
            if (line_ends.contains(text_[i]) && !is_crlf) ++line;
        }
        throw Error{ErrorCode::invalid, fmt::format("line {}: {}", line, reason)};
    }

    bool at_end() const { return place_ == text_.size(); }
    bool at_line_end() const { return at_end() || line_ends.contains(text_[place_]); }
    char peek() const { return at_end() ? '\0' : text_[place_]; }

    void skip(std::string_view characters)
    {
        place_ = std::min(text_.find_first_not_of(characters, place_), text_.size());
    }

    std::string_view take_until(std::string_view characters)
    {
        const auto from = place_;
        place_ = std::min(text_.find_first_of(characters, place_), text_.size());
        return text_.substr(from, place_ - from);
    }

    std::string_view text_;
    std::size_t place_ = 0;
    std::size_t beginning_ = 0;  ///< of the line, or lines, being read
};

}  // namespace

std::map<std::string, std::string, std::less<>> parse_dotenv(std::string_view text)
{
    return Reader{text}.read();
}

}  // namespace todod::base
