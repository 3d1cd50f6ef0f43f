#include "mcp/inputs.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/capabilities.hpp"
#include "support/errors.hpp"

namespace todod::mcp {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;

Inputs read(const value& params)
{
    return Inputs{&params.as_object()};
}

TEST(Inputs, are_what_a_client_brings)
{
    const value params =
        parse(R"({"inputResponses":{"name":{"action":"accept","content":{"name":"Ada"}},)"
              R"("no":{"action":"decline","content":{"name":"Eve"}},"bare":{"action":"accept"},)"
              R"("roots":{"roots":[]}},"requestState":"s"})");
    const Inputs inputs = read(params);
    EXPECT_EQ(inputs.find_content("name")->at("name"), "Ada");
    EXPECT_EQ(inputs.find_content("no"), nullptr);
    EXPECT_EQ(inputs.find_content("bare"), nullptr);
    EXPECT_EQ(inputs.find_content("roots"), nullptr);
    EXPECT_NE(inputs.find("roots"), nullptr);
    EXPECT_EQ(inputs.find("other"), nullptr);
    EXPECT_EQ(inputs.state(), "s");
}

TEST(Inputs, may_be_missing)
{
    EXPECT_EQ(Inputs{nullptr}.find("name"), nullptr);
    EXPECT_FALSE(Inputs{nullptr}.has_state());
    const value none = parse("{}");
    EXPECT_EQ(read(none).find_content("name"), nullptr);
}

TEST(Inputs, have_a_form)
{
    for (const std::string_view json :
         {R"({"inputResponses":null})", R"({"inputResponses":[]})",
          R"({"inputResponses":{"name":12345}})", R"({"inputResponses":{"name":null}})",
          R"({"requestState":1})", R"({"requestState":null})"}) {
        const value params = parse(json);
        EXPECT_EQ(testing::error_of([&] { read(params); }).code(), base::ErrorCode::invalid)
            << json;
    }
}

class InputsNeededTest : public ::testing::Test {
protected:
    /// For a client with these capabilities.
    Answer answer(const InputsNeeded& needed, std::string_view capabilities)
    {
        const value whole = parse(fmt::format(
            R"({{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{{"{}":{}}}}}}})",
            capabilities_key, capabilities));
        const Message message = std::get<Message>(read_message(whole));
        const Sender sender;
        Peer peer{nullptr};
        return needed.answer({Revision::v2026_07_28, message, sender, peer});
    }
};

TEST_F(InputsNeededTest, are_asked_for_by_a_result)
{
    const auto needed = InputsNeeded{}
                            .ask("who", "elicitation/create", {{"message", "Who?"}})
                            .ask("where", "roots/list", {})
                            .keep("s");
    const auto result = std::get<Result>(answer(needed, R"({"elicitation":{},"roots":{}})"));
    EXPECT_EQ(result.type, "input_required");
    EXPECT_EQ(parse("{" + result.members + "}"),
              parse(R"({"inputRequests":{"who":{"method":"elicitation/create",)"
                    R"("params":{"message":"Who?"}},"where":{"method":"roots/list","params":{}}},)"
                    R"("requestState":"s"})"));
}

TEST_F(InputsNeededTest, need_a_client_that_can)
{
    const auto needed = InputsNeeded{}.ask("text", "sampling/createMessage", {});
    const auto fault = std::get<Fault>(answer(needed, R"({"elicitation":{}})"));
    EXPECT_EQ(fault.code, FaultCode::missing_capability);
    EXPECT_EQ(fault.status, 400);
    EXPECT_EQ(fault.data, parse(R"({"requiredCapabilities":{"sampling":{}}})"));
    EXPECT_TRUE(std::holds_alternative<Result>(answer(needed, R"({"sampling":{}})")));
}

}  // namespace
}  // namespace todod::mcp
