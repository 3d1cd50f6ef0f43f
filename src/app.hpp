#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config.hpp"

namespace todod {

/// todod as a whole: the configured database, services and server, put together.
class App {
public:
    /// Lets so much time pass; false when there is no time, since todod is to stop.
    using Pause = std::function<bool(std::chrono::milliseconds time)>;

    /// How long a database server may come up later than todod.
    static constexpr std::chrono::seconds max_wait_for_database{30};

    /// Opens the database (and migrates it, if so configured) and listens. Throws base::Error in
    /// words for whoever starts it. All but `pause` must outlive this.
    App(Config config, base::Log& log, const base::Clock& clock, base::Random& random,
        const Pause& pause);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const noexcept;

    /// For people: store::Storage::description.
    std::string database() const;

    /// Serves until stop(), and then until what is in flight has ended.
    void run();

    /// Serves on, not ready any more, and ends each connection with its next answer: what comes
    /// before stop() where others are to notice first. From any thread.
    void leave();

    /// From any thread.
    void stop();

    /// As http::Server::after_a_turn.
    void after_a_turn(std::function<void()> done);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The OpenAPI document that a server so configured serves.
std::string openapi_document(const Config& config);

}  // namespace todod
