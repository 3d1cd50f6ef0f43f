#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/type.hpp"

namespace todod::mcp {

/// By what names clients may ask, and from which pages: what keeps a page of another site, whose
/// name leads here (DNS rebinding), from the server.
struct Access {
    std::vector<std::string> hosts;    ///< as Host has them; those without a port stand for all
    std::vector<std::string> origins;  ///< "*" is all that have a name
    bool is_local = false;             ///< only this machine can connect
    bool is_behind_proxy = false;      ///< which lets others in all the same
};

/// Whether it is what Host may be: a name or an address, an IPv6 one in brackets, with a port or
/// without.
bool is_host(std::string_view text) noexcept;

/// Whether `origin` is of a page of this machine, and only this machine is let in.
bool is_local_page(const Access& access, std::string_view origin) noexcept;

/// A local server is asked as localhost, 127.0.0.1 or [::1], or as one of the hosts; any other by
/// any name, but where there are hosts by one of them or as a local one. A page's origin must be
/// one of the origins, for a local server one of this machine, or the host's own where that has
/// been looked at. Who sends no Origin is no page. Throws Error{forbidden} that names what is
/// wrong.
void check(const Access& access, std::span<const schema::NamedText> headers);

}  // namespace todod::mcp
