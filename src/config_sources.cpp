#include "config_sources.hpp"

#include <unistd.h>

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
        throw base::Error{base::ErrorCode::invalid, ".env cannot be read."};
    } catch (const base::Error& error) {
        throw base::Error{error.code(), ".env, " + error.message()};
    }
}

std::string read_secret_file(const std::string& name, const std::string& path)
{
    constexpr std::streamsize size_max = 64 * 1024;
    std::error_code none;
    std::ifstream file{path};
    std::string text(size_max + 1, '\0');
    if (!std::filesystem::is_regular_file(path, none) ||
        !file.read(text.data(), size_max + 1).eof()) {
        throw base::Error{base::ErrorCode::invalid,
                          fmt::format("{} must be a file that can be read, of at most {} bytes.",
                                      name, size_max)};
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return std::string{base::trim(text)};
}

}  // namespace todod
