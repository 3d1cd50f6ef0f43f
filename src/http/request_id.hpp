#pragma once

#include <random>
#include <string>
#include <string_view>

namespace todod::http {

/// Whether a caller's X-Request-ID is taken over: 1–128 visible ASCII characters.
bool is_valid_request_id(std::string_view id) noexcept;

/// Makes the ids of requests that came without one: random UUIDs that are unlikely to meet, but
/// not hard to guess. One a thread.
class RequestIds {
public:
    RequestIds();

    /// Puts a new id in the place of what `id` holds.
    void make(std::string& id);

private:
    std::mt19937_64 random_;
};

}  // namespace todod::http
