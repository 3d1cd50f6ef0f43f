#include <cstdio>

#include "app.hpp"
#include "cli/commands.hpp"
#include "config.hpp"

namespace todod::cli {

void show_config()
{
    for (const Setting& setting : list_settings(read_environment())) {
        fmt::print("{}={}{}\n", setting.name, setting.value, setting.given ? "" : "  # default");
    }
}

void show_openapi()
{
    fmt::print("{}\n", openapi_document(read_config(read_environment())));
}

}  // namespace todod::cli
