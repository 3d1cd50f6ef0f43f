#include "cli/local_zone.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace todod::cli {

namespace {

constexpr std::string_view zones_folder = "zoneinfo/";

/// What stands behind ".../zoneinfo/": "Europe/Berlin".
std::string name_in(const std::string& path)
{
    const auto found = path.find(zones_folder);
    return found == std::string::npos ? path : path.substr(found + zones_folder.size());
}

}  // namespace

base::TimeZone local_zone()
{
    std::string name;
    if (const char* const variable = std::getenv("TZ"); variable != nullptr) {
        name = variable;
        if (name.starts_with(':')) name.erase(0, 1);
    } else {
        std::error_code failed;
        name = std::filesystem::read_symlink("/etc/localtime", failed).string();
    }
    return base::TimeZone::find(name_in(name)).value_or(base::TimeZone::utc());
}

}  // namespace todod::cli
