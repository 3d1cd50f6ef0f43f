#include "transfer/csv.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace todod::transfer {

namespace {

constexpr std::string_view formula_beginnings = "=+-@\t\r\n";

[[noreturn]] void fail(std::size_t line, std::string_view why)
{
    throw base::Error{base::ErrorCode::bad_request, fmt::format("line {}: {}", line, why)};
}

bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

/// Whether a formula begins behind the apostrophes of `text`, if there are any.
bool has_formula(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of('\'');
    return begin != std::string_view::npos && formula_beginnings.contains(text[begin]);
}

}  // namespace

bool CsvReader::next(CsvRow& row)
{
    while (at_ < text_.size()) {
        row_line_ = line_;
        read_row(row);
        if (row.size() > 1 || row.front().is_quoted || !row.front().text.empty()) return true;
    }
    return false;
}

void CsvReader::read_row(CsvRow& row)
{
    std::size_t count = 0;
    for (;; ++at_) {
        if (count == max_cells) fail(row_line_, fmt::format("more than {} cells", max_cells));
        if (count == row.size()) row.emplace_back();
        read_cell(row[count++]);
        if (at_ == text_.size() || text_[at_] != separator_) break;
    }
    row.resize(count);
    if (at_ < text_.size()) take_line_end();
}

void CsvReader::read_cell(CsvCell& cell)
{
    cell.text.clear();
    cell.is_quoted = at_ < text_.size() && text_[at_] == '"';
    if (cell.is_quoted) return read_quoted(cell);
    const std::size_t begin = at_;
    while (!is_at_cell_end()) {
        if (text_[at_] == '"') fail(line_, "a quote in a cell that does not begin with one");
        ++at_;
    }
    check_size(cell, at_ - begin);
    cell.text = text_.substr(begin, at_ - begin);
}

void CsvReader::read_quoted(CsvCell& cell)
{
    const std::size_t first_line = line_;
    ++at_;
    for (;;) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (!take_line_end()) ++at_;
        }
        check_size(cell, at_ - begin);
        cell.text += text_.substr(begin, at_ - begin);
        if (at_ == text_.size()) fail(first_line, "a quote that is never closed");
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') break;
        cell.text += '"';
        ++at_;
    }
    if (!is_at_cell_end()) fail(line_, "text behind the quote that ends a cell");
}

/// Goes past the end of a line, if one is there.
bool CsvReader::take_line_end()
{
    if (!is_line_end(text_[at_])) return false;
    at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
    ++line_;
    return true;
}

bool CsvReader::is_at_cell_end() const
{
    return at_ == text_.size() || text_[at_] == separator_ || is_line_end(text_[at_]);
}

void CsvReader::check_size(const CsvCell& cell, std::size_t more) const
{
    if (cell.text.size() + more > max_cell_bytes) {
        fail(row_line_, fmt::format("a cell of more than {} KiB", max_cell_bytes / 1024));
    }
}

char find_separator(std::string_view text)
{
    constexpr std::string_view separators = ",;\t";
    std::array<std::size_t, separators.size()> counts{};
    bool is_quoted = false;
    for (const char c : text) {
        if (c == '"') is_quoted = !is_quoted;
        if (is_quoted) continue;
        if (is_line_end(c)) break;
        if (const auto which = separators.find(c); which != std::string_view::npos) ++counts[which];
    }
    return separators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

std::string guard(std::string_view text)
{
    return has_formula(text) ? fmt::format("'{}", text) : std::string{text};
}

std::string_view unguard(std::string_view text)
{
    return text.starts_with('\'') && has_formula(text) ? text.substr(1) : text;
}

void write_cell(std::string& out, std::string_view text)
{
    const bool is_plain = !text.empty() && text.find_first_of(",;\"\t\r\n") == text.npos &&
                          text.front() != ' ' && text.back() != ' ';
    if (is_plain) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text)
        out.append(c == '"' ? 2 : 1, c);
    out += '"';
}

}  // namespace todod::transfer
