#include "store/accounts.hpp"

namespace todod::store {

bool holds(const Issue& issue, const Standing& standing)
{
    if (issue.generation) return *issue.generation == standing.generation;
    if (!standing.tokens_valid_from) return true;
    return issue.at && *issue.at >= *standing.tokens_valid_from;
}

}  // namespace todod::store
