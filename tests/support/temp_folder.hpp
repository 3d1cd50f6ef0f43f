#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace todod::testing {

/// A new empty folder, which goes with all that is in it when this goes.
class TempFolder {
public:
    TempFolder()
    {
        path_ = (std::filesystem::temp_directory_path() / "todod-test-XXXXXX").string();
        if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error{"mkdtemp failed"};
    }
    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const noexcept { return path_; }

    /// Of a file in it, which need not be there.
    std::string file(const std::string& name) const { return path_ + '/' + name; }

private:
    std::string path_;
};

}  // namespace todod::testing
