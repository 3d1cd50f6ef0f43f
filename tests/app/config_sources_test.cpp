#include "config_sources.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod {
namespace {

using base::LogLevel;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string long_secret(32, 's');

class ReadEnvironment : public ::testing::Test {
protected:
    ReadEnvironment() { std::filesystem::current_path(folder_.path()); }
    ~ReadEnvironment() override
    {
        for (const std::string& name : set_)
            ::unsetenv(name.c_str());
        std::filesystem::current_path(before_);
    }

    void set(const std::string& name, const std::string& value)
    {
        ::setenv(name.c_str(), value.c_str(), 1);
        set_.push_back(name);
    }
    static void write(const char* path, std::string_view text) { std::ofstream{path} << text; }
    static void write_dotenv(std::string_view text) { write(".env", text); }
    static std::string value_of(std::string_view name)
    {
        const Environment environment = read_environment();
        const auto found = environment.find(name);
        return found == environment.end() ? "(none)" : found->second;
    }

    testing::TempFolder folder_;
    std::filesystem::path before_ = std::filesystem::current_path();
    std::vector<std::string> set_;
};

TEST_F(ReadEnvironment, needs_no_dotenv_file)
{
    set("TODOD_TEST_A", "a=b");
    EXPECT_EQ(value_of("TODOD_TEST_A"), "a=b");
    EXPECT_EQ(value_of("TODOD_TEST_B"), "(none)");
}

TEST_F(ReadEnvironment, takes_from_dotenv_what_the_process_does_not_have)
{
    write_dotenv("TODOD_TEST_A=file\nexport TODOD_TEST_B='from file'  # a comment\n");
    set("TODOD_TEST_A", "process");
    EXPECT_EQ(value_of("TODOD_TEST_A"), "process");
    EXPECT_EQ(value_of("TODOD_TEST_B"), "from file");
}

TEST_F(ReadEnvironment, an_empty_variable_of_the_process_hides_the_one_in_dotenv)
{
    write_dotenv("TODOD_TEST_A=file\n");
    set("TODOD_TEST_A", "");
    EXPECT_EQ(value_of("TODOD_TEST_A"), "");
}

TEST_F(ReadEnvironment, the_process_goes_before_dotenv_under_another_name_as_well)
{
    write_dotenv("ENVIRONMENT=development\nAUTH_SECRET=file\nCORS_ORIGINS=http://file\n");
    set("ENV", "production");
    set("JWT_SECRET_KEY", long_secret);
    set("ALLOWED_ORIGINS", "");
    const Config config = read_config(read_environment());
    EXPECT_TRUE(config.production);
    EXPECT_EQ(config.auth_secret, long_secret);
    EXPECT_THAT(config.cors_origins, ElementsAre("http://file"));
}

TEST_F(ReadEnvironment, takes_a_secret_from_the_file_that_is_named)
{
    write("secret", long_secret + "\n");
    write("url", "postgresql://todod:hunter2@db/todod\r\n");
    set("JWT_SECRET_KEY_FILE", "secret");
    write_dotenv("DATABASE_URL_FILE=url\nAUTH_SECRET=file\n");
    const Config config = read_config(read_environment());
    EXPECT_EQ(config.auth_secret, long_secret);
    EXPECT_TRUE(std::holds_alternative<db::postgres::Settings>(config.database));
}

TEST_F(ReadEnvironment, takes_the_process_secret_before_a_file_that_dotenv_names)
{
    write("secret", "of the file, which is long enough as well");
    set("AUTH_SECRET", long_secret);
    write_dotenv("AUTH_SECRET_FILE=secret\n");
    EXPECT_EQ(read_config(read_environment()).auth_secret, long_secret);
}

TEST_F(ReadEnvironment, says_which_secret_file_will_not_do)
{
    write("large", std::string(100'000, 'x'));
    write("secret", long_secret);
    write("empty", "\n");
    ASSERT_EQ(::mkfifo("pipe", 0600), 0);
    const struct {
        std::string path;
        std::string other;
        std::string message;
    } table[] = {
        {"missing", "", "AUTH_SECRET_FILE must be a file that can be read, of 1 to 65536 bytes."},
        {".", "", "AUTH_SECRET_FILE must be a file that can be read, of 1 to 65536 bytes."},
        {"empty", "", "AUTH_SECRET_FILE must be a file that can be read, of 1 to 65536 bytes."},
        {"pipe", "", "AUTH_SECRET_FILE must be a file that can be read, of 1 to 65536 bytes."},
        {"large", "", "AUTH_SECRET_FILE must be a file that can be read, of 1 to 65536 bytes."},
        {"secret", "hunter2", "AUTH_SECRET_FILE must be unset where BETTER_AUTH_SECRET is set."},
    };
    for (const auto& [path, other, message] : table) {
        set("AUTH_SECRET_FILE", path);
        set("BETTER_AUTH_SECRET", other);
        const auto error = error_of([] { read_environment(); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid);
        EXPECT_EQ(error.message(), message);
    }
}

TEST_F(ReadEnvironment, leaves_files_alone_that_no_secret_is_named_for)
{
    set("LOG_FILE", "missing");
    set("PORT_FILE", "missing");
    EXPECT_EQ(read_config(read_environment()).port, 8000);
}

TEST_F(ReadEnvironment, says_which_line_of_dotenv_is_malformed_and_not_what_it_says)
{
    write_dotenv("PORT=8000\nAUTH_SECRET='hunter2\n");
    const auto error = error_of([] { read_environment(); });
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    EXPECT_THAT(error.message(), StartsWith(".env, line 2: "));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

TEST_F(ReadEnvironment, takes_a_folder_named_dotenv_for_what_it_is)
{
    std::filesystem::create_directory(".env");
    EXPECT_NO_THROW(read_environment());
}

TEST_F(ReadEnvironment, does_not_go_past_a_dotenv_that_cannot_be_read)
{
    // Nobody can read a process's memory from its beginning.
    std::filesystem::create_symlink("/proc/self/mem", ".env");
    const auto error = error_of([] { read_environment(); });
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    EXPECT_EQ(error.message(), ".env cannot be read: Input/output error.");
}

TEST_F(ReadEnvironment, starts_with_the_settings_of_other_todo_backends)
{
    write_dotenv(
        "# Configuration of a backend that todod stands in for\n"
        "DATABASE_URL=sqlite+aiosqlite:///./todo.db\n"
        "BETTER_AUTH_SECRET=your-super-secret-key-at-least-32-chars-long\n"
        "ENVIRONMENT=development\n"
        "LOG_LEVEL=INFO  # Options: DEBUG, INFO, WARNING, ERROR, CRITICAL\n"
        "CORS_ORIGINS=http://localhost:3000,http://localhost:3001\n"
        "DEBUG=true\n"
        "ACCESS_TOKEN_EXPIRE_DAYS=7\n"
        "SQLALCHEMY_POOL_SIZE=10\n");
    const Config config = read_config(read_environment());
    EXPECT_EQ(std::get<store::SqliteFile>(config.database).path, "./todo.db");
    EXPECT_EQ(config.auth_secret, "your-super-secret-key-at-least-32-chars-long");
    EXPECT_EQ(config.log.level, LogLevel::info);
    EXPECT_EQ(config.cors_origins.size(), 2U);
}

TEST(Config, refuses_a_previous_secret_that_is_too_short_in_production)
{
    const Environment environment{
        {"ENVIRONMENT", "production"},
        {"AUTH_SECRET", std::string(32, 'a')},
        {"AUTH_SECRET_PREVIOUS", std::string(32, 'b') + ",short"},
    };
    try {
        read_config(environment);
        FAIL() << "it was taken";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(),
                  "AUTH_SECRET_PREVIOUS must be at least 32 characters in production.");
    }
}

}  // namespace
}  // namespace todod
