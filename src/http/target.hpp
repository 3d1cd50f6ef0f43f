#pragma once

#include <expected>
#include <string_view>

#include "http/request.hpp"

namespace todod::http {

/// Longest request target that is read; past it 414.
inline constexpr std::size_t target_bytes_max = 8 * 1024;

struct Target {
    std::string_view path;  ///< empty: "/" (an absolute-form without a path)
    std::string_view query;
};

/// Takes a request target apart (RFC 9112 §3.2): origin-form, absolute-form, or `*` for OPTIONS.
std::expected<Target, Refusal> split_target(std::string_view target, Verb verb);

/// Whether `host` is a uri-host with an optional port (RFC 9112 §3.2), and not empty.
bool is_valid_host(std::string_view host) noexcept;

}  // namespace todod::http
