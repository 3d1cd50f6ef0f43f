#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace todod::cli {

/// A file that appears under its name when all of it is on disk, and not at all where that does not
/// come about. Only its owner may read it.
class NewFile {
public:
    /// `replaces`: takes the place of a file of this name. Throws Error{conflict} where there is
    /// one and it may not, Error{bad_request} where none can be made.
    NewFile(std::string path, bool replaces);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Both throw Error{unavailable}.
    void write(std::string_view bytes);
    void finish();

private:
    void give_name();

    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    const std::string path_;
    const bool replaces_;
    std::string temporary_;
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace todod::cli
