#pragma once

namespace todod::cli {

/// Runs the command that the arguments name; gives the process's exit code: 0 when all went well,
/// 1 when it did not (one line on standard error says why), 2 for arguments that make no sense.
int run(int argc, char** argv);

}  // namespace todod::cli
