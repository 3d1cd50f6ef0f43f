#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace todod::base {

/// The variables of a `.env` file, read as python-dotenv reads it, but for `${…}`, which is left
/// as it stands:
///
///     # a comment
///     export NAME=a value with spaces   # a comment, since white space stands before it
///     NAME='as it is, but for \' and \\'
///     NAME="several lines, with escapes such as \n and \""
///
/// The last of several lines for a name wins; a name without `=` sets nothing. Throws
/// Error{invalid} that names the line that is malformed, and says nothing of what stands there.
std::map<std::string, std::string, std::less<>> parse_dotenv(std::string_view text);

}  // namespace todod::base
