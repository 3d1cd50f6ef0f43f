#include "http/head_scanner.hpp"

#include <array>

namespace todod::http {

namespace {

/// HTAB, SP, VCHAR and obs-text: what may stand between line ends.
constexpr auto ordinary = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
        table[c] = c == '\t' || (c >= ' ' && c != 0x7f);
    return table;
}();

}  // namespace

void HeadScanner::reset(std::size_t start) noexcept
{
    start_ = position_ = line_ = start;
    complaint_ = {};
}

HeadScanner::Outcome HeadScanner::refuse(std::string_view complaint) noexcept
{
    complaint_ = complaint;
    return Outcome::refused;
}

HeadScanner::Outcome HeadScanner::scan(std::string_view input) noexcept
{
    const char* const data = input.data();
    while (position_ < input.size()) {
        if (position_ == line_ && (data[position_] == ' ' || data[position_] == '\t')) {
            return refuse("A line of the head begins with white space.");
        }
        while (position_ < input.size() && ordinary[static_cast<unsigned char>(data[position_])]) {
            ++position_;
        }
        if (position_ == input.size()) break;
        if (data[position_] != '\r')
            return refuse("The head holds a bare LF or a control character.");
        if (position_ + 1 == input.size()) break;
        if (data[position_ + 1] != '\n') return refuse("The head holds a bare CR.");
        const bool empty = position_ == line_;
        if (empty && line_ == start_) return refuse("The request line is missing.");
        position_ += 2;
        if (empty) return Outcome::found;
        line_ = position_;
    }
    return Outcome::more;
}

}  // namespace todod::http
