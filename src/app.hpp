#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config.hpp"

namespace todod {

/// todod as a whole: the configured database, services and server, put together.
class App {
public:
    /// Opens the database (and migrates it, if so configured) and listens. Throws base::Error in
    /// words for whoever starts it. All must outlive this.
    App(Config config, base::Log& log, const base::Clock& clock, base::Random& random);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const noexcept;

    /// Serves until stop(), and then until what is in flight has ended.
    void run();

    /// From any thread.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The OpenAPI document that a server so configured serves.
std::string openapi_document(const Config& config);

}  // namespace todod
