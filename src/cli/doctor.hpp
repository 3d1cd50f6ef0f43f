#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/finding.hpp"
#include "config.hpp"

namespace todod::cli {

/// What todod doctor looks at, a part each. Each blocks, within a few seconds; holds no secret but
/// where a message of another program's has one, which mask_secrets takes out.

/// The configuration if it can be used, and what there is to say of it.
struct Configured {
    std::optional<Config> config;
    base::Findings findings;
};
Configured examine_configuration();

/// Whether todod reads a variable of that name.
bool is_variable(const std::string& name);

/// Secrets, the address, limits: what is allowed and not wise.
base::Findings examine_settings(const Config& config);

base::Finding examine_clock(const base::Clock& clock);
base::Finding examine_time_zones();

/// Of files with secrets, and the log.
base::Findings examine_files(const Config& config);

/// The server's own model, an authorisation server and its keys, as far as they are configured.
base::Findings examine_model(const Config& config);
base::Findings examine_jwks(const Config& config);
base::Findings examine_auth_server(const Config& config);

/// `text` with each of the configuration's secrets as ***, in one line.
std::string mask_secrets(std::string text, const Config& config);

}  // namespace todod::cli
