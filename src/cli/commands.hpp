#pragma once

#include <string>

/// What the commands do. Each reads the configuration, writes its answer to standard output, and
/// throws base::Error in words for whoever typed it.
namespace todod::cli {

void serve();

void migrate_up();
void migrate_down(int steps);
void migrate_to(int revision);
void migrate_current();
void migrate_history();
void migrate_pending();
void migrate_sql();

/// The password is the first line of standard input; a terminal is asked without echo.
void user_add(const std::string& email, const std::string& name);
void user_list();

/// `scopes` has commas between; without `days` the token holds until it is revoked.
void user_token(const std::string& email_or_id, const std::string& name, const std::string& scopes,
                const std::string& days);

struct CopyOptions;

/// One database into another, which must be empty; or whether both have the same.
void copy(const CopyOptions& options);

/// To a file that is not there yet, unless `force` says that it may be.
void backup(const std::string& file, bool force);

/// `replace`: also where there are data, which are replaced.
void restore(const std::string& file, bool replace);

/// Looks at all that todod stands on; false when something of it fails.
bool doctor(bool as_json);

struct ChatOptions;

/// With the assistant, on a terminal: a line a message, until `exit` or the end of the input.
void chat(const ChatOptions& options);

struct ExportOptions;
struct ImportOptions;

/// Users and their tasks, to a file or standard output.
void export_data(const ExportOptions& options);

/// Of a file that is checked as a whole first. What is there already stays as it is.
void import_data(const ImportOptions& options);

struct McpOptions;

/// The Model Context Protocol over standard input and output.
void mcp(const McpOptions& options);

/// JSON lines in and out: what the builtin assistant understands, without doing it.
void parse();

/// Asks the server that is so configured, or the one at `server`, whether it is ready; throws
/// Error{unavailable} where it is not, or does not say so within 3 s.
void health(const std::string& server);

void show_config();
void show_openapi();

}  // namespace todod::cli
