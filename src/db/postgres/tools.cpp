#include "db/postgres/tools.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>

#include "base/error.hpp"

namespace todod::db::postgres {

namespace {

constexpr std::string_view debian_folder = "/usr/lib/postgresql";

struct FreeOptions {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

bool is_for_tools(std::string_view name)
{
    constexpr std::string_view starts[] = {"PG", "KRB5", "LC_", "SSL_CERT_"};
    constexpr std::string_view names[] = {"PATH", "HOME", "USER",  "LOGNAME",
                                          "LANG", "TZ",   "TMPDIR"};
    return std::ranges::any_of(starts, [&](auto start) { return name.starts_with(start); }) ||
           std::ranges::find(names, name) != std::end(names);
}

std::map<std::string, std::string> inherited()
{
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || !is_for_tools(text.substr(0, equals))) continue;
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

std::vector<std::string> to_list(const std::map<std::string, std::string>& variables)
{
    std::vector<std::string> list;
    list.reserve(variables.size());
    for (const auto& [name, value] : variables)
        list.push_back(fmt::format("{}={}", name, value));
    return list;
}

/// Of libpq's keyword; empty: none.
std::string variable_of(const PQconninfoOption* options, std::string_view keyword)
{
    for (; options->keyword != nullptr; ++options) {
        if (keyword != options->keyword) continue;
        return options->envvar != nullptr ? options->envvar : "";
    }
    return {};
}

/// Where a tool of that name may be: Debian's own folders first, since what it has in PATH chooses
/// among them anew at each call.
std::vector<std::string> places_of(const std::string& name)
{
    std::vector<std::string> places;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{debian_folder, none})
        places.push_back((entry.path() / "bin" / name).string());
    const char* const path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "";
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        if (!folder.empty()) places.push_back(fmt::format("{}/{}", folder, name));
    }
    std::erase_if(places, [](const auto& place) { return ::access(place.c_str(), X_OK) != 0; });
    return places;
}

/// Of "pg_dump (PostgreSQL) 15.4 (Debian …)"; 0 where it says none.
int version_of(const std::string& path, const Child::Tick& tick)
{
    constexpr std::string_view before = "(PostgreSQL) ";
    Child child{{path, "--version"}, to_list(inherited()), Child::Use::read, tick};
    std::string said;
    for (auto piece = child.read(); !piece.empty(); piece = child.read())
        said.append(piece.substr(0, Child::max_complaint_bytes));
    const std::size_t at = said.find(before);
    int version = 0;
    if (!child.finish() || at == std::string::npos) return 0;
    std::from_chars(said.data() + at + before.size(), said.data() + said.size(), version);
    return version;
}

}  // namespace

Tool find_tool(const std::string& name, int least, int server, const Child::Tick& tick)
{
    // These begin with SET transaction_timeout.
    constexpr int changed = 17;
    const int most = server < changed ? changed - 1 : std::numeric_limits<int>::max();
    Tool best;
    int newest = 0;
    for (const std::string& place : places_of(name)) {
        const int version = version_of(place, tick);
        newest = std::max(newest, version);
        if (version < least || version > most || (best.version != 0 && best.version <= version))
            continue;
        best = {place, version};
    }
    if (best.version != 0) return best;
    const std::string what =
        newest == 0 ? fmt::format("there is no {} in PATH or {}/*/bin", name, debian_folder)
                    : fmt::format("{} is of PostgreSQL {}, {} than what is needed ({})", name,
                                  newest, newest < least ? "older" : "newer", least);
    throw base::Error{base::ErrorCode::not_found,
                      fmt::format("{}: install postgresql-client-{}", what, least)};
}

std::vector<std::string> tool_environment(const Settings& settings)
{
    const std::unique_ptr<PQconninfoOption, FreeOptions> options{PQconndefaults()};
    if (!options) throw base::Error{base::ErrorCode::internal, "out of memory"};
    auto variables = inherited();
    for (const auto& [keyword, value] : settings.parameters) {
        const std::string variable = variable_of(options.get(), keyword);
        if (!variable.empty()) {
            variables[variable] = value;
        } else if (keyword == "sslpassword") {
            throw base::Error{base::ErrorCode::bad_request,
                              "DATABASE_URL's sslpassword cannot be handed to PostgreSQL's "
                              "programs in secret: use a key without one, readable by its owner "
                              "alone (sslkey)"};
        }
        // The others, as keepalives, only say how patient a connection is.
    }
    variables["PGAPPNAME"] = "todod backup";
    return to_list(variables);
}

std::string name_database(std::string_view name)
{
    std::string text = "dbname='";
    for (const char c : name) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + '\'';
}

}  // namespace todod::db::postgres
