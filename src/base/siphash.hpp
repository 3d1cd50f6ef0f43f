#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace todod::base {

using SipKey = std::array<std::uint64_t, 2>;

/// SipHash-2-4 (Aumasson and Bernstein, 2012): who does not know the key cannot choose texts that
/// meet in a table.
std::uint64_t siphash(const SipKey& key, std::string_view text) noexcept;

}  // namespace todod::base
