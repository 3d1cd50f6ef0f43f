#pragma once

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "schema/type.hpp"

namespace todod::schema {

/// A field that tells "left out" from every value it can have, null among them.
template <class T>
struct Sent {
    bool given = false;
    T value{};

    bool operator==(const Sent&) const = default;
};

/// The one description of a struct, to be defined beside it: `template <> const Type&
/// type_of<T>()`.
template <class T>
const Type& type_of() = delete;

/// An enumeration's values in each dialect's spelling, to be defined beside it.
template <class E>
struct EnumValue {
    E value;
    std::array<std::string_view, dialect_count> names;
};
template <class E>
struct EnumNames;  // static constexpr std::array<EnumValue<E>, n> values

template <class E>
concept Named = requires { EnumNames<E>::values; };

template <class T>
concept Described = requires {
    { type_of<T>() } -> std::same_as<const Type&>;
};

/// How a value is read, written and described. Specialise it for a type with a form of its own.
///
///     read      from JSON; false, and noted with the reader, when it cannot be
///     parse     from the text of a path, query or header
///     write     appends JSON
///     describe  fills in its JSON Schema
template <class V>
struct Codec;

template <>
struct Codec<std::string> {
    static bool read(const boost::json::value&, std::string&, const Limits&, Reader&);
    static bool parse(std::string_view, std::string&, const Limits&, Reader&);
    static void write(const std::string&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
struct Codec<bool> {
    static bool read(const boost::json::value&, bool&, const Limits&, Reader&);
    static bool parse(std::string_view, bool&, const Limits&, Reader&);
    static void write(bool, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
struct Codec<std::int64_t> {
    static bool read(const boost::json::value&, std::int64_t&, const Limits&, Reader&);
    static bool parse(std::string_view, std::int64_t&, const Limits&, Reader&);
    static void write(std::int64_t, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
struct Codec<base::Uuid> {
    static bool read(const boost::json::value&, base::Uuid&, const Limits&, Reader&);
    static bool parse(std::string_view, base::Uuid&, const Limits&, Reader&);
    static void write(const base::Uuid&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
struct Codec<base::Instant> {
    static bool read(const boost::json::value&, base::Instant&, const Limits&, Reader&);
    static bool parse(std::string_view, base::Instant&, const Limits&, Reader&);
    static void write(base::Instant, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

/// By its IANA name or offset; never written.
template <>
struct Codec<base::TimeZone> {
    static bool read(const boost::json::value&, base::TimeZone&, const Limits&, Reader&);
    static bool parse(std::string_view, base::TimeZone&, const Limits&, Reader&);
    static void write(const base::TimeZone&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

namespace detail {

using NameList = std::span<const std::string_view>;

/// Index into `names` (all values of one dialect after another) of `text`, without regard to case.
std::optional<std::size_t> find_name(std::string_view text, NameList names);
bool fail_enum(std::string_view text, NameList names, Reader&);
bool read_text(const boost::json::value&, std::string_view& text, Reader&);
bool is_null(const boost::json::value&) noexcept;
/// A number without a fraction that fits, however it is written: 1, 1.0, 1e0.
std::optional<std::int64_t> whole_number(const boost::json::value&) noexcept;
const boost::json::value* array_begin(const boost::json::value&, std::size_t& size);
bool check_items(std::size_t size, const Limits&, Reader&);
bool check_few_items(std::size_t size, const Limits&, Reader&);
void describe_enum(boost::json::object&, NameList names);
void describe_array(boost::json::object&, boost::json::object item, const Limits&);
void describe_nullable(boost::json::object&);
void describe_reference(boost::json::object&, const Type&, Dialect);

template <class E>
constexpr auto names_of(std::size_t dialect)
{
    constexpr std::size_t count = EnumNames<E>::values.size();
    std::array<std::string_view, count> names;
    for (std::size_t i = 0; i < count; ++i)
        names[i] = EnumNames<E>::values[i].names[dialect];
    return names;
}

}  // namespace detail

template <Named E>
struct Codec<E> {
    static bool parse(std::string_view text, E& value, const Limits&, Reader& reader)
    {
        for (std::size_t dialect = 0; dialect < dialect_count; ++dialect) {
            const auto names = detail::names_of<E>(dialect);
            if (const auto index = detail::find_name(text, names)) {
                value = EnumNames<E>::values[*index].value;
                return true;
            }
        }
        return detail::fail_enum(text, detail::names_of<E>(0), reader);
    }
    static bool read(const boost::json::value& from, E& value, const Limits& limits, Reader& reader)
    {
        std::string_view text;
        return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
    }
    static std::string_view name(E value, Dialect dialect)
    {
        for (const auto& known : EnumNames<E>::values) {
            if (known.value == value) return known.names[static_cast<std::size_t>(dialect)];
        }
        return {};
    }
    static void write(E value, std::string& out, Dialect dialect)
    {
        out += '"';
        out += name(value, dialect);
        out += '"';
    }
    static void describe(boost::json::object& schema, const Limits&, Dialect dialect)
    {
        detail::describe_enum(schema, detail::names_of<E>(static_cast<std::size_t>(dialect)));
    }
};

/// Null, or a value. Text that is parsed after other text goes on with the value that is there.
template <class V>
struct Codec<std::optional<V>> {
    static bool read(const boost::json::value& from, std::optional<V>& value, const Limits& limits,
                     Reader& reader)
    {
        value.reset();
        if (detail::is_null(from)) return true;
        V inner = initial();
        if (!Codec<V>::read(from, inner, limits, reader)) return false;
        value = std::move(inner);
        return true;
    }
    static bool parse(std::string_view text, std::optional<V>& value, const Limits& limits,
                      Reader& reader)
    {
        V inner = value ? *value : initial();
        if (!Codec<V>::parse(text, inner, limits, reader)) return false;
        value = std::move(inner);
        return true;
    }
    static void write(const std::optional<V>& value, std::string& out, Dialect dialect)
    {
        if (value) {
            Codec<V>::write(*value, out, dialect);
        } else {
            out += "null";
        }
    }
    static void describe(boost::json::object& schema, const Limits& limits, Dialect dialect)
    {
        Codec<V>::describe(schema, limits, dialect);
        detail::describe_nullable(schema);
    }

private:
    static V initial()
    {
        if constexpr (std::is_same_v<V, base::TimeZone>) {
            return base::TimeZone::utc();
        } else {
            return V{};
        }
    }
};

/// One that is not given is not written: the member is not there.
template <class V>
struct Codec<Sent<V>> {
    static bool read(const boost::json::value& from, Sent<V>& value, const Limits& limits,
                     Reader& reader)
    {
        value.given = true;
        return Codec<V>::read(from, value.value, limits, reader);
    }
    static bool parse(std::string_view text, Sent<V>& value, const Limits& limits, Reader& reader)
    {
        value.given = true;
        return Codec<V>::parse(text, value.value, limits, reader);
    }
    static void write(const Sent<V>& value, std::string& out, Dialect dialect)
    {
        if (value.given) Codec<V>::write(value.value, out, dialect);
    }
    static void describe(boost::json::object& schema, const Limits& limits, Dialect dialect)
    {
        Codec<V>::describe(schema, limits, dialect);
    }
};

/// From a query, each occurrence adds one.
template <class V>
struct Codec<std::vector<V>> {
    static bool read(const boost::json::value& from, std::vector<V>& values, const Limits& limits,
                     Reader& reader)
    {
        std::size_t size = 0;
        const auto* items = detail::array_begin(from, size);
        if (items == nullptr) return reader.fail("array_type", "must be a list.");
        if (!detail::check_items(size, limits, reader)) return false;
        if (!detail::check_few_items(size, limits, reader)) return false;
        values.clear();
        bool ok = true;
        for (std::size_t i = 0; i < size; ++i) {
            reader.enter(std::to_string(i));
            V item{};
            ok = Codec<V>::read(items[i], item, limits, reader) && ok;
            reader.leave();
            add(values, std::move(item), limits);
        }
        return ok;
    }
    static bool parse(std::string_view text, std::vector<V>& values, const Limits& limits,
                      Reader& reader)
    {
        V item{};
        if (!Codec<V>::parse(text, item, limits, reader)) return false;
        if (!detail::check_items(values.size() + 1, limits, reader)) return false;
        add(values, std::move(item), limits);
        return true;
    }
    static void write(const std::vector<V>& values, std::string& out, Dialect dialect)
    {
        const std::size_t start = out.size();
        out += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i != 0) out += ',';
            Codec<V>::write(values[i], out, dialect);
            // The others are about as long as the first.
            if (i == 0) out.reserve(start + (out.size() - start) * (values.size() + 1));
        }
        out += ']';
    }
    static void describe(boost::json::object& schema, const Limits& limits, Dialect dialect);

private:
    static void add(std::vector<V>& values, V item, [[maybe_unused]] const Limits& limits)
    {
        if constexpr (std::equality_comparable<V>) {
            if (limits.unique && std::ranges::find(values, item) != values.end()) return;
        }
        values.push_back(std::move(item));
    }
};

/// A struct within a struct.
template <Described T>
struct Codec<T> {
    static bool read(const boost::json::value& from, T& value, const Limits&, Reader& reader)
    {
        return read_object(from, &value, type_of<T>(), reader);
    }
    static bool parse(std::string_view, T&, const Limits&, Reader& reader)
    {
        return reader.fail("object_type", "must be an object.");
    }
    static void write(const T& value, std::string& out, Dialect dialect)
    {
        write_object(&value, type_of<T>(), out, dialect);
    }
    static void describe(boost::json::object& schema, const Limits&, Dialect dialect)
    {
        detail::describe_reference(schema, type_of<T>(), dialect);
    }
};

}  // namespace todod::schema
