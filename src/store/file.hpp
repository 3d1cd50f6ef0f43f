#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace todod::store {

/// A file descriptor, closed with its scope.
class File {
public:
    explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File& operator=(File&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~File();

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

/// A new name outlives a power cut once its folder is on disk.
bool sync_folder_of(const std::string& path);

/// Throws Error{conflict} where `path` is no place for a file: one is there that is not to be
/// replaced, or what is there is no plain file.
void check_place(const std::string& path, bool replace);

/// A file that nobody sees before it is whole: it is made beside `path`, under a name of its own
/// and for its owner alone (mode 0600), and taken away again with this unless it has been
/// published. What cannot be done is an Error{unavailable} that names `path` and says why.
class NewFile {
public:
    explicit NewFile(std::string path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Under which it is made.
    const std::string& draft() const noexcept { return draft_; }

    void write(std::string_view bytes);

    /// Until all of it is on disk.
    void sync();

    /// After sync(): gives it its own name, on disk as well. Throws Error{conflict} where a file of
    /// that name is there, unless it is to be replaced.
    void publish(bool replace);

private:
    [[noreturn]] void fail(int code) const;
    bool rename(bool replace) const;

    const std::string path_;
    std::string draft_;
    File file_;
    bool is_published_ = false;
};

}  // namespace todod::store
