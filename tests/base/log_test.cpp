#include "base/log.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::base {
namespace {

namespace fs = std::filesystem;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class LogTest : public ::testing::Test {
protected:
    LogTest()
    {
        const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path{::testing::TempDir()} /
                  fmt::format("todod_log_{}_{}", test->name(), ::getpid());
        ::testing::internal::CaptureStderr();
    }

    ~LogTest() override
    {
        if (capturing_) ::testing::internal::GetCapturedStderr();
        fs::remove_all(folder_);
    }

    fs::path file() const { return folder_ / "deeper" / "app.log"; }

    LogSettings settings(LogFormat format = LogFormat::text) const
    {
        return {.level = LogLevel::debug, .format = format, .file = file().string()};
    }

    std::string console()
    {
        capturing_ = false;
        return ::testing::internal::GetCapturedStderr();
    }

    fs::path old_file() const { return folder_ / "app.log.1"; }

    std::vector<std::string> lines() const { return lines_of(file()); }

    static std::vector<std::string> lines_of(const fs::path& path)
    {
        std::ifstream stream{path};
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(line);
        }
        return lines;
    }

    /// The one line that this event becomes, without its time.
    std::string line_of(LogFormat format, std::string_view message, std::string_view request_id)
    {
        Log{settings(format)}.write(LogLevel::info, "todod.http", message, request_id);
        const auto written = lines();
        EXPECT_EQ(written.size(), 1U);
        fs::remove(file());
        if (written.empty()) return {};
        const std::string_view before = format == LogFormat::text ? " - INFO" : "\"level\"";
        return written[0].substr(written[0].find(before));
    }

private:
    fs::path folder_;
    bool capturing_ = true;
};

TEST_F(LogTest, writes_an_event_as_a_line_of_text)
{
    Log log{settings()};
    log.write(LogLevel::info, "todod.http", "Request started: POST /api/tasks", "123e4567");
    log.flush();
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0],
                ::testing::MatchesRegex(
                    "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} - INFO - "
                    "todod.http - Request started: POST /api/tasks \\[ID: 123e4567\\]"));
}

TEST_F(LogTest, writes_an_event_as_a_line_of_json)
{
    Log log{settings(LogFormat::json)};
    log.write(LogLevel::error, "todod.db", "it broke", "123e4567");
    log.flush();
    ASSERT_EQ(lines().size(), 1U);
    const std::regex shape{R"re(\{"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",)re"
                           R"re("level":"ERROR","logger":"todod.db","message":"it broke",)re"
                           R"re("request_id":"123e4567"\})re"};
    EXPECT_TRUE(std::regex_match(lines()[0], shape)) << lines()[0];
}

TEST_F(LogTest, leaves_out_the_request_where_there_is_none)
{
    EXPECT_EQ(line_of(LogFormat::text, "started", ""), " - INFO - todod.http - started");
    EXPECT_EQ(line_of(LogFormat::json, "started", ""),
              R"("level":"INFO","logger":"todod.http","message":"started"})");
}

TEST_F(LogTest, writes_the_same_to_the_console)
{
    Log log{settings()};
    log.write(LogLevel::debug, "todod.main", "hello");
    log.flush();
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_EQ(console(), lines()[0] + "\n");
}

TEST_F(LogTest, needs_no_file)
{
    Log{{}}.write(LogLevel::info, "todod.main", "hello");
    EXPECT_THAT(console(), EndsWith(" - INFO - todod.main - hello\n"));
}

TEST_F(LogTest, names_every_level)
{
    {
        Log log{settings()};
        for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning,
                                 LogLevel::error, LogLevel::critical}) {
            log.write(level, "x", "y");
        }
    }
    EXPECT_THAT(lines(), ElementsAre(EndsWith(" - DEBUG - x - y"), EndsWith(" - INFO - x - y"),
                                     EndsWith(" - WARNING - x - y"), EndsWith(" - ERROR - x - y"),
                                     EndsWith(" - CRITICAL - x - y")));
}

TEST_F(LogTest, leaves_out_what_is_below_its_level)
{
    auto quiet = settings();
    quiet.level = LogLevel::warning;
    {
        Log log{quiet};
        EXPECT_FALSE(log.enabled(LogLevel::info));
        EXPECT_TRUE(log.enabled(LogLevel::warning));
        log.write(LogLevel::info, "x", "below");
        log.write(LogLevel::warning, "x", "at it");
    }
    EXPECT_THAT(lines(), ElementsAre(EndsWith("at it")));
}

TEST_F(LogTest, writes_nothing_when_it_is_off)
{
    auto silent = settings();
    silent.level = LogLevel::off;
    Log{silent}.write(LogLevel::critical, "x", "y");
    EXPECT_THAT(lines(), IsEmpty());
    EXPECT_THAT(console(), IsEmpty());
}

TEST_F(LogTest, keeps_an_event_on_its_line)
{
    constexpr std::string_view message =
        "a\r\n2026-01-22 10:30:45 - INFO\t\x1b[31m\x7f\u0085\u009b\u2028\u2029 \"C:\\\" {} %v é😀";
    EXPECT_EQ(line_of(LogFormat::text, message, "1\n2"),
              " - INFO - todod.http - a\\r\\n2026-01-22 10:30:45 - INFO\\t\\u001b[31m\\u007f\\u0085"
              "\\u009b\\u2028\\u2029 \"C:\\\" {} %v é😀 [ID: 1\\n2]");
    EXPECT_EQ(line_of(LogFormat::json, message, "1\"2"),
              R"("level":"INFO","logger":"todod.http",)"
              R"("message":"a\r\n2026-01-22 10:30:45 - INFO\t\u001b[31m\u007f\u0085\u009b)"
              R"(\u2028\u2029 \"C:\\\" {} %v é😀","request_id":"1\"2"})");
}

TEST_F(LogTest, replaces_bytes_that_are_not_utf8)
{
    constexpr std::string_view message = "a\xFFz\xC3";
    EXPECT_THAT(line_of(LogFormat::text, message, ""), EndsWith(" - a\uFFFDz\uFFFD"));
    EXPECT_THAT(line_of(LogFormat::json, message, ""), HasSubstr(R"("message":"a)"
                                                                 "\uFFFDz\uFFFD\"}"));
}

TEST_F(LogTest, writes_json_whatever_the_event_has_in_it)
{
    std::vector<std::string> nasty{"\"",
                                   "\\",
                                   "\\\"",
                                   "\\u12",
                                   "\xC0\xAF",
                                   "\xED\xA0\x80",
                                   "\xF5\x80\x80\x80",
                                   "\xE2\x82",
                                   "\xF0\x9F\x98",
                                   "\xEF\xBF\xBF",
                                   "\xF4\x8F\xBF\xBF",
                                   std::string(1, '\0'),
                                   "a\xCC\x81",
                                   "</script>"};
    for (int byte = 0; byte < 256; ++byte)
        nasty.push_back("x" + std::string(1, static_cast<char>(byte)));
    const std::string text = R"re("([^"\\\x01-\x1f]|\\["\\nrt]|\\u[0-9a-f]{4})*")re";
    const std::regex shape{R"re(\{"timestamp":"[^"\\]*","level":"INFO","logger":"todod.http",)re"
                           R"re("message":)re" +
                           text + R"re(,"request_id":)re" + text + R"re(\})re"};
    {
        Log log{settings(LogFormat::json)};
        for (const auto& each : nasty)
            log.write(LogLevel::info, "todod.http", each + "b", each);
    }
    const auto written = lines();
    ASSERT_EQ(written.size(), nasty.size());
    for (const auto& line : written) {
        EXPECT_TRUE(std::regex_match(line, shape)) << line;
        EXPECT_TRUE(is_valid_utf8(line)) << line;
        EXPECT_EQ(line.find('\0'), std::string::npos);
    }
}

TEST_F(LogTest, adds_to_a_file_that_is_there)
{
    Log{settings()}.write(LogLevel::info, "x", "first run");
    Log{settings()}.write(LogLevel::info, "x", "second run");
    EXPECT_THAT(lines(), ElementsAre(EndsWith("first run"), EndsWith("second run")));
}

TEST_F(LogTest, brings_a_warning_to_the_file_at_once)
{
    Log log{settings()};
    log.write(LogLevel::info, "x", "what led to it");
    log.write(LogLevel::warning, "x", "it");
    EXPECT_THAT(lines(), ElementsAre(EndsWith("what led to it"), EndsWith("it")));
}

TEST_F(LogTest, brings_other_lines_to_the_file_before_long)
{
    Log log{settings()};
    log.write(LogLevel::info, "x", "y");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (lines().empty() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    EXPECT_THAT(lines(), ElementsAre(EndsWith("y")));
}

TEST_F(LogTest, goes_on_in_a_new_file_when_the_old_one_has_been_moved_away)
{
    Log log{settings(LogFormat::json)};
    log.write(LogLevel::info, "x", "before");
    fs::rename(file(), old_file());
    log.write(LogLevel::info, "x", "still in the old one");
    log.reopen();
    log.write(LogLevel::info, "x", "after");
    log.flush();
    EXPECT_THAT(lines_of(old_file()),
                ElementsAre(HasSubstr("\"before\""), HasSubstr("\"still in the old one\"")));
    EXPECT_THAT(lines(), Each(StartsWith(R"({"timestamp":)")));
    EXPECT_THAT(lines(),
                ElementsAre(HasSubstr("Opened anew: " + file().string()), HasSubstr("\"after\"")));
}

TEST_F(LogTest, goes_on_in_the_old_file_when_there_can_be_no_new_one)
{
    Log log{settings()};
    fs::rename(file(), old_file());
    fs::create_directories(file());
    log.reopen();
    log.write(LogLevel::warning, "x", "after");
    EXPECT_THAT(lines_of(old_file()), ElementsAre(HasSubstr(file().string()), EndsWith("after")));
}

TEST_F(LogTest, has_nothing_to_open_anew_without_a_file)
{
    Log log{{.level = LogLevel::info, .format = LogFormat::text, .file = {}}};
    log.reopen();
    log.write(LogLevel::info, "x", "y");
    EXPECT_THAT(console(), EndsWith("y\n"));
}

TEST_F(LogTest, loses_no_line_while_it_is_opened_anew)
{
    constexpr int count = 2'000;
    constexpr int times_opened = 50;
    {
        Log log{settings()};
        std::jthread writer{[&] {
            for (int i = 0; i < count; ++i)
                log.write(LogLevel::info, "x", "y");
        }};
        for (int i = 0; i < times_opened; ++i)
            log.reopen();
    }
    EXPECT_EQ(lines().size(), count + times_opened);
}

TEST_F(LogTest, throws_when_the_file_cannot_be_opened)
{
    fs::create_directories(file());
    try {
        Log log{settings()};
        FAIL() << "a folder was opened as a file";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::internal);
        EXPECT_THAT(error.message(), HasSubstr(file().string()));
    }
}

TEST_F(LogTest, keeps_lines_whole_when_many_threads_write)
{
    constexpr int threads = 4;
    constexpr int lines_each = 500;
    const std::string message(300, 'm');
    {
        Log log{settings()};
        std::vector<std::jthread> writers;
        for (int i = 0; i < threads; ++i) {
            writers.emplace_back([&] {
                for (int n = 0; n < lines_each; ++n) {
                    log.write(LogLevel::info, "x", message, "id");
                }
            });
        }
    }
    const auto written = lines();
    EXPECT_EQ(written.size(), static_cast<std::size_t>(threads * lines_each));
    EXPECT_THAT(written, ::testing::Each(EndsWith(" - INFO - x - " + message + " [ID: id]")));
}

}  // namespace
}  // namespace todod::base
