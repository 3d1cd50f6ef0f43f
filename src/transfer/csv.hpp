#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace todod::transfer {

struct CsvCell {
    std::string text;
    bool is_quoted = false;  ///< so that an empty text can be told from none

    bool operator==(const CsvCell&) const = default;
};

using CsvRow = std::vector<CsvCell>;

/// Reads CSV (RFC 4180) a row at a time. Lines may end with CRLF, LF or CR; those with nothing on
/// them are left out. `text` must stay.
class CsvReader {
public:
    static constexpr std::size_t max_cells = 256;
    static constexpr std::size_t max_cell_bytes = 256 * 1024;

    explicit CsvReader(std::string_view text, char separator = ',')
        : text_(text), separator_(separator)
    {
    }

    /// False at the end. Throws Error{bad_request}, which names the line, for a quote where none
    /// may be, one that is never closed, and what is too large.
    bool next(CsvRow& row);

    /// Where the row begins that was read last, counted from 1.
    std::size_t line() const noexcept { return row_line_; }

private:
    void read_row(CsvRow& row);
    void read_cell(CsvCell& cell);
    void read_quoted(CsvCell& cell);
    bool take_line_end();
    bool is_at_cell_end() const;
    void check_size(const CsvCell& cell, std::size_t more) const;

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 0;
};

/// What stands between the cells of `text`'s first row: a comma, a semicolon or a tab.
char find_separator(std::string_view text);

/// A spreadsheet takes a cell that begins with one of = + - @, a tab or a line's end for a formula.
/// So an apostrophe goes before it, as one goes before the apostrophes that already stand there:
/// unguard gives back what guard was given.
std::string guard(std::string_view text);
std::string_view unguard(std::string_view text);

/// Appends a cell, in quotes where it needs them or is empty. To append no text is to append
/// nothing.
void write_cell(std::string& out, std::string_view text);

inline constexpr std::string_view csv_line_end = "\r\n";

}  // namespace todod::transfer
