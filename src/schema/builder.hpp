#pragma once

#include <boost/json/object.hpp>
#include <type_traits>

#include "base/text.hpp"
#include "schema/codec.hpp"

namespace todod::schema {

template <class V>
void Codec<std::vector<V>>::describe(boost::json::object& schema, const Limits& limits,
                                     Dialect dialect)
{
    boost::json::object item;
    Codec<V>::describe(item, limits, dialect);
    detail::describe_array(schema, std::move(item), limits);
}

/// What is said of a field beside its name, member and doc.
struct FieldOptions {
    bool required = false;
    Place place = Place::body;
    bool omits_null = false;  ///< as Field's
    bool repeats = false;     ///< for what is no list, but whose codec adds to what is there
    std::string_view example{};
    Limits limits{};
};

namespace detail {

template <class M>
struct MemberOf;
template <class T, class V>
struct MemberOf<V T::*> {
    using Object = T;
    using Value = V;
};

template <class V>
inline constexpr bool is_list = false;
template <class V>
inline constexpr bool is_list<std::vector<V>> = true;

template <class V>
inline constexpr bool tells_null = false;
template <class V>
inline constexpr bool tells_null<Sent<std::optional<V>>> = true;

template <class T, auto member>
struct Access {
    using Object = typename MemberOf<decltype(member)>::Object;
    static_assert(std::is_base_of_v<Object, T>);
    using Value = typename MemberOf<decltype(member)>::Value;

    static bool read(const boost::json::value& from, void* object, const Field& field, Reader& to)
    {
        return Codec<Value>::read(from, static_cast<T*>(object)->*member, field.limits, to);
    }
    static bool parse(std::string_view text, void* object, const Field& field, Reader& to)
    {
        return Codec<Value>::parse(text, static_cast<T*>(object)->*member, field.limits, to);
    }
    static void write(const void* object, std::string& out, Dialect dialect)
    {
        Codec<Value>::write(static_cast<const T*>(object)->*member, out, dialect);
    }
    static void describe(boost::json::object& schema, const Field& field, Dialect dialect)
    {
        Codec<Value>::describe(schema, field.limits, dialect);
    }
};

template <class T, auto function>
struct Computed {
    using Value = std::invoke_result_t<decltype(function), const T&>;

    static void write(const void* object, std::string& out, Dialect dialect)
    {
        Codec<Value>::write(function(*static_cast<const T*>(object)), out, dialect);
    }
    static void describe(boost::json::object& schema, const Field& field, Dialect dialect)
    {
        Codec<Value>::describe(schema, field.limits, dialect);
    }
};

}  // namespace detail

/// Describes a struct, member by member, in the order in which it is written:
///
///     static const Type type = TypeBuilder<Task>{"Task", "One thing to do."}
///         .field<&Task::title>("title", "What is to be done.", {.required = true})
///         .computed<&is_completed>("completed", "Whether its status is completed.")
///         .done();
template <class T>
class TypeBuilder {
public:
    TypeBuilder(std::string_view name, std::string_view doc) : type_{name, doc, {}} {}

    template <auto member>
    TypeBuilder& field(std::string_view name, std::string_view doc, FieldOptions options = {})
    {
        using Access = detail::Access<T, member>;
        Field& field = add(name, doc, options);
        field.repeats = options.repeats || detail::is_list<typename Access::Value>;
        field.tells_null = detail::tells_null<typename Access::Value>;
        field.read = &Access::read;
        field.parse = &Access::parse;
        field.write = &Access::write;
        field.describe = &Access::describe;
        return *this;
    }

    /// Written but never read: what follows from other members.
    template <auto function>
    TypeBuilder& computed(std::string_view name, std::string_view doc, FieldOptions options = {})
    {
        using Computed = detail::Computed<T, function>;
        Field& field = add(name, doc, options);
        field.write = &Computed::write;
        field.describe = &Computed::describe;
        return *this;
    }

    /// That it is read, also where it is a part of another (Type::is_input).
    TypeBuilder& as_input()
    {
        type_.is_input = true;
        return *this;
    }

    Type done() { return std::move(type_); }

private:
    Field& add(std::string_view name, std::string_view doc, const FieldOptions& options)
    {
        Field& field = type_.fields.emplace_back();
        field.name = name;
        field.camel =
            options.place == Place::header ? std::string{name} : base::to_camel_case(name);
        field.name_member = fmt::format(",\"{}\":", field.name);
        field.camel_member = fmt::format(",\"{}\":", field.camel);
        field.doc = doc;
        field.example = options.example;
        field.place = options.place;
        field.required = options.required;
        field.omits_null = options.omits_null;
        field.limits = options.limits;
        return field;
    }

    Type type_;
};

}  // namespace todod::schema
