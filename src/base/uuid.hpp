#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace todod::base {

/// A UUID (RFC 9562) as its 16 bytes, most significant first.
struct Uuid {
    std::array<std::byte, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;
};

/// Reads 8-4-4-4-12 hexadecimal digits, in either case; nothing else.
std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

/// Lower case, 36 characters.
std::string to_string(const Uuid& uuid);

/// Appends what to_string would give, without allocating on its own.
void append(std::string& out, const Uuid& uuid);

/// A version 7 UUID: `now` in its first 48 bits, then random bits.
Uuid make_uuid_v7(Instant now, Random& random);

/// A version 4 UUID.
Uuid make_uuid_v4(Random& random);

}  // namespace todod::base
