#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::schema {

/// How keys and enumerations are spelled on the way out. On the way in every spelling is taken.
enum class Dialect : std::uint8_t {
    tool,    ///< snake_case keys, lower-case enumerations: tools of an agent
    scoped,  ///< snake_case keys, Title case enumerations: /api/{user_id}/…
    own,     ///< camelCase keys, UPPER_CASE enumerations: /api/tasks…
};
inline constexpr std::size_t dialect_count = 3;

/// Where a field of an input stands in a request. A tool takes all but headers as arguments.
enum class Place : std::uint8_t { body, path, query, header };

/// Bounds on a value; they go into the check and into the JSON Schema alike.
struct Limits {
    std::size_t min_length = 0;  ///< code points, of a text or of each text of a list
    std::size_t max_length = std::numeric_limits<std::size_t>::max();
    std::size_t min_items = 0;  ///< in a body
    std::size_t max_items = std::numeric_limits<std::size_t>::max();
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    bool trimmed = false;       ///< white space at both ends is taken away before counting
    bool unique = false;        ///< of a list: a later duplicate is dropped
    bool printable = false;     ///< no control characters
    std::string_view format{};  ///< JSON Schema's `format`
};

/// Collects what is wrong with an input, and knows where in it the reading is.
class Reader {
public:
    /// What is wrong beyond so much is not noted, and of a longer key only so many bytes: an answer
    /// must not be many times its question.
    static constexpr std::size_t max_violations = 50;
    static constexpr std::size_t max_key_bytes = 64;

    Reader() = default;
    explicit Reader(bool ignore_unknown, Dialect dialect = Dialect::scoped)
        : ignore_unknown_(ignore_unknown), is_tool_(dialect == Dialect::tool)
    {
    }

    bool ignore_unknown() const noexcept { return ignore_unknown_; }
    /// An empty text for a field that may be left out is as if it were, and so is null where that
    /// says nothing else: so models leave it out.
    bool drops_empty() const noexcept { return is_tool_; }
    void enter(std::string_view step) { loc_.emplace_back(base::cut(step, max_key_bytes)); }
    void leave() { loc_.pop_back(); }

    /// Notes that the value at the present place breaks a rule. Always false, for `return`.
    bool fail(std::string_view type, std::string msg);

    bool is_full() const noexcept { return violations_.size() >= max_violations; }
    bool ok() const noexcept { return violations_.empty(); }
    std::size_t count() const noexcept { return violations_.size(); }
    std::vector<base::Violation> take() { return std::move(violations_); }

private:
    bool ignore_unknown_ = false;
    bool is_tool_ = false;
    std::vector<std::string> loc_;
    std::vector<base::Violation> violations_;
};

/// One member of a type: its names, its rules, and how it is read, written and described.
struct Field {
    std::string name;         ///< snake_case; a header's own name ("If-Match")
    std::string camel;        ///< camelCase
    std::string name_member;  ///< `,"name":` as a JSON object has it
    std::string camel_member;
    std::string_view doc;
    std::string_view example;  ///< JSON text; empty: none
    Place place = Place::body;
    bool required = false;
    bool repeats = false;     ///< in a query or the headers: may be given more than once
    bool omits_null = false;  ///< null is not written: the member is not there
    bool tells_null = false;  ///< null is another thing than to leave it out
    Limits limits;

    /// Each takes the object that holds the member.
    bool (*read)(const boost::json::value& from, void* object, const Field&, Reader&) = nullptr;
    bool (*parse)(std::string_view text, void* object, const Field&, Reader&) = nullptr;
    void (*write)(const void* object, std::string& out, Dialect) = nullptr;
    /// The field's JSON Schema, without doc and example.
    void (*describe)(boost::json::object& schema, const Field&, Dialect) = nullptr;

    const std::string& key(Dialect dialect) const noexcept
    {
        return dialect == Dialect::own ? camel : name;
    }
    const std::string& member(Dialect dialect) const noexcept
    {
        return dialect == Dialect::own ? camel_member : name_member;
    }
};

/// A described struct. There is one of each, made on first use and never changed.
struct Type {
    std::string_view name;  ///< as in the OpenAPI document
    std::string_view doc;
    std::vector<Field> fields;
    bool is_input = false;  ///< where it is a part of another, it is described as an input is

    /// By either spelling; null if there is none.
    const Field* find(std::string_view key, Place place) const noexcept;

    bool has(Place place) const noexcept;
};

struct NamedText {
    std::string_view name;
    std::string_view value;
};

/// The parts of a request that an input is read from.
struct RawInput {
    std::span<const NamedText> path;
    std::span<const NamedText> query;  ///< decoded
    std::span<const NamedText> headers;
    const boost::json::value* body = nullptr;  ///< null: none was sent
};

/// Reads every field from its place into `object` (a struct of `type`). Notes all that is wrong
/// with `reader`: missing, unknown (with the nearest known name), of the wrong type, out of bounds.
void read_input(const RawInput& from, void* object, const Type& type, Reader& reader);

/// Reads a JSON object's members into the body fields of `object`.
bool read_object(const boost::json::value& from, void* object, const Type& type, Reader& reader);

/// Appends `object` as a JSON object.
void write_object(const void* object, const Type& type, std::string& out, Dialect dialect);

/// JSON Schema 2020-12 of the fields at `place`, closed (`additionalProperties: false`) for inputs.
boost::json::object object_schema(const Type& type, Dialect dialect, Place place, bool closed);

/// One field's schema with its doc and example.
boost::json::object field_schema(const Field& field, Dialect dialect);

}  // namespace todod::schema
