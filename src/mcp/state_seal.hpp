#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace todod::mcp {

/// Seals what a client is given to keep until it tries again, since nothing is kept here: it is
/// believed unchanged alone, from the same user, for the same purpose, and for a while. The client
/// can read it, and can bring it again and again while it holds.
class StateSeal {
public:
    static constexpr std::chrono::minutes lifetime{10};

    /// `key` is secret, and the same wherever the next try may end up. `clock` must outlive this.
    StateSeal(std::string key, const base::Clock& clock);

    /// `purpose` says what it is for: the method, and the name of the tool or prompt.
    std::string seal(std::string_view user_id, std::string_view purpose,
                     std::string_view content) const;

    /// The content. Throws Error{invalid} when the seal does not hold.
    std::string open(std::string_view user_id, std::string_view purpose,
                     std::string_view sealed) const;

private:
    std::string sign(std::string_view user_id, std::string_view purpose,
                     std::string_view signed_text) const;

    const std::string key_;
    const base::Clock& clock_;
};

}  // namespace todod::mcp
