#pragma once

#include <string>
#include <string_view>

namespace todod::cli {

/// The token for a server: what is in the file, or TODOD_TOKEN where `token_file` is empty. Throws
/// Error{unauthorized} where there is none.
std::string read_token(const std::string& token_file);

/// Of `path` on what --server names. Throws Error{bad_request} where that is no URL.
std::string url_on(std::string server, std::string_view path);

}  // namespace todod::cli
