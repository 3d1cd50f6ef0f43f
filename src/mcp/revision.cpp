#include "mcp/revision.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace todod::mcp {

namespace {

constexpr std::array<std::string_view, 5> names{"2024-11-05", "2025-03-26", "2025-06-18",
                                                "2025-11-25", "2026-07-28"};
constexpr std::size_t first_modern = static_cast<std::size_t>(newest_legacy) + 1;

}  // namespace

std::string_view to_string(Revision revision) noexcept
{
    return names[static_cast<std::size_t>(revision)];
}

std::optional<Revision> find_revision(std::string_view name) noexcept
{
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Revision>(found - names.begin());
}

std::span<const std::string_view> modern_revisions() noexcept
{
    return std::span{names}.subspan(first_modern);
}

}  // namespace todod::mcp
