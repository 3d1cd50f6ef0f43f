#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/wiped.hpp"
#include "base/async.hpp"
#include "base/loop.hpp"
#include "net/http_client.hpp"
#include "types/api_key.hpp"

namespace todod::services {

/// Where a provider's API is, if it is one that is known: a custom one is wherever its user says.
std::string_view base_url_of(types::Provider provider) noexcept;

/// What asks a provider, at no cost, whether it takes `key`. The key is in a header, never in the
/// URL.
net::HttpRequest make_key_request(types::Provider provider, std::string_view base_url,
                                  std::string_view key);

/// Whether the provider takes the key; nothing when its answer says nothing of that.
std::optional<bool> read_key_answer(types::Provider provider, const net::HttpResponse& answer);

/// The providers of models, asked for all I/O threads. From any thread.
class Providers {
public:
    static constexpr std::size_t max_at_once = 16;
    static constexpr std::chrono::seconds patience{10};

    /// `client` must outlive this. `public_only`: where a user's own base_url leads must be a
    /// public address.
    Providers(net::HttpClient& client, bool public_only)
        : client_(client), public_only_(public_only)
    {
    }

    /// Whether the provider takes `key`; of a custom one, the one at `base_url`. Goes on on `loop`.
    /// Throws Error{unavailable} when there is no answer, none that says so, or max_at_once are
    /// being asked; Error{bad_request} when base_url leads to no public address where it must.
    base::Async<bool> takes_key(base::Loop& loop, types::Provider provider,
                                std::optional<std::string> base_url, auth::Wiped key);

private:
    base::Async<net::HttpResponse> ask(base::Loop& loop, types::Provider provider,
                                       net::HttpRequest request);

    net::HttpClient& client_;
    const bool public_only_;
    std::atomic<std::size_t> under_way_ = 0;
};

}  // namespace todod::services
