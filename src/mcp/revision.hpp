#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace todod::mcp {

/// The revisions of the Model Context Protocol that are spoken, oldest first.
///
/// The legacy ones begin with `initialize`. In the modern one there is no such thing: every request
/// says by itself what it needs (params._meta), and over HTTP its headers repeat the gist of it.
enum class Revision : std::uint8_t {
    v2024_11_05,
    v2025_03_26,
    v2025_06_18,
    v2025_11_25,
    v2026_07_28,
};

inline constexpr Revision newest_legacy = Revision::v2025_11_25;

constexpr bool is_modern(Revision revision) noexcept
{
    return revision > newest_legacy;
}

std::string_view to_string(Revision revision) noexcept;  ///< "2025-11-25"

/// Nothing where it is not spoken.
std::optional<Revision> find_revision(std::string_view name) noexcept;

/// The names of the modern ones.
std::span<const std::string_view> modern_revisions() noexcept;

}  // namespace todod::mcp
