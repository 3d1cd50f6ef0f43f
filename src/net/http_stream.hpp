#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "net/http_client.hpp"

namespace todod::net {

class Channel;

/// An answer whose body is read as it comes. Destroying it ends the exchange; only where the rest
/// comes at once is the connection kept. On its caller's thread only, with one read at a time; may
/// outlive the client.
class HttpStream {
public:
    /// When so much waits to be read, nothing more is received until it has been.
    static constexpr std::size_t max_waiting_bytes = std::size_t{256} * 1024;

    HttpStream(HttpResponse head, std::shared_ptr<Channel> channel);
    ~HttpStream();
    HttpStream(const HttpStream&) = delete;
    HttpStream& operator=(const HttpStream&) = delete;

    /// Status and headers; no body.
    const HttpResponse& head() const noexcept { return head_; }

    /// What has come since the last read, or else the next that comes: never empty. Nothing at the
    /// end of a whole body. Throws as HttpClient::send when there will be none.
    base::Async<std::optional<std::string>> read();

private:
    HttpResponse head_;
    std::shared_ptr<Channel> channel_;
};

}  // namespace todod::net
