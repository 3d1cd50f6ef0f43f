#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace todod::store {

/// A task's tags as both databases keep them: a JSON array of texts.
std::string tags_to_json(const std::vector<std::string>& tags);

/// The tags that tags_to_json made `json` of.
std::vector<std::string> tags_from_json(std::string_view json);

}  // namespace todod::store
