#include <gmock/gmock.h>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ConfigOfModel, says_which_model_answers)
{
    EXPECT_FALSE(assistant::model::server_endpoint(read_config({}).model));
    const auto model = read_config({{"OPENAI_API_KEY", "sk-one"},
                                    {"OPENROUTER_API_KEY", "sk-two"},
                                    {"OPENAI_BASE_URL", "http://localhost:11434/v1"},
                                    {"OPENAI_MODEL", "openai/gpt-oss-120b:free"}})
                           .model;
    EXPECT_EQ(model.openai_key, "sk-one");
    EXPECT_EQ(model.openrouter_key, "sk-two");
    EXPECT_EQ(model.base_url, "http://localhost:11434/v1");
    EXPECT_EQ(model.model, "openai/gpt-oss-120b:free");
}

TEST(ConfigOfModel, names_a_variable_that_cannot_be_used_and_not_its_value)
{
    const std::pair<const char*, std::string> table[] = {
        {"OPENAI_API_KEY", "sesame\r\nX: y"},
        {"OPENAI_API_KEY", "sesame " + std::string(600, 'x')},
        {"OPENROUTER_API_KEY", "sesame oil"},
        {"OPENAI_BASE_URL", "sesame"},
        {"OPENAI_BASE_URL", "https://ann:sesame@models.example/v1"},
        {"OPENAI_BASE_URL", "https://models.example/v1?key=sesame"},
        {"OPENAI_MODEL", "sesame oil"},
    };
    for (const auto& [name, value] : table) {
        const auto error = error_of([&] { read_config({{name, value}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid) << value;
        EXPECT_THAT(error.message(), StartsWith(fmt::format("{} must be ", name)));
        EXPECT_THAT(error.message(), Not(HasSubstr("sesame")));
    }
}

TEST(ConfigOfModel, shows_no_key)
{
    for (const Setting& setting :
         list_settings({{"OPENAI_API_KEY", "sesame"}, {"OPENROUTER_API_KEY", "sesame"}}))
        EXPECT_THAT(setting.value, Not(HasSubstr("sesame"))) << setting.name;
}

}  // namespace
}  // namespace todod
