#include "transfer/source.hpp"

#include "base/text.hpp"
#include "transfer/sources.hpp"

namespace todod::transfer {

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::size_t line_of_bad_byte(std::string_view bytes)
{
    std::size_t line = 1;
    for (;; ++line) {
        const std::size_t end = bytes.find('\n');
        if (end == bytes.npos || !base::is_valid_utf8(bytes.substr(0, end))) return line;
        bytes.remove_prefix(end + 1);
    }
}

}  // namespace

void Faults::add(std::size_t line, std::string_view what)
{
    add(fmt::format("line {}: {}", line, what));
}

bool Faults::take(std::size_t line, schema::Reader& reader)
{
    const bool is_any = !reader.ok();
    for (const base::Violation& violation : reader.take())
        add(line, violation.msg);
    return is_any;
}

void Faults::add(std::string what)
{
    if (++count_ <= max_shown) shown_.push_back(std::move(what));
}

std::string_view check_encoding(std::string_view bytes)
{
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        throw base::Error{base::ErrorCode::bad_request, "the file is UTF-16: save it as UTF-8"};
    }
    if (!base::is_valid_utf8(bytes)) {
        throw base::Error{base::ErrorCode::bad_request,
                          fmt::format("line {}: not UTF-8", line_of_bad_byte(bytes))};
    }
    if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
    return bytes;
}

Format guess_format(std::string_view name, std::string_view text)
{
    const std::string_view begin = base::trim(text.substr(0, CsvReader::max_cell_bytes));
    const bool is_json = name.ends_with(".json") || begin.starts_with('{') ||
                         (begin.starts_with('[') && !name.ends_with(".csv"));
    if (is_json) return Format::json;
    return is_todoist(text) ? Format::todoist : Format::csv;
}

std::unique_ptr<Source> open_source(Format format, std::string_view text, SourceOptions options,
                                    Faults& faults)
{
    switch (format) {
        case Format::json:
            return json_source(text, std::move(options), faults);
        case Format::csv:
            return csv_source(text, std::move(options), faults);
        case Format::todoist:
            return todoist_source(text, std::move(options), faults);
    }
    return nullptr;
}

}  // namespace todod::transfer
