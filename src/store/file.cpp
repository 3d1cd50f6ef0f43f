#include "store/file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"

namespace todod::store {

File::~File()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool sync_folder_of(const std::string& path)
{
    const auto folder = std::filesystem::path{path}.parent_path();
    const File file{
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return file && ::fsync(file.get()) == 0;
}

void check_place(const std::string& path, bool replace)
{
    std::error_code none;
    const auto status = std::filesystem::symlink_status(path, none);
    if (!std::filesystem::exists(status)) return;
    if (!replace) {
        throw base::Error{base::ErrorCode::conflict,
                          fmt::format("'{}' is there already: name another, or give --force to "
                                      "replace it",
                                      path)};
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw base::Error{base::ErrorCode::conflict,
                          fmt::format("'{}' is no plain file: name another", path)};
    }
}

NewFile::NewFile(std::string path)
    : path_(std::move(path)), draft_(path_ + ".XXXXXX"), file_(::mkostemp(draft_.data(), O_CLOEXEC))
{
    if (!file_) fail(errno);
}

NewFile::~NewFile()
{
    if (!is_published_) ::unlink(draft_.c_str());
}

void NewFile::fail(int code) const
{
    throw base::Error::unavailable(
        fmt::format("'{}' cannot be written: {}", path_, std::strerror(code)),
        std::chrono::seconds{0});
}

void NewFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = ::write(file_.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) fail(errno);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void NewFile::sync()
{
    if (::fsync(file_.get()) != 0) fail(errno);
}

bool NewFile::rename(bool replace) const
{
    if (replace) return ::rename(draft_.c_str(), path_.c_str()) == 0;
    if (::renameat2(AT_FDCWD, draft_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    // Not every file system has it.
    return errno == EINVAL && ::link(draft_.c_str(), path_.c_str()) == 0 &&
           ::unlink(draft_.c_str()) == 0;
}

void NewFile::publish(bool replace)
{
    if (!rename(replace)) {
        if (errno != EEXIST) fail(errno);
        throw base::Error{base::ErrorCode::conflict, fmt::format("'{}' is there already", path_)};
    }
    is_published_ = true;
    if (!sync_folder_of(path_)) fail(errno);
}

}  // namespace todod::store
