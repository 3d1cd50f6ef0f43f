#include "secret.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t max_file_bytes = 4096;

/// A file descriptor, closed with its scope.
class File {
public:
    File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags, 0600)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

[[noreturn]] void fail(const std::string& path)
{
    const int code = errno;
    throw base::Error::unavailable(
        fmt::format("cannot keep a secret in '{}' ({}); set AUTH_SECRET instead", path,
                    std::strerror(code)),
        std::chrono::seconds{0});
}

std::string make_secret(base::Random& random)
{
    std::array<std::byte, secret_bytes> bytes;
    random.fill(bytes);
    return base::base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

std::string keep_secret(const std::string& database_path, base::Random& random)
{
    const std::string path = database_path + "-secret";
    // Of several processes that start together one makes the file; the others read it.
    const std::string own = fmt::format("{}.{}", path, ::getpid());
    if (::access(path.c_str(), F_OK) != 0) {
        const std::string secret = make_secret(random);
        const File file{own, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC};
        const auto size = static_cast<ssize_t>(secret.size());
        if (!file || ::write(file.get(), secret.data(), secret.size()) != size ||
            ::fsync(file.get()) != 0) {
            fail(path);
        }
        const int linked = ::link(own.c_str(), path.c_str());
        if (linked != 0 && errno != EEXIST) fail(path);
        ::unlink(own.c_str());
    }
    const File file{path, O_RDONLY | O_CLOEXEC};
    std::array<char, max_file_bytes> text;
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : -1;
    if (size <= 0) fail(path);
    return std::string{base::trim({text.data(), static_cast<std::size_t>(size)})};
}

}  // namespace todod
