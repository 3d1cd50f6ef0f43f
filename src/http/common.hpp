#pragma once

#include <atomic>
#include <cstddef>

#include "http/server.hpp"

namespace todod::http {

/// What the threads of a server have in common.
struct Common {
    Common(ServerSettings given, base::Log& to, const base::Clock& time, Server::MakeSite make)
        : settings(std::move(given)), log(to), clock(time), make_site(std::move(make))
    {
    }

    const ServerSettings settings;
    base::Log& log;
    const base::Clock& clock;
    const Server::MakeSite make_site;
    std::atomic<bool> leaving{false};  ///< also while stopping
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> connections{0};
    Traffic traffic;
};

}  // namespace todod::http
