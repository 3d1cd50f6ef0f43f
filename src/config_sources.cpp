#include "config_sources.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/dotenv.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod {

Environment process_environment()
{
    Environment environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

// A folder of that name is a virtual environment of Python's.
Environment read_dotenv()
{
    std::error_code none;
    if (!std::filesystem::exists(".env", none) || std::filesystem::is_directory(".env", none)) {
        return {};
    }
    try {
        std::ifstream file;
        file.exceptions(std::ios::failbit | std::ios::badbit);
        file.open(".env");
        return base::parse_dotenv(std::string{std::istreambuf_iterator<char>{file}, {}});
    } catch (const std::ios::failure&) {
        throw base::Error{base::ErrorCode::invalid,
                          fmt::format(".env cannot be read: {}.", std::strerror(errno))};
    } catch (const base::Error& error) {
        throw base::Error{error.code(), ".env, " + error.message()};
    }
}

std::string read_secret_file(const std::string& name, const std::string& path)
{
    constexpr std::size_t size_max = 64 * 1024;
    std::error_code none;
    std::string text;
    // A pipe would be waited for.
    if (std::filesystem::is_regular_file(path, none)) {
        std::ifstream file{path};
        text.resize(size_max + 1);
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
    }
    const std::string_view secret = base::trim(text);
    if (secret.empty() || text.size() > size_max) {
        throw base::Error{
            base::ErrorCode::invalid,
            fmt::format("{} must be a file that can be read, of 1 to {} bytes.", name, size_max)};
    }
    return std::string{secret};
}

}  // namespace todod
