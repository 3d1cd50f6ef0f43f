#include "schema/type.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <ranges>

#include "base/text.hpp"

namespace todod::schema {

namespace {

std::string_view place_name(Place place)
{
    switch (place) {
        case Place::body:
            return "body";
        case Place::path:
            return "path";
        case Place::query:
            return "query";
        case Place::header:
            return "header";
    }
    return "body";
}

/// One of the words of a snake_case name.
bool has_word(std::string_view name, std::string_view word)
{
    for (const auto part : std::views::split(name, '_')) {
        if (base::equals_ignoring_case(std::string_view{part}, word)) return true;
    }
    return false;
}

/// The field that has `key` for a word of its name, as "task_id" has "id": the only one, or the
/// only one that is required.
std::optional<std::string_view> find_by_word(std::string_view key,
                                             std::span<const Field* const> known)
{
    std::vector<const Field*> found;
    std::ranges::copy_if(known, std::back_inserter(found),
                         [&](const Field* field) { return has_word(field->name, key); });
    if (found.size() > 1) std::erase_if(found, [](const Field* field) { return !field->required; });
    if (found.size() != 1) return std::nullopt;
    return found.front()->name;
}

/// What `key` may have been meant to be, in its own spelling.
std::optional<std::string_view> find_meant(std::string_view key, const Type& type, Place place)
{
    const bool is_camel = std::ranges::any_of(key, [](char c) { return c >= 'A' && c <= 'Z'; });
    std::vector<const Field*> known;
    std::vector<std::string_view> names;
    for (const Field& field : type.fields) {
        if (field.place != place || (field.read == nullptr && field.parse == nullptr)) continue;
        known.push_back(&field);
        names.push_back(field.name);
        if (is_camel && field.camel != field.name) names.push_back(field.camel);
    }
    if (const auto nearest = base::find_nearest(key, names)) return nearest;
    return find_by_word(key, known);
}

void fail_unknown(std::string_view key, const Type& type, Place place, Reader& reader)
{
    if (reader.is_full()) return;  // before a search that nobody would see the outcome of
    std::string msg = "is not a known ";
    msg += place == Place::query ? "query parameter" : "field";
    if (const auto meant = find_meant(key, type, place)) {
        msg += "; did you mean '";
        msg += *meant;
        msg += "'?";
    } else {
        msg += '.';
    }
    reader.fail("unknown_field", std::move(msg));
}

/// Which fields of a type have been seen: a bit each (types are far smaller than 64 fields).
class Seen {
public:
    bool add(const Type& type, const Field& field)
    {
        const std::uint64_t bit = std::uint64_t{1} << (&field - type.fields.data());
        const bool first = (bits_ & bit) == 0;
        bits_ |= bit;
        return first;
    }
    bool has(std::size_t index) const { return (bits_ >> index & 1) != 0; }

private:
    std::uint64_t bits_ = 0;
};

void fail_missing(const Type& type, Place place, const Seen& seen, Reader& reader)
{
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
        const Field& field = type.fields[i];
        if (field.place != place || !field.required || seen.has(i)) continue;
        reader.enter(field.name);
        reader.fail("missing", "is required.");
        reader.leave();
    }
}

/// Of a name that the type does not have: requests have other headers and path parameters too.
bool is_refused(std::string_view unknown, Place place, const Reader& reader)
{
    return place == Place::query && !reader.ignore_unknown() && !unknown.starts_with('_');
}

void read_texts(std::span<const NamedText> texts, void* object, const Type& type, Place place,
                Reader& reader)
{
    Seen seen;
    reader.enter(place_name(place));
    for (const NamedText& text : texts) {
        const Field* field = type.find(text.name, place);
        if (field == nullptr && !is_refused(text.name, place, reader)) continue;
        reader.enter(text.name);
        if (field == nullptr) {
            fail_unknown(text.name, type, place, reader);
        } else if (!seen.add(type, *field) && !field->repeats) {
            reader.fail("repeated", "may be given only once.");
        } else {
            field->parse(text.value, object, *field, reader);
        }
        reader.leave();
    }
    fail_missing(type, place, seen, reader);
    reader.leave();
}

bool is_number(std::string_view step)
{
    return std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_dropped(const Field& field, const boost::json::value& value)
{
    if (field.required) return false;
    if (value.is_null()) return !field.tells_null;
    return value.is_string() && value.get_string().empty();
}

}  // namespace

bool Reader::fail(std::string_view type, std::string msg)
{
    if (is_full()) return false;
    // "title …", of a list's item "tags.2 …", to an agent "tags[2] …"; the first step is the place
    // alone.
    std::string text = loc_.size() > 1 ? loc_[1] : is_tool_ ? "What is given" : "The body";
    for (std::size_t i = 2; i < loc_.size(); ++i) {
        const bool is_index = is_tool_ && is_number(loc_[i]);
        text += is_index ? '[' : '.';
        text += loc_[i];
        if (is_index) text += ']';
    }
    text += ' ';
    text += msg;
    violations_.push_back({loc_, std::move(text), std::string{type}});
    return false;
}

const Field* Type::find(std::string_view key, Place place) const noexcept
{
    for (const Field& field : fields) {
        if (field.place != place || field.parse == nullptr) continue;
        if (field.name == key || field.camel == key) return &field;
        if (place == Place::header && base::equals_ignoring_case(field.name, key)) return &field;
    }
    return nullptr;
}

bool Type::has(Place place) const noexcept
{
    return std::ranges::any_of(
        fields, [&](const Field& field) { return field.place == place && field.parse != nullptr; });
}

void read_input(const RawInput& from, void* object, const Type& type, Reader& reader)
{
    if (type.has(Place::path)) read_texts(from.path, object, type, Place::path, reader);
    read_texts(from.query, object, type, Place::query, reader);
    if (type.has(Place::header)) read_texts(from.headers, object, type, Place::header, reader);
    if (!type.has(Place::body)) return;
    reader.enter("body");
    if (from.body == nullptr) {
        reader.fail("missing", "is required.");
    } else {
        read_object(*from.body, object, type, reader);
    }
    reader.leave();
}

bool read_object(const boost::json::value& from, void* object, const Type& type, Reader& reader)
{
    const auto* members = from.if_object();
    if (members == nullptr) return reader.fail("object_type", "must be an object.");
    const std::size_t before = reader.count();
    Seen seen;
    for (const auto& [key, value] : *members) {
        const Field* field = type.find(key, Place::body);
        if (field == nullptr && reader.ignore_unknown()) continue;
        if (field != nullptr && reader.drops_empty() && is_dropped(*field, value)) continue;
        reader.enter(key);
        if (field == nullptr) {
            fail_unknown(key, type, Place::body, reader);
        } else if (!seen.add(type, *field)) {
            reader.fail("repeated", "is given twice, in two spellings.");
        } else {
            field->read(value, object, *field, reader);
        }
        reader.leave();
    }
    fail_missing(type, Place::body, seen, reader);
    return reader.count() == before;
}

void write_object(const void* object, const Type& type, std::string& out, Dialect dialect)
{
    const std::size_t start = out.size();
    for (const Field& field : type.fields) {
        const std::size_t before = out.size();
        out += field.member(dialect);
        const std::size_t value = out.size();
        field.write(object, out, dialect);
        const bool is_absent = out.size() == value;
        const bool is_null = field.omits_null && !field.tells_null && out.ends_with(":null");
        if (is_absent || is_null) out.resize(before);
    }
    if (out.size() == start) out += ',';
    out[start] = '{';
    out += '}';
}

boost::json::object field_schema(const Field& field, Dialect dialect)
{
    boost::json::object schema;
    field.describe(schema, field, dialect);
    if (!field.doc.empty()) schema["description"] = field.doc;
    if (!field.example.empty()) {
        schema["examples"] = boost::json::array{boost::json::parse(field.example)};
    }
    return schema;
}

boost::json::object object_schema(const Type& type, Dialect dialect, Place place, bool closed)
{
    boost::json::object properties;
    boost::json::array required;
    for (const Field& field : type.fields) {
        if (field.place != place) continue;
        const std::string& key = field.key(dialect);
        properties[key] = field_schema(field, dialect);
        if (field.required || (!closed && !field.omits_null)) required.emplace_back(key);
    }
    boost::json::object schema;
    schema["type"] = "object";
    schema["description"] = type.doc;
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    if (closed) schema["additionalProperties"] = false;
    return schema;
}

}  // namespace todod::schema
