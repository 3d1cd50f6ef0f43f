#include "cli/cli.hpp"

int main(int argc, char** argv)
{
    return todod::cli::run(argc, argv);
}
