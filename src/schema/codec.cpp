#include "schema/codec.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "base/text.hpp"
#include "schema/json_text.hpp"

namespace todod::schema {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::string length_rule(const Limits& limits, std::string_view unit)
{
    if (limits.max_length == unlimited)
        return fmt::format("at least {} {}", limits.min_length, unit);
    if (limits.min_length == 0) return fmt::format("at most {} {}", limits.max_length, unit);
    return fmt::format("{} to {} {}", limits.min_length, limits.max_length, unit);
}

bool check_range(std::int64_t number, const Limits& limits, Reader& reader)
{
    if (number >= limits.minimum && number <= limits.maximum) return true;
    if (limits.maximum == std::numeric_limits<std::int64_t>::max()) {
        return reader.fail("out_of_range", fmt::format("must be at least {}.", limits.minimum));
    }
    return reader.fail("out_of_range",
                       fmt::format("must be from {} to {}.", limits.minimum, limits.maximum));
}

}  // namespace

namespace detail {

std::optional<std::size_t> find_name(std::string_view text, NameList names)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (base::equals_ignoring_case(text, names[i])) return i;
    }
    return std::nullopt;
}

bool fail_enum(std::string_view text, NameList names, Reader& reader)
{
    std::string msg = "must be ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) msg += i + 1 == names.size() ? " or " : ", ";
        msg += '\'';
        msg += names[i];
        msg += '\'';
    }
    if (const auto nearest = base::find_nearest(text, names)) {
        msg += "; did you mean '";
        msg += *nearest;
        msg += "'?";
    } else {
        msg += '.';
    }
    return reader.fail("enum", std::move(msg));
}

bool read_text(const boost::json::value& from, std::string_view& text, Reader& reader)
{
    const auto* string = from.if_string();
    if (string == nullptr) return reader.fail("string_type", "must be a string.");
    text = *string;
    return true;
}

bool is_null(const boost::json::value& from) noexcept
{
    return from.is_null();
}

std::optional<std::int64_t> whole_number(const boost::json::value& from) noexcept
{
    boost::system::error_code failed;
    const auto number = from.to_number<std::int64_t>(failed);
    return failed ? std::nullopt : std::optional{number};
}

const boost::json::value* array_begin(const boost::json::value& from, std::size_t& size)
{
    static const boost::json::value none;
    const auto* array = from.if_array();
    if (array == nullptr) return nullptr;
    size = array->size();
    return size == 0 ? &none : array->data();
}

bool check_items(std::size_t size, const Limits& limits, Reader& reader)
{
    if (size <= limits.max_items) return true;
    return reader.fail("too_many", fmt::format("must have at most {} items.", limits.max_items));
}

bool check_few_items(std::size_t size, const Limits& limits, Reader& reader)
{
    if (size >= limits.min_items) return true;
    const std::string_view items = limits.min_items == 1 ? "item" : "items";
    return reader.fail("too_few",
                       fmt::format("must have at least {} {}.", limits.min_items, items));
}

void describe_enum(boost::json::object& schema, NameList names)
{
    schema["type"] = "string";
    boost::json::array values;
    for (const std::string_view name : names)
        values.emplace_back(name);
    schema["enum"] = std::move(values);
}

void describe_array(boost::json::object& schema, boost::json::object item, const Limits& limits)
{
    schema["type"] = "array";
    schema["items"] = std::move(item);
    if (limits.min_items != 0) schema["minItems"] = limits.min_items;
    if (limits.max_items != unlimited) schema["maxItems"] = limits.max_items;
}

void describe_nullable(boost::json::object& schema)
{
    if (auto* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
        *type = boost::json::array{*type, "null"};
    } else if (schema.contains("$ref") || schema.contains("anyOf")) {
        boost::json::object inner = std::move(schema);
        schema = {{"anyOf", boost::json::array{std::move(inner), {{"type", "null"}}}}};
    }
    if (auto* values = schema.if_contains("enum")) values->as_array().emplace_back(nullptr);
}

void describe_reference(boost::json::object& schema, const Type& type, Dialect dialect)
{
    schema = object_schema(type, dialect, Place::body, type.is_input);
}

}  // namespace detail

bool Codec<std::string>::parse(std::string_view text, std::string& value, const Limits& limits,
                               Reader& reader)
{
    if (limits.trimmed) text = base::trim(text);
    if (text.contains('\0')) {
        return reader.fail("nul_character", "must not have the character U+0000.");
    }
    if (limits.printable && base::has_control_character(text)) {
        return reader.fail("control_character", "must not have control characters.");
    }
    // Only what has enough bytes to break a limit needs its code points counted.
    if (text.size() > limits.max_length || limits.min_length > 0) {
        const std::size_t length = base::count_code_points(text);
        if (length > limits.max_length || length < limits.min_length) {
            const std::string_view type = length > limits.max_length ? "too_long" : "too_short";
            return reader.fail(type,
                               fmt::format("must have {}.", length_rule(limits, "characters")));
        }
    }
    value = text;
    return true;
}

bool Codec<std::string>::read(const boost::json::value& from, std::string& value,
                              const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<std::string>::write(const std::string& value, std::string& out, Dialect)
{
    write_string(out, value);
}

void Codec<std::string>::describe(boost::json::object& schema, const Limits& limits, Dialect)
{
    schema["type"] = "string";
    if (limits.min_length > 0) schema["minLength"] = limits.min_length;
    if (limits.max_length != unlimited) schema["maxLength"] = limits.max_length;
    if (!limits.format.empty()) schema["format"] = limits.format;
}

bool Codec<bool>::read(const boost::json::value& from, bool& value, const Limits&, Reader& reader)
{
    const bool* flag = from.if_bool();
    if (flag == nullptr) return reader.fail("bool_type", "must be true or false.");
    value = *flag;
    return true;
}

bool Codec<bool>::parse(std::string_view text, bool& value, const Limits&, Reader& reader)
{
    value = base::equals_ignoring_case(text, "true") || text == "1";
    if (value || base::equals_ignoring_case(text, "false") || text == "0") return true;
    return reader.fail("bool_type", "must be true or false.");
}

void Codec<bool>::write(bool value, std::string& out, Dialect)
{
    out += value ? "true" : "false";
}

void Codec<bool>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "boolean";
}

bool Codec<std::int64_t>::read(const boost::json::value& from, std::int64_t& value,
                               const Limits& limits, Reader& reader)
{
    const auto number = detail::whole_number(from);
    if (!number) return reader.fail("int_type", "must be a whole number.");
    value = *number;
    return check_range(value, limits, reader);
}

bool Codec<std::int64_t>::parse(std::string_view text, std::int64_t& value, const Limits& limits,
                                Reader& reader)
{
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        return reader.fail("int_type", "must be a whole number.");
    }
    return check_range(value, limits, reader);
}

void Codec<std::int64_t>::write(std::int64_t value, std::string& out, Dialect)
{
    fmt::format_int digits{value};
    out.append(digits.data(), digits.size());
}

void Codec<std::int64_t>::describe(boost::json::object& schema, const Limits& limits, Dialect)
{
    schema["type"] = "integer";
    if (limits.minimum != std::numeric_limits<std::int64_t>::min()) {
        schema["minimum"] = limits.minimum;
    }
    if (limits.maximum != std::numeric_limits<std::int64_t>::max()) {
        schema["maximum"] = limits.maximum;
    }
}

bool Codec<base::Uuid>::parse(std::string_view text, base::Uuid& value, const Limits&,
                              Reader& reader)
{
    const auto uuid = base::parse_uuid(text);
    if (!uuid) return reader.fail("uuid", "must be a UUID.");
    value = *uuid;
    return true;
}

bool Codec<base::Uuid>::read(const boost::json::value& from, base::Uuid& value,
                             const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<base::Uuid>::write(const base::Uuid& value, std::string& out, Dialect)
{
    out += '"';
    base::append(out, value);
    out += '"';
}

void Codec<base::Uuid>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
    schema["format"] = "uuid";
}

bool Codec<base::Instant>::parse(std::string_view text, base::Instant& value, const Limits&,
                                 Reader& reader)
{
    const auto instant = base::parse_instant(text);
    if (!instant) {
        return reader.fail("instant",
                           "must be an RFC 3339 instant with its offset, "
                           "such as '2026-01-31T17:00:00Z'.");
    }
    value = *instant;
    return true;
}

bool Codec<base::Instant>::read(const boost::json::value& from, base::Instant& value,
                                const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<base::Instant>::write(base::Instant value, std::string& out, Dialect)
{
    out += '"';
    base::append(out, value);
    out += '"';
}

void Codec<base::Instant>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
    schema["format"] = "date-time";
}

bool Codec<base::TimeZone>::parse(std::string_view text, base::TimeZone& value, const Limits&,
                                  Reader& reader)
{
    auto zone = base::TimeZone::find(text);
    if (!zone) {
        return reader.fail("time_zone",
                           "must be an IANA time zone or an offset, such as 'Europe/Berlin'.");
    }
    value = std::move(*zone);
    return true;
}

bool Codec<base::TimeZone>::read(const boost::json::value& from, base::TimeZone& value,
                                 const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<base::TimeZone>::write(const base::TimeZone& value, std::string& out, Dialect)
{
    write_string(out, value.name());
}

void Codec<base::TimeZone>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
}

}  // namespace todod::schema
