#pragma once

#include <string>
#include <string_view>

namespace todod::schema {

/// Appends `text` as a JSON string with its quotes (RFC 8259 §7).
void write_string(std::string& out, std::string_view text);

}  // namespace todod::schema
