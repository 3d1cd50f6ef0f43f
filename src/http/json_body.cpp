#include "http/json_body.hpp"

#include <boost/json/array.hpp>
#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "schema/type.hpp"

namespace todod::http {

namespace {

boost::json::parse_options options(std::size_t depth)
{
    boost::json::parse_options options;
    options.max_depth = depth;
    return options;
}

std::string_view explain(const boost::system::error_code& error)
{
    using boost::json::error;
    if (error == error::incomplete) return "it ends too early";
    if (error == error::extra_data) return "something follows the value";
    if (error == error::too_deep) return "it is nested too deeply";
    return "it goes wrong";
}

// All below is for a text that has been parsed, and so is known to be JSON.

/// The index behind the string that begins at `start`: a quote after an odd number of backslashes
/// is part of it.
std::size_t end_of_string(std::string_view text, std::size_t start) noexcept
{
    for (std::size_t end = start;;) {
        end = text.find('"', end + 1);
        const auto backslashes = end - 1 - text.find_last_not_of('\\', end - 1);
        if (backslashes % 2 == 0) return end + 1;
    }
}

/// Whether the string that ends before `end` names a member.
bool is_name(std::string_view text, std::size_t end) noexcept
{
    const auto next = text.find_first_not_of(" \t\n\r", end);
    return next != std::string_view::npos && text[next] == ':';
}

/// Each name has a colon behind it, and there is none elsewhere but in strings.
std::size_t count_names(std::string_view text) noexcept
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            i = end_of_string(text, i) - 1;
        } else if (text[i] == ':') {
            ++count;
        }
    }
    return count;
}

std::size_t count_members(const boost::json::value& value) noexcept
{
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& member : *object)
            count += count_members(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array)
            count += count_members(item);
    }
    return count;
}

/// What a string stands for; its quotes are part of `text`.
std::string unescape(std::string_view text)
{
    if (!text.contains('\\')) return std::string{text.substr(1, text.size() - 2)};
    return std::string{boost::json::parse(text).as_string()};
}

/// Goes through a text and follows where in it it is.
class Walk {
public:
    explicit Walk(std::string_view text) : text_(text) {}

    /// The keys and indices that lead to the first member that is named for the second time.
    std::vector<std::string> find_repeated()
    {
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const char c = text_[i];
            if (c == '{' || c == '[') {
                levels_.emplace_back();
                path_.emplace_back("0");
            } else if (c == '}' || c == ']') {
                levels_.pop_back();
                path_.pop_back();
            } else if (c == ',') {
                path_.back() = std::to_string(++levels_.back().index);
            } else if (c == '"') {
                const auto end = end_of_string(text_, i);
                if (is_name(text_, end) && !enter(text_.substr(i, end - i))) break;
                i = end - 1;
            }
        }
        return std::move(path_);
    }

private:
    struct Level {
        std::size_t index = 0;
        std::set<std::string> names;  // a hash could be made to collide
    };

    /// False if the object had a member of this name before.
    bool enter(std::string_view name)
    {
        path_.back() = unescape(name);
        return levels_.back().names.insert(path_.back()).second;
    }

    std::string_view text_;
    std::vector<Level> levels_;
    std::vector<std::string> path_;
};

/// Refuses a text that names a member of an object twice. The parser has kept the last alone, so
/// that the text has more names than the value has members; only then is the name looked for.
void check_repeated(std::string_view text, const boost::json::value& value)
{
    if (count_names(text) == count_members(value)) return;
    schema::Reader reader;
    reader.enter("body");
    for (const auto& step : Walk{text}.find_repeated())
        reader.enter(step);
    reader.fail("repeated", "is given twice.");
    throw base::Error::invalid(reader.take());
}

}  // namespace

JsonReader::JsonReader(std::size_t depth) : parser_({}, options(depth)) {}

boost::json::value JsonReader::read(std::string_view text, boost::json::storage_ptr memory)
{
    boost::system::error_code error;
    parser_.reset(std::move(memory));
    const auto size = parser_.write_some(text.data(), text.size(), error);
    if (!error && size < text.size()) error = boost::json::error::extra_data;
    if (error) {
        parser_.reset();
        throw base::Error{
            base::ErrorCode::bad_request,
            fmt::format("The body is not valid JSON: {} at byte {}.", explain(error), size)};
    }
    auto value = parser_.release();
    check_repeated(text, value);
    return value;
}

}  // namespace todod::http
