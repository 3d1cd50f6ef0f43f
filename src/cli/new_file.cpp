#include "cli/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;

std::string reason(int error)
{
    return std::generic_category().message(error);
}

[[noreturn]] void refuse_to_replace(const std::string& path)
{
    throw Error{ErrorCode::conflict, fmt::format("{} is there already: --force replaces it", path)};
}

/// So that the name is on disk as well.
void sync_folder(const std::string& path)
{
    const auto folder = std::filesystem::path{path}.parent_path();
    const int descriptor =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

NewFile::NewFile(std::string path, bool replaces)
    : path_(std::move(path)), replaces_(replaces), temporary_(path_ + ".XXXXXX")
{
    struct ::stat present{};
    const bool is_there = ::lstat(path_.c_str(), &present) == 0;
    if (is_there && !replaces_) refuse_to_replace(path_);
    if (is_there && !S_ISREG(present.st_mode)) {
        throw Error{ErrorCode::bad_request, fmt::format("{} is no plain file", path_)};
    }
    // Made with mode 0600.
    const int descriptor = ::mkostemp(temporary_.data(), O_CLOEXEC);
    if (descriptor < 0) {
        throw Error{ErrorCode::bad_request, fmt::format("{}: {}", path_, reason(errno))};
    }
    file_.reset(::fdopen(descriptor, "w"));
    if (!file_) throw std::system_error{errno, std::generic_category(), "fdopen"};
}

NewFile::~NewFile()
{
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void NewFile::write(std::string_view bytes)
{
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size()) return;
    throw Error{ErrorCode::unavailable, fmt::format("{}: {}", path_, reason(errno))};
}

void NewFile::finish()
{
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) {
        throw Error{ErrorCode::unavailable, fmt::format("{}: {}", path_, reason(errno))};
    }
    give_name();
    temporary_.clear();
    sync_folder(path_);
}

/// Where it may replace nothing, nor what has come meanwhile.
void NewFile::give_name()
{
    const unsigned flags = replaces_ ? 0 : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) == 0) return;
    if (errno == EEXIST) refuse_to_replace(path_);
    // Some file systems know no such flag: a second name is refused where there is one.
    if (errno == EINVAL && ::link(temporary_.c_str(), path_.c_str()) == 0) {
        ::unlink(temporary_.c_str());
        return;
    }
    if (errno == EEXIST) refuse_to_replace(path_);
    throw Error{ErrorCode::unavailable, fmt::format("{}: {}", path_, reason(errno))};
}

}  // namespace todod::cli
