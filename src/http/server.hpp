#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authenticator.hpp"
#include "auth/limits.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "http/client_address.hpp"
#include "http/traffic.hpp"
#include "operation/operation.hpp"

namespace todod::http {

/// Bounds on everything that a client controls.
struct Limits {
    std::size_t header_bytes = 16 * 1024;   ///< request line and fields; past it 431
    std::size_t header_count = 100;         ///< past it 431
    std::size_t body_bytes = 1024 * 1024;   ///< past it 413
    std::size_t json_depth = 32;            ///< past it 400
    std::size_t connections = 10'000;       ///< of the whole server; past it 503 and close
    std::size_t output_bytes = 256 * 1024;  ///< written and not yet taken: no request is read
    std::size_t event_bytes = 64 * 1024;    ///< the same: the operation that sends events waits
    std::chrono::seconds idle{60};          ///< between requests
    std::chrono::seconds request{30};       ///< from a request's first byte to its last
    std::chrono::seconds write{30};         ///< for the client to take what waits for it
    std::chrono::seconds stop{30};          ///< for what is in flight when the server stops
    std::chrono::milliseconds heartbeat{15'000};  ///< a comment where no event is sent for so long
};

struct ServerSettings {
    std::string host = "127.0.0.1";  ///< an IPv4 or IPv6 address, or a name
    std::uint16_t port = 8000;       ///< 0: any free one
    unsigned threads = 1;            ///< I/O threads
    std::vector<std::string> cors_origins;
    bool production = false;                 ///< Strict-Transport-Security
    bool ignore_unknown_fields = false;      ///< UNKNOWN_FIELDS=ignore
    std::vector<Network> trusted_proxies{};  ///< whose X-Forwarded-For is believed
    Limits limits;
};

/// What is written anew each time it is asked for, and never kept (Cache-Control: no-store).
struct Page {
    std::string path;
    std::string content_type;
    std::function<std::string()> write;  ///< on the I/O thread: quick
};

/// What one I/O thread serves; made on that thread and destroyed there.
struct Site {
    operation::Table operations;
    std::unique_ptr<auth::Authenticator> authenticator;
    std::shared_ptr<const std::string> openapi;  ///< the document at /openapi.json
    std::shared_ptr<void> owned{};               ///< what the operations stand on
    std::vector<Page> pages{};
    std::unique_ptr<auth::Limits> limits{};  ///< null: none
    /// Whether pages of an origin may read what a path answers though the list of origins has not
    /// got it; empty: never.
    std::function<bool(std::string_view path, std::string_view origin)> also_shows{};
};

/// An HTTP/1.1 server (RFC 9110, 9112) over operations: each of `threads` has its own event loop,
/// acceptor (SO_REUSEPORT) and Site, and a request stays on its thread.
class Server {
public:
    using MakeSite = std::function<Site(base::Loop&)>;

    /// Listens. Throws Error{unavailable} with the address when it cannot.
    /// `log` and `clock` must outlive the server.
    Server(ServerSettings settings, base::Log& log, const base::Clock& clock, MakeSite make_site);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const noexcept;

    /// What Limits::connections has come to, with the descriptors that the process may have.
    std::size_t max_connections() const noexcept;

    /// Serves until stop() has been called and what was in flight has ended (Limits::stop at most).
    void run();

    /// Serves all who are there and who come, but says in each answer that its connection ends with
    /// it: for the time until nobody sends anything here any more. From any thread.
    void leave();

    /// Stops accepting, closes idle connections, lets what is in flight end. From any thread.
    void stop();

    /// Calls `done` once every I/O thread has come round to it, on the last of them: not before
    /// they serve, and never where one of them has ended or does not go on. From any thread.
    void after_a_turn(std::function<void()> done);

    /// True from the moment leave() or stop() is called: readiness fails then.
    const std::atomic<bool>& leaving() const noexcept;

    /// True from the moment stop() is called: what would go on without an end ends then.
    const std::atomic<bool>& stopping() const noexcept;

    /// From any thread, at any time.
    TrafficTotals traffic() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::http
