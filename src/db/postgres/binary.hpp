#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace todod::db::postgres {

/// The lexemes of a `tsvector`, in byte order and each once.
struct Lexemes {
    std::vector<std::string> words;
};

/// A value of type `json`, which the server keeps as it is written.
struct Json {
    std::string text;

    bool operator==(const Json&) const = default;
};

/// How a value is sent and received: PostgreSQL's binary format, which is big-endian. `type` and
/// `array_type` are the OIDs that each server has (pg_type.dat). `read` throws Error{internal} for
/// bytes of another type.
template <class T>
struct Binary;

namespace detail {

void write_integer(std::uint64_t value, std::size_t bytes, std::string& out);
std::uint64_t read_integer(std::string_view bytes, std::size_t size);

/// Writes the length of what `write` writes, and then that.
template <class Write>
void write_sized(std::string& out, Write write)
{
    const std::size_t from = out.size() + 4;
    write_integer(0, 4, out);
    write();
    const std::size_t size = out.size() - from;
    for (std::size_t i = 1; i <= 4; ++i)
        out[from - i] = static_cast<char>(size >> (8 * (i - 1)));
}

template <class T, unsigned type_oid, unsigned array_oid>
struct BinaryInteger {
    static constexpr unsigned type = type_oid;
    static constexpr unsigned array_type = array_oid;
    static void write(T value, std::string& out)
    {
        write_integer(static_cast<std::uint64_t>(value), sizeof(T), out);
    }
    static T read(std::string_view bytes) { return static_cast<T>(read_integer(bytes, sizeof(T))); }
};

}  // namespace detail

template <>
struct Binary<bool> : detail::BinaryInteger<bool, 16, 1000> {};
template <>
struct Binary<std::int16_t> : detail::BinaryInteger<std::int16_t, 21, 1005> {};
template <>
struct Binary<std::int32_t> : detail::BinaryInteger<std::int32_t, 23, 1007> {};
template <>
struct Binary<std::int64_t> : detail::BinaryInteger<std::int64_t, 20, 1016> {};

template <>
struct Binary<std::string> {
    static constexpr unsigned type = 25;
    static constexpr unsigned array_type = 1009;
    static void write(std::string_view value, std::string& out) { out += value; }
    static std::string read(std::string_view bytes) { return std::string{bytes}; }
};

template <>
struct Binary<std::string_view> : Binary<std::string> {};

template <>
struct Binary<base::Uuid> {
    static constexpr unsigned type = 2950;
    static constexpr unsigned array_type = 2951;
    static void write(const base::Uuid& value, std::string& out);
    static base::Uuid read(std::string_view bytes);
};

/// timestamptz: microseconds since 2000; what is finer than a millisecond is cut off.
template <>
struct Binary<base::Instant> {
    static constexpr unsigned type = 1184;
    static constexpr unsigned array_type = 1185;
    static void write(base::Instant value, std::string& out);
    static base::Instant read(std::string_view bytes);
};

template <>
struct Binary<Lexemes> {
    static constexpr unsigned type = 3614;
    static constexpr unsigned array_type = 3643;
    static void write(const Lexemes& value, std::string& out);
};

template <>
struct Binary<Json> {
    static constexpr unsigned type = 114;
    static constexpr unsigned array_type = 199;
    static void write(const Json& value, std::string& out) { out += value.text; }
    static Json read(std::string_view bytes) { return {std::string{bytes}}; }
};

}  // namespace todod::db::postgres
