#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace todod::base {

/// Unicode code points in `utf8`, which must be valid (json and http see to that).
std::size_t count_code_points(std::string_view utf8) noexcept;

bool is_valid_utf8(std::string_view bytes) noexcept;

/// At most the first `max_bytes` of `utf8`, that end with a whole code point.
std::string_view cut(std::string_view utf8, std::size_t max_bytes) noexcept;

/// At most the first `max_code_points` of `utf8`.
std::string_view cut_code_points(std::string_view utf8, std::size_t max_code_points) noexcept;

/// Whether there is a control character (C0, DEL, C1) in `utf8`.
bool has_control_character(std::string_view utf8) noexcept;

/// Without what shows nothing or turns the order of what does: format characters (Cf, as marks of
/// direction, joiners and tags), line and paragraph separators, and U+E0000 to U+E0FFF.
std::string without_invisible(std::string_view utf8);

/// Without the Unicode white space at both ends.
std::string_view trim(std::string_view utf8) noexcept;

/// Without the spaces and tabs at both ends (OWS of RFC 9110 §5.6.3).
std::string_view trim_spaces(std::string_view text) noexcept;

/// For comparing without case (Unicode's full case folding, then NFC).
std::string fold_case(std::string_view utf8);

/// ASCII only: for names of headers, enumerations and variables.
std::string to_lower(std::string_view ascii);
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// ASCII only: "due_date" → "dueDate".
std::string to_camel_case(std::string_view snake);

/// Of `candidates`, the one with the fewest edits to `word` without regard to case, if it is near
/// enough to be what was meant (at most a third of its length, two at least, and something left as
/// it was): for "did you mean". A swap of neighbours is one edit; of equals, the first is taken.
std::optional<std::string_view> find_nearest(std::string_view word,
                                             std::span<const std::string_view> candidates);

/// Percent-decodes a path segment or a query component; `plus_is_space` in a query. Nothing when
/// an escape is broken or the outcome is not valid UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Encodes all but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);

/// RFC 4648 §5, without padding; decoding is strict (alphabet, length, unused bits zero).
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// RFC 4648 §4, with padding.
std::string base64_encode(std::string_view bytes);

/// Whether both are the same, in a time that tells nothing but their lengths.
bool equals_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace todod::base
