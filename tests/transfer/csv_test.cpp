#include "transfer/csv.hpp"

#include <gmock/gmock.h>

#include "support/errors.hpp"

namespace todod::transfer {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

using Texts = std::vector<std::vector<std::string>>;

std::vector<CsvRow> read_all(std::string_view text, char separator = ',')
{
    CsvReader reader{text, separator};
    std::vector<CsvRow> rows;
    for (CsvRow row; reader.next(row);)
        rows.push_back(row);
    return rows;
}

Texts texts_of(const std::vector<CsvRow>& rows)
{
    Texts texts;
    for (const CsvRow& row : rows) {
        auto& cells = texts.emplace_back();
        for (const CsvCell& cell : row)
            cells.push_back(cell.text);
    }
    return texts;
}

TEST(CsvReader, reads_what_rfc_4180_allows)
{
    const struct {
        std::string_view text;
        Texts rows;
    } table[] = {
        {"", {}},
        {"a", {{"a"}}},
        {"a\r\n", {{"a"}}},
        {"a,b\r\nc,d", {{"a", "b"}, {"c", "d"}}},
        {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
        {"a,b\rc,d\r", {{"a", "b"}, {"c", "d"}}},
        {"a,,c", {{"a", "", "c"}}},
        {",", {{"", ""}}},
        {",\r\n", {{"", ""}}},
        {"a,", {{"a", ""}}},
        {" a , b ", {{" a ", " b "}}},
        {R"("a","b")", {{"a", "b"}}},
        {R"("a,b",c)", {{"a,b", "c"}}},
        {R"("a""b")", {{R"(a"b)"}}},
        {R"("""")", {{R"(")"}}},
        {R"("""a""")", {{R"("a")"}}},
        {"\"a\r\nb\",c", {{"a\r\nb", "c"}}},
        {"\"a\nb\rc\"", {{"a\nb\rc"}}},
        {R"("")", {{""}}},
        {R"("",)", {{"", ""}}},
        {"a\r\n\r\nb", {{"a"}, {"b"}}},
        {"\n\n", {}},
        {"Käse,日本", {{"Käse", "日本"}}},
        {"\"a\"\r\n\"b\"\r\n", {{"a"}, {"b"}}},
    };
    for (const auto& [text, rows] : table)
        EXPECT_EQ(texts_of(read_all(text)), rows) << text;
}

TEST(CsvReader, tells_an_empty_text_from_none)
{
    const auto rows = read_all("\"\",,a,\"a\"");
    const CsvRow expected{{"", true}, {"", false}, {"a", false}, {"a", true}};
    EXPECT_EQ(rows.at(0), expected);
}

TEST(CsvReader, refuses_what_cannot_be_told_apart_and_names_the_line)
{
    const struct {
        std::string_view text;
        std::string_view message;
    } table[] = {
        {"a\nb\"c\n", "line 2: a quote in a cell that does not begin with one"},
        {"a\n\"b\nc", "line 2: a quote that is never closed"},
        {"\"a\nb\"c", "line 2: text behind the quote that ends a cell"},
        {"\"a\" ,b", "line 1: text behind the quote that ends a cell"},
        {"\"", "line 1: a quote that is never closed"},
    };
    for (const auto& [text, message] : table) {
        EXPECT_EQ(error_of([&] { read_all(text); }).message(), message) << text;
    }
}

TEST(CsvReader, says_where_a_row_begins)
{
    CsvReader reader{"a\r\n\r\n\"b\nc\"\nd"};
    CsvRow row;
    std::vector<std::size_t> lines;
    while (reader.next(row))
        lines.push_back(reader.line());
    EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 5}));
}

TEST(CsvReader, bounds_cells_and_their_number)
{
    const std::string most(CsvReader::max_cell_bytes, 'x');
    EXPECT_EQ(read_all(most).at(0).at(0).text.size(), most.size());
    EXPECT_THAT(error_of([&] { read_all(most + 'x'); }).message(), HasSubstr("256 KiB"));
    EXPECT_THAT(error_of([&] { read_all('"' + most + "\"\"\""); }).message(), HasSubstr("256 KiB"));
    EXPECT_EQ(read_all(std::string(CsvReader::max_cells - 1, ',')).at(0).size(), 256);
    EXPECT_THAT(error_of([] { read_all(std::string(CsvReader::max_cells, ',')); }).message(),
                HasSubstr("256 cells"));
}

TEST(FindSeparator, goes_by_the_first_row)
{
    EXPECT_EQ(find_separator("a,b;c,d"), ',');
    EXPECT_EQ(find_separator("a;b\n,,,,"), ';');
    EXPECT_EQ(find_separator("a\tb"), '\t');
    EXPECT_EQ(find_separator("\"a;;;\",b"), ',');
    EXPECT_EQ(find_separator("title"), ',');
    EXPECT_EQ(find_separator(""), ',');
    EXPECT_EQ(texts_of(read_all("a;\"b;c\"", ';')), (Texts{{"a", "b;c"}}));
}

TEST(Guard, keeps_formulas_from_spreadsheets_and_gives_them_back)
{
    const struct {
        std::string_view text;
        std::string_view guarded;
    } table[] = {
        {"", ""},         {"milk", "milk"},    {"=1+1", "'=1+1"},
        {"+49", "'+49"},  {"-5 °C", "'-5 °C"}, {"@home", "'@home"},
        {"\ta", "'\ta"},  {"\r=", "'\r="},     {"'", "'"},
        {"'tis", "'tis"}, {"'=1", "''=1"},     {"''@", "'''@"},
        {"a=1", "a=1"},   {" =1", " =1"},      {"'''", "'''"},
    };
    for (const auto& [text, guarded] : table) {
        EXPECT_EQ(guard(text), guarded) << text;
        EXPECT_EQ(unguard(guarded), text) << text;
    }
}

TEST(WriteCell, writes_what_is_read_as_the_same)
{
    for (const std::string_view text : {"", "a", " a", "a ", "a,b", "a;b", "a\tb", "\"", "a\"b",
                                        "a\nb", "a\rb", "\r\n", "Käse"}) {
        std::string out;
        write_cell(out, text);
        const auto rows = read_all(out);
        ASSERT_EQ(rows.size(), 1) << text;
        ASSERT_EQ(rows[0].size(), 1) << text;
        EXPECT_EQ(rows[0][0].text, text);
    }
}

}  // namespace
}  // namespace todod::transfer
