#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "db/postgres/settings.hpp"
#include "support/temp_folder.hpp"

namespace todod::testing {

/// Takes connections, and never says a word.
class SilentServer {
public:
    SilentServer()
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        folder_.file(".s.PGSQL.5432").copy(address.sun_path, sizeof(address.sun_path) - 1);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, sizeof(address)) != 0 || ::listen(listener_, 8) != 0)
            std::abort();
    }
    ~SilentServer() { ::close(listener_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    /// libpq takes no shorter time.
    static constexpr auto connect_timeout = std::chrono::seconds{2};

    db::postgres::Settings settings() const
    {
        return {.parameters = {{"host", folder_.path()},
                               {"dbname", "tasks"},
                               {"user", "ada"},
                               {"password", "hunter2"},
                               {"connect_timeout", "2"}}};
    }

private:
    TempFolder folder_;
    int listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

}  // namespace todod::testing
