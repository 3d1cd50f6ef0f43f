#include "store/sqlite/secret_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"
#include "support/threads.hpp"

namespace todod::store::sqlite {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

class KeptSecret : public ::testing::Test {
protected:
    std::string database() const { return folder_.file("todod.db"); }
    std::string file() const { return database() + "-secret"; }
    std::string keep() { return keep_secret_file(database(), random_); }
    void write(std::string_view text) { std::ofstream{file()} << text; }

    testing::TempFolder folder_;
    base::SecureRandom random_;
};

TEST_F(KeptSecret, is_made_once_and_then_read)
{
    const std::string secret = keep();
    EXPECT_EQ(secret.size(), 43U);  // 256 bits in base64url
    EXPECT_EQ(keep(), secret);
    std::filesystem::remove(file());
    EXPECT_NE(keep(), secret);
}

TEST_F(KeptSecret, is_for_its_owner_alone)
{
    const mode_t before = ::umask(0);
    keep();
    ::umask(before);
    struct stat status = {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, mode_t{0600});
}

TEST_F(KeptSecret, leaves_no_other_file_behind)
{
    keep();
    keep();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
        EXPECT_EQ(entry.path(), file());
        ++files;
    }
    EXPECT_EQ(files, 1U);
}

TEST_F(KeptSecret, is_the_same_for_all_who_start_together)
{
    std::array<std::string, 8> secrets;
    testing::on_threads(8, [&](int index) {
        base::SecureRandom own;
        secrets[static_cast<std::size_t>(index)] = keep_secret_file(database(), own);
    });
    EXPECT_THAT(secrets, ::testing::Each(keep()));
}

TEST_F(KeptSecret, may_stand_in_the_working_folder)
{
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
    const std::string secret = keep_secret_file("todod.db", random_);
    std::filesystem::current_path(before);
    EXPECT_EQ(keep(), secret);
}

TEST_F(KeptSecret, may_be_written_by_hand)
{
    write("  a secret of one's own\n");
    EXPECT_EQ(keep(), "a secret of one's own");
}

TEST_F(KeptSecret, is_refused_when_it_is_empty)
{
    for (const std::string_view text : {"", " \n"}) {
        write(text);
        const auto error = error_of([&] { keep(); });
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_THAT(error.message(), HasSubstr("set AUTH_SECRET"));
        EXPECT_THAT(error.message(), HasSubstr(file()));
    }
}

TEST_F(KeptSecret, is_found_and_replaced)
{
    EXPECT_EQ(find_secret_file(database()), std::nullopt);
    const mode_t before = ::umask(0);
    for (const std::string secret : {"another's", "a third"}) {
        replace_secret_file(database(), secret);
        EXPECT_EQ(find_secret_file(database()), secret);
        EXPECT_EQ(keep(), secret);
    }
    ::umask(before);
    struct stat status = {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, mode_t{0600});
    write("");
    EXPECT_EQ(error_of([&] { find_secret_file(database()); }).code(), base::ErrorCode::unavailable);
}

TEST_F(KeptSecret, needs_a_folder_that_is_there)
{
    const auto error = error_of([&] { keep_secret_file(folder_.file("none/todod.db"), random_); });
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_THAT(error.message(), HasSubstr("set AUTH_SECRET"));
    std::filesystem::create_directory(file());
    EXPECT_EQ(error_of([&] { keep(); }).code(), base::ErrorCode::unavailable);
}

}  // namespace
}  // namespace todod::store::sqlite
