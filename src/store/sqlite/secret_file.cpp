#include "store/sqlite/secret_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/file.hpp"
#include "store/secret.hpp"

namespace todod::store::sqlite {

namespace {

constexpr std::size_t max_file_bytes = 4096;

[[noreturn]] void fail(const std::string& path, std::string_view reason)
{
    throw base::Error::unavailable(
        fmt::format("cannot keep a secret in '{}' ({}); set AUTH_SECRET instead", path, reason),
        std::chrono::seconds{0});
}

/// Makes the file whole under a name of its own, then lets `name` give it its own: none sees a
/// part.
template <class Name>
void make_file(const std::string& path, const std::string& secret, Name name)
{
    const auto size = static_cast<ssize_t>(secret.size());
    std::string own = path + ".XXXXXX";
    const File file{::mkostemp(own.data(), O_CLOEXEC)};
    if (!file) fail(path, std::strerror(errno));
    const bool kept = ::write(file.get(), secret.data(), secret.size()) == size &&
                      ::fsync(file.get()) == 0 && name(own.c_str(), path.c_str()) &&
                      sync_folder_of(path);
    const int code = errno;
    ::unlink(own.c_str());
    if (!kept) fail(path, std::strerror(code));
}

/// Of several processes that start together one succeeds.
bool name_first(const char* own, const char* name)
{
    return ::link(own, name) == 0 || errno == EEXIST;
}

bool name_instead(const char* own, const char* name)
{
    return ::rename(own, name) == 0;
}

std::string path_of(const std::string& database_path)
{
    return database_path + "-secret";
}

std::string read_file(const std::string& path)
{
    const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, max_file_bytes> text;
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : -1;
    if (size < 0) fail(path, std::strerror(errno));
    const std::string_view secret = base::trim({text.data(), static_cast<std::size_t>(size)});
    if (secret.empty()) fail(path, "it is empty");
    return std::string{secret};
}

}  // namespace

std::string keep_secret_file(const std::string& database_path, base::Random& random)
{
    const std::string path = path_of(database_path);
    if (::access(path.c_str(), F_OK) != 0) make_file(path, make_secret(random), name_first);
    return read_file(path);
}

std::optional<std::string> find_secret_file(const std::string& database_path)
{
    const std::string path = path_of(database_path);
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
    return read_file(path);
}

void replace_secret_file(const std::string& database_path, const std::string& secret)
{
    make_file(path_of(database_path), secret, name_instead);
}

}  // namespace todod::store::sqlite
