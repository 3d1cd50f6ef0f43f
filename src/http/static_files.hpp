#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/assets.hpp"

namespace todod::http {

/// A strong ETag with its quotes, which changes with the content.
std::string make_etag(std::string_view content);

/// Everything that is served as it is: the page at /, those of the documentation, /openapi.json.
class StaticFiles {
public:
    /// `openapi` may be null: there is no document then.
    StaticFiles(std::initializer_list<std::span<const Asset>> assets,
                std::shared_ptr<const std::string> openapi);

    std::span<const Asset> all() const noexcept { return files_; }

private:
    std::vector<Asset> files_;
    std::shared_ptr<const std::string> openapi_;
    std::string openapi_packed_;
    std::string openapi_etag_;
};

}  // namespace todod::http
