#include "db/postgres/binary.hpp"

#include <chrono>
#include <cstring>

#include "base/error.hpp"

namespace todod::db::postgres {

namespace {

/// PostgreSQL counts from here, not from 1970.
constexpr base::Instant epoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

[[noreturn]] void refuse()
{
    throw base::Error{base::ErrorCode::internal, "a value from the database is of another type"};
}

}  // namespace

namespace detail {

void write_integer(std::uint64_t value, std::size_t bytes, std::string& out)
{
    for (std::size_t i = bytes; i-- > 0;)
        out += static_cast<char>(value >> (8 * i));
}

std::uint64_t read_integer(std::string_view bytes, std::size_t size)
{
    if (bytes.size() != size) refuse();
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

}  // namespace detail

void Binary<base::Uuid>::write(const base::Uuid& value, std::string& out)
{
    out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
}

base::Uuid Binary<base::Uuid>::read(std::string_view bytes)
{
    base::Uuid value;
    if (bytes.size() != value.bytes.size()) refuse();
    std::memcpy(value.bytes.data(), bytes.data(), bytes.size());
    return value;
}

void Binary<base::Instant>::write(base::Instant value, std::string& out)
{
    const std::chrono::microseconds since = value - epoch;
    Binary<std::int64_t>::write(since.count(), out);
}

base::Instant Binary<base::Instant>::read(std::string_view bytes)
{
    const std::chrono::microseconds since{Binary<std::int64_t>::read(bytes)};
    return epoch + std::chrono::floor<std::chrono::milliseconds>(since);
}

void Binary<Lexemes>::write(const Lexemes& value, std::string& out)
{
    detail::write_integer(value.words.size(), 4, out);
    for (const std::string& word : value.words) {
        out += word;
        out += '\0';
        detail::write_integer(0, 2, out);  // without positions
    }
}

}  // namespace todod::db::postgres
