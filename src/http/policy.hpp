#pragma once

#include <string_view>

namespace todod::http {

/// What a browser may do with an answer.
enum class Policy {
    file,    ///< nothing, were it shown as a page
    docs,    ///< a page that Swagger UI or Redoc fills, which bring styles and workers of their own
    page,    ///< the page at /: its own files, and the API
    worker,  ///< its service worker, which asks todod for all that the page may
};

/// Its fields, each with its line's end.
std::string_view fields(Policy policy) noexcept;

}  // namespace todod::http
