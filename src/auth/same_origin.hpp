#pragma once

#include <span>

#include "schema/type.hpp"

namespace todod::auth {

/// Throws Error{forbidden} where a browser says that a page of another origin asks, whatever the
/// method: by Sec-Fetch-Site (Fetch Metadata), which browsers send to HTTPS and to this machine; by
/// Origin, held against Host, where it is not there. What has neither is let through: no browser
/// sends what changes anything without both, and what is no browser has no page to be tricked by.
void check_same_origin(std::span<const schema::NamedText> headers);

}  // namespace todod::auth
