#include "store/backup_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod::store {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

constexpr base::Instant made_at{std::chrono::sys_days{std::chrono::November / 22 / 2026}};

std::string read_file(const std::string& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string output_of(const std::string& command)
{
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error{"popen failed"};
    std::string output;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        output += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return output;
}

class BackupFileTest : public ::testing::Test {
protected:
    std::string path() const { return folder_.file("todod.backup"); }

    void write(std::string_view contents) const
    {
        NewFile file{path()};
        const Manifest manifest{.database = "sqlite",
                                .revision = 6,
                                .program = "todod 1.2.3",
                                .made_at = made_at,
                                .tool = 15};
        BackupWriter writer{file, manifest};
        // In pieces, as it comes.
        writer.write(contents.substr(0, contents.size() / 3));
        writer.write(contents.substr(contents.size() / 3));
        writer.finish();
        file.publish(true);
    }

    void put(std::string_view bytes) const { std::ofstream{path()} << bytes; }

    Manifest read(std::string* contents = nullptr) const
    {
        BackupReader reader{path()};
        const Sink sink = [&](std::string_view bytes) {
            if (contents != nullptr) contents->append(bytes);
        };
        return reader.read(sink, [](std::string_view, std::uint64_t, std::uint64_t) {});
    }

    /// What is said of the file; empty: it is read.
    std::string fault() const
    {
        try {
            read();
            return {};
        } catch (const base::Error& error) {
            return error.message();
        }
    }

    testing::TempFolder folder_;
};

TEST_F(BackupFileTest, gives_back_what_was_written_and_what_it_says_of_itself)
{
    std::string contents;
    for (std::uint64_t i = 0; i < 300'000; ++i)
        contents += std::to_string(i * 7919);
    for (const std::string& each : {contents, std::string{"x"}, std::string{}}) {
        write(each);
        std::string back;
        const Manifest manifest = read(&back);
        EXPECT_EQ(back, each);
        EXPECT_EQ(manifest.database, "sqlite");
        EXPECT_EQ(manifest.revision, 6);
        EXPECT_EQ(manifest.program, "todod 1.2.3");
        EXPECT_EQ(manifest.made_at, made_at);
        EXPECT_EQ(manifest.tool, 15);
    }
}

TEST_F(BackupFileTest, is_what_gzip_unpacks)
{
    write("what was backed up");
    EXPECT_EQ(output_of("gzip -dc < " + path()), "what was backed up");
    EXPECT_EQ(output_of("zcat < " + path()), "what was backed up");
}

TEST_F(BackupFileTest, says_what_sha256sum_finds)
{
    write("what was backed up");
    const std::string found = output_of("head -c -92 " + path() + " | sha256sum").substr(0, 64);
    EXPECT_THAT(read_file(path()), HasSubstr("sha256:" + found));
}

TEST_F(BackupFileTest, is_its_owners_alone)
{
    write("x");
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BackupFileTest, is_refused_with_any_bit_turned)
{
    write("what was backed up, and is to come back just as it was");
    const std::string whole = read_file(path());
    ASSERT_EQ(fault(), "");
    for (std::size_t offset = 0; offset < whole.size(); ++offset) {
        for (const unsigned bit : {0U, 3U, 7U}) {
            std::string damaged = whole;
            damaged[offset] = static_cast<char>(damaged[offset] ^ (1U << bit));
            put(damaged);
            ASSERT_NE(fault(), "") << "byte " << offset << ", bit " << bit;
        }
    }
}

TEST_F(BackupFileTest, is_refused_cut_off_anywhere)
{
    write("what was backed up, and is to come back just as it was");
    const std::string whole = read_file(path());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        put(whole.substr(0, size));
        ASSERT_NE(fault(), "") << size << " bytes";
    }
}

TEST_F(BackupFileTest, is_refused_with_anything_around_it)
{
    write("what was backed up");
    const std::string whole = read_file(path());
    for (const std::string& other :
         {whole + '\0', whole + "rubbish", whole + whole, " " + whole,
          whole + std::string(92, '\0'), whole + whole.substr(whole.size() - 92)}) {
        put(other);
        EXPECT_NE(fault(), "");
    }
}

TEST_F(BackupFileTest, names_the_file_and_what_is_wrong)
{
    write("what was backed up, and is to come back just as it was");
    std::string damaged = read_file(path());
    damaged[damaged.size() - 50] = 'x';
    put(damaged);
    EXPECT_THAT(fault(), HasSubstr(path()));
    EXPECT_THAT(fault(), HasSubstr("SHA-256"));
    EXPECT_THAT(fault(), HasSubstr("nothing has been changed"));
    put(std::string(1000, 'x'));
    EXPECT_THAT(fault(), HasSubstr("no backup that todod has made"));
    output_of("head -c 2000 /dev/urandom | gzip > " + path());
    EXPECT_THAT(fault(), HasSubstr("no backup that todod has made"));
    std::filesystem::remove(path());
    EXPECT_THAT(fault(), HasSubstr("No such file"));
    std::filesystem::create_directory(path());
    EXPECT_THAT(fault(), HasSubstr("is not a file"));
}

TEST_F(BackupFileTest, is_not_there_before_it_is_whole)
{
    {
        NewFile file{path()};
        file.write("a part");
        EXPECT_FALSE(std::filesystem::exists(path()));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BackupFileTest, takes_nobodys_place_unless_it_is_to)
{
    put("of somebody");
    {
        NewFile file{path()};
        file.write("mine");
        EXPECT_EQ(error_of([&] { file.publish(false); }).code(), base::ErrorCode::conflict);
    }
    EXPECT_EQ(read_file(path()), "of somebody");
    NewFile file{path()};
    file.write("mine");
    file.publish(true);
    EXPECT_EQ(read_file(path()), "mine");
}

TEST_F(BackupFileTest, says_why_it_cannot_be_made)
{
    const std::string nowhere = folder_.file("none/backup");
    const auto error = error_of([&] { NewFile{nowhere}; });
    EXPECT_THAT(error.message(), HasSubstr(nowhere));
    EXPECT_THAT(error.message(), HasSubstr("No such file"));
}

TEST_F(BackupFileTest, ends_where_it_is_stopped)
{
    write("what was backed up");
    BackupReader reader{path()};
    const auto stop = [](std::string_view, std::uint64_t, std::uint64_t) {
        throw base::Error{base::ErrorCode::unavailable, "stopped"};
    };
    EXPECT_EQ(error_of([&] { reader.read({}, stop); }).message(), "stopped");
}

}  // namespace
}  // namespace todod::store
