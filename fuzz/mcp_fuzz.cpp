// What a client of the Model Context Protocol sends: a line that chooses the headers, and the JSON
// of a message below it. It is answered over a real database by JSON-RPC, whatever it is.
#include <array>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/api.hpp"
#include "http/json_body.hpp"
#include "mcp/task_server.hpp"
#include "support/services.hpp"

namespace {

using namespace todod;

constexpr std::size_t json_depth = 32;

/// One user with a few tasks.
class Fixture : public testing::TestServices {
public:
    Fixture()
    {
        add_user("ada");
        for (const char* const title : {"Buy milk", "Call mom", "Pay the rent"}) {
            types::CreateTask task;
            task.title = {.given = true, .value = title};
            run(task_service().create({"ada", {}}, std::move(task)));
        }
    }

    mcp::Outgoing answer(const boost::json::value& message,
                         std::span<const schema::NamedText> headers)
    {
        mcp::Sender sender{.caller = {.user_id = "ada"}};
        if (!headers.empty()) sender.headers = headers;
        return run(server_.answer(message, std::move(sender)));
    }

private:
    const operation::Table tools_ = api::tool_operations(&task_service(), &change_service());
    const mcp::Server server_ = mcp::task_server("1.0", tools_, clock());
};

/// Three headers with ';' between: the revision, Mcp-Method and Mcp-Name.
std::vector<schema::NamedText> read_headers(std::string_view line)
{
    constexpr std::array<std::string_view, 3> names{"MCP-Protocol-Version", "Mcp-Method",
                                                    "Mcp-Name"};
    std::vector<schema::NamedText> headers;
    headers.reserve(names.size());
    for (const auto name : names) {
        const auto end = std::min(line.find(';'), line.size());
        if (end > 0) headers.push_back({name, line.substr(0, end)});
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return headers;
}

void check(const mcp::Outgoing& outgoing)
{
    if (outgoing.body.empty()) {
        if (outgoing.status != 202) std::abort();
        return;
    }
    const auto answer = boost::json::parse(outgoing.body);
    const auto& object = answer.as_object();
    if (object.at("jsonrpc") != "2.0" || !object.contains("id")) std::abort();
    if (object.contains("result") == object.contains("error")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Fixture fixture;
    static http::JsonReader reader{json_depth};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto end = std::min(text.find('\n'), text.size());
    try {
        const auto message = reader.read(text.substr(std::min(end + 1, size)), {});
        check(fixture.answer(message, read_headers(text.substr(0, end))));
    } catch (const base::Error& error) {
        using enum base::ErrorCode;
        if (error.code() != bad_request && error.code() != invalid) throw;
    }
    return 0;
}
