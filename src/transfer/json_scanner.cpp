#include "transfer/json_scanner.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace todod::transfer {

namespace json = boost::json;

void JsonScanner::fail(std::string_view why) const
{
    throw base::Error{base::ErrorCode::bad_request, fmt::format("line {}: {}", line_, why)};
}

void JsonScanner::pass_space()
{
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '\n') ++line_;
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
}

char JsonScanner::peek()
{
    pass_space();
    return at_ < text_.size() ? text_[at_] : '\0';
}

void JsonScanner::expect(char wanted)
{
    if (peek() != wanted) fail(fmt::format("no JSON: '{}' is missing", wanted));
    ++at_;
}

void JsonScanner::begin(char open)
{
    if (peek() != open) fail(open == '{' ? "an object is expected" : "a list is expected");
    ++at_;
    levels_.push_back({.close = open == '{' ? '}' : ']'});
}

bool JsonScanner::more()
{
    Level& level = levels_.back();
    if (peek() == level.close) {
        ++at_;
        levels_.pop_back();
        return false;
    }
    if (!level.is_empty) {
        expect(',');
        if (peek() == level.close) fail("no JSON: a comma behind the last");
    }
    level.is_empty = false;
    return true;
}

std::string JsonScanner::key()
{
    if (peek() != '"') fail("no JSON: a name is missing");
    const json::value name = value();
    expect(':');
    return std::string{name.get_string()};
}

json::value JsonScanner::value()
{
    pass_space();
    const std::size_t begin = at_;
    const std::size_t first_line = line_;
    pass_value();
    const std::size_t last_line = std::exchange(line_, first_line);
    const auto text = text_.substr(begin, at_ - begin);
    if (text.size() > max_value_bytes) fail("a value of more than 1 MiB");
    boost::system::error_code failed;
    json::value parsed = json::parse(text, failed);
    if (failed) fail("no JSON: " + failed.message());
    line_ = last_line;
    return parsed;
}

void JsonScanner::skip()
{
    pass_space();
    pass_value();
}

void JsonScanner::end()
{
    if (peek() != '\0' || at_ < text_.size()) fail("no JSON: text behind the end");
}

/// To the end of a value, without a look at what is in it.
void JsonScanner::pass_value()
{
    if (at_ == text_.size()) fail("the file ends in the middle");
    const char first = text_[at_];
    if (first == '"') return pass_string();
    if (first == '{' || first == '[') return pass_nested();
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    if (at_ == begin) fail("no JSON: a value is missing");
}

void JsonScanner::pass_string()
{
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '"') {
            ++at_;
            return;
        }
        if (text_[at_] == '\\') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') fail("no JSON: a text that is not closed");
    }
    at_ = text_.size();
    fail("the file ends in the middle");
}

void JsonScanner::pass_nested()
{
    std::size_t depth = 0;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') {
            pass_string();
            continue;
        }
        if (c == '\n') ++line_;
        ++at_;
        if (c == '{' || c == '[') {
            if (++depth > max_depth) fail("no JSON: nested too deep");
        } else if (c == '}' || c == ']') {
            if (--depth == 0) return;
        }
    }
    fail("the file ends in the middle");
}

}  // namespace todod::transfer
