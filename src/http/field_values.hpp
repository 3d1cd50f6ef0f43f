#pragma once

#include <string_view>

namespace todod::http {

/// Takes the next element off a comma-separated list; it may be empty. The list is empty after the
/// last one.
std::string_view take_element(std::string_view& list) noexcept;

/// Whether an Accept-Encoding allows gzip (RFC 9110 §12.5.3; a weight of 0 does not).
bool accepts_gzip(std::string_view accept_encoding) noexcept;

/// Whether an Accept names text/html.
bool accepts_html(std::string_view accept) noexcept;

/// Whether an Accept names text/event-stream.
bool accepts_events(std::string_view accept) noexcept;

/// Whether a Content-Type is application/json or ends with +json, with no charset but UTF-8; other
/// parameters do not matter.
bool is_json(std::string_view content_type) noexcept;

/// Whether a Content-Type is text that is worth packing.
bool is_packable(std::string_view content_type) noexcept;

/// Whether an If-None-Match names `etag`, by weak comparison (RFC 9110 §13.1.2).
bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

}  // namespace todod::http
