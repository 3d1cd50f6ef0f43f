#include "transfer/columns.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "transfer/csv.hpp"

namespace todod::transfer {

namespace {

using schema::Dialect;

void write_text(std::string& out, const std::optional<std::string>& text)
{
    if (text) write_cell(out, guard(*text));
}

std::string to_text(const std::optional<types::Due>& due)
{
    if (!due) return {};
    if (due->whole_day) return base::to_string(std::chrono::floor<std::chrono::days>(due->at));
    return base::to_string(due->at);
}

/// Without what may stand between the words of a name.
std::string plain_name(std::string_view name)
{
    std::string plain = base::to_lower(base::trim(name));
    std::erase_if(plain, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    return plain;
}

bool is_read(const schema::Field& field)
{
    return field.place == schema::Place::body && field.parse != nullptr;
}

/// Tags as a JSON list of texts; nothing for what is none.
std::optional<std::vector<std::string>> read_list(std::string_view cell)
{
    boost::system::error_code failed;
    const auto value = boost::json::parse(cell, failed);
    if (failed || !value.is_array()) return std::nullopt;
    std::vector<std::string> tags;
    for (const auto& tag : value.get_array()) {
        if (!tag.is_string()) return std::nullopt;
        tags.emplace_back(tag.get_string());
    }
    return tags;
}

}  // namespace

std::string join_tags(const std::vector<std::string>& tags)
{
    std::string joined;
    const bool is_list =
        !tags.empty() &&
        (tags.front().starts_with('[') ||
         std::ranges::any_of(tags, [](const std::string& tag) { return tag.contains(','); }));
    if (is_list) {
        schema::Codec<std::vector<std::string>>::write(tags, joined, Dialect::scoped);
        return joined;
    }
    for (const std::string& tag : tags) {
        if (!joined.empty()) joined += ", ";
        joined += tag;
    }
    return joined;
}

std::vector<std::string> split_tags(std::string_view cell)
{
    if (cell.starts_with('[')) {
        if (auto list = read_list(cell)) return *std::move(list);
    }
    std::vector<std::string> tags;
    for (std::size_t end = 0; end != std::string_view::npos; cell.remove_prefix(end + 1)) {
        end = cell.find(',');
        const auto tag = base::trim(cell.substr(0, end));
        if (!tag.empty()) tags.emplace_back(tag);
        if (end == std::string_view::npos) break;
    }
    return tags;
}

void write_row(std::string& out, const types::Task& task)
{
    const auto cell = [&out](std::string_view text) {
        out += text;
        out += ',';
    };
    const auto text_cell = [&out](const std::optional<std::string>& text) {
        write_text(out, text);
        out += ',';
    };
    text_cell(task.user_id);
    cell(base::to_string(task.id));
    cell(std::to_string(task.number));
    text_cell(task.title);
    text_cell(task.description);
    cell(schema::Codec<types::Status>::name(task.status, Dialect::scoped));
    cell(schema::Codec<types::Priority>::name(task.priority, Dialect::scoped));
    text_cell(task.tags.empty() ? std::nullopt : std::optional{join_tags(task.tags)});
    cell(to_text(task.due_date));
    cell(base::to_string(task.created_at));
    cell(base::to_string(task.updated_at));
    cell(task.completed_at ? base::to_string(*task.completed_at) : "");
    out += std::to_string(task.version);
    out += csv_line_end;
}

void set_field(types::CreateTask& input, std::string_view name, std::string_view text,
               schema::Reader& reader)
{
    const schema::Field& field =
        *schema::type_of<types::CreateTask>().find(name, schema::Place::body);
    reader.enter("body");
    reader.enter(field.name);
    field.parse(text, &input, field, reader);
    reader.leave();
    reader.leave();
}

const schema::Field* find_column(std::string_view header)
{
    const std::string wanted = plain_name(header);
    for (const schema::Field& field : schema::type_of<types::CreateTask>().fields) {
        if (is_read(field) && plain_name(field.name) == wanted) return &field;
    }
    return nullptr;
}

std::string_view nearest_column(std::string_view header)
{
    std::vector<std::string_view> known;
    for (const schema::Field& field : schema::type_of<types::CreateTask>().fields) {
        if (is_read(field)) known.push_back(field.name);
    }
    return base::find_nearest(base::trim(header), known).value_or("");
}

}  // namespace todod::transfer
