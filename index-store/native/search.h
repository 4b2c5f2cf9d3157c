// One search of a loaded index: the question, and where its answer is left.
#pragma once
#include <faiss/Index.h>

#include <memory>
#include <shared_mutex>
#include <vector>

using idx_t = faiss::Index::idx_t;

/// A loaded index. Searches share it; training and adding have it alone.
struct Held {
    std::unique_ptr<faiss::Index> index;
    std::shared_mutex lock;
};

struct Question {
    std::vector<float> query;
    std::vector<uint32_t> filter;
    bool filtered = false;
    bool exact = false;
    idx_t k = 0;
    idx_t effort = 0;
    std::vector<idx_t> rows;
    std::vector<float> similarities;
    bool passes(idx_t row) const { return !filtered || ((filter[size_t(row) >> 5] >> (row & 31)) & 1u); }
};

/// Fills the rows and similarities of `q`. Searches share the index while they agree on efSearch; one that wants another has it
/// alone.
void searchHeld(Held& held, Question& q);
