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

/// Takes a number off the front of `bytes`.
std::uint64_t take_integer(std::string_view& bytes, std::size_t size)
{
    if (bytes.size() < size) refuse();
    const std::uint64_t value = detail::read_integer(bytes.substr(0, size), size);
    bytes.remove_prefix(size);
    return value;
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

void Binary<std::vector<std::string>>::write(const std::vector<std::string>& value,
                                             std::string& out)
{
    detail::write_integer(value.empty() ? 0 : 1, 4, out);  // dimensions
    detail::write_integer(0, 4, out);                      // no nulls
    detail::write_integer(Binary<std::string>::type, 4, out);
    if (value.empty()) return;
    detail::write_integer(value.size(), 4, out);
    detail::write_integer(1, 4, out);  // the first index
    for (const std::string& text : value)
        detail::write_sized(out, [&] { out += text; });
}

std::vector<std::string> Binary<std::vector<std::string>>::read(std::string_view bytes)
{
    const std::uint64_t dimensions = take_integer(bytes, 4);
    take_integer(bytes, 4);  // whether there are nulls
    if (take_integer(bytes, 4) != Binary<std::string>::type || dimensions > 1) refuse();
    std::vector<std::string> texts;
    if (dimensions == 0) return texts;
    const std::uint64_t count = take_integer(bytes, 4);
    take_integer(bytes, 4);  // the first index
    if (count > bytes.size()) refuse();
    texts.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t size = take_integer(bytes, 4);
        if (size > bytes.size()) refuse();  // a null, too
        texts.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return texts;
}

}  // namespace todod::db::postgres
