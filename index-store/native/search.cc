// Searches an index of any kind that is used here: flat, graph, inverted lists; with a filter, exactly or by effort.
#include "search.h"

#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/IDSelector.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <queue>
#include <utility>

namespace {

/// Negated similarities: the graph search takes the smaller number for the nearer.
struct Negative : faiss::DistanceComputer {
    std::unique_ptr<faiss::DistanceComputer> inner;
    explicit Negative(faiss::DistanceComputer* computer) : inner(computer) {}
    void set_query(const float* x) override { inner->set_query(x); }
    float operator()(idx_t i) override { return -(*inner)(i); }
    float symmetric_dis(idx_t i, idx_t j) override { return -inner->symmetric_dis(i, j); }
};

/// Compares every row that passes: a graph finds too little where few rows pass.
void searchExactly(const faiss::Index& index, Question& q) {
    std::unique_ptr<faiss::DistanceComputer> distance(index.get_distance_computer());
    distance->set_query(q.query.data());
    using Entry = std::pair<float, idx_t>;  // similarity, minus row: the smallest is the worst
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> best;
    for (idx_t row = 0; row < index.ntotal; row++) {
        if (q.filtered && (row & 31) == 0 && q.filter[size_t(row) >> 5] == 0) {
            row += 31;
            continue;
        }
        if (!q.passes(row)) continue;
        const Entry entry((*distance)(row), -row);
        if (idx_t(best.size()) < q.k) best.push(entry);
        else if (entry > best.top()) {
            best.pop();
            best.push(entry);
        }
    }
    for (; !best.empty(); best.pop()) {
        q.rows.push_back(-best.top().second);
        q.similarities.push_back(best.top().first);
    }
}

/// FAISS 1.7.3 cannot filter a graph search, so the caller asks for more rows and those that do not pass are left out here.
/// It also ignores SearchParametersHNSW: efSearch is the index's own field, set by `searchHeld` under the lock.
void searchGraph(const faiss::IndexHNSW& index, Question& q) {
    Negative distance(index.storage->get_distance_computer());
    distance.set_query(q.query.data());
    const idx_t wanted = std::min(index.ntotal, q.filtered ? std::max(q.k, q.effort) : q.k);
    std::vector<idx_t> rows(size_t(wanted), -1);
    std::vector<float> far(size_t(wanted), 0);
    faiss::VisitedTable visited{int(index.ntotal)};
    index.hnsw.search(distance, int(wanted), rows.data(), far.data(), visited);
    for (idx_t i = 0; i < wanted; i++) {
        if (rows[size_t(i)] < 0 || !q.passes(rows[size_t(i)])) continue;
        q.rows.push_back(rows[size_t(i)]);
        q.similarities.push_back(-far[size_t(i)]);
    }
}

void searchOther(const faiss::Index& index, Question& q) {
    const idx_t k = std::min(q.k, index.ntotal);
    q.rows.assign(size_t(k), -1);
    q.similarities.assign(size_t(k), 0);
    faiss::IDSelectorBitmap selector(q.filter.size() * 4, reinterpret_cast<const uint8_t*>(q.filter.data()));
    if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(&index)) {
        faiss::SearchParametersIVF parameters;
        parameters.nprobe = q.exact ? ivf->nlist : std::min<size_t>(ivf->nlist, size_t(std::max<idx_t>(1, q.effort)));
        if (q.filtered) parameters.sel = &selector;
        index.search(1, q.query.data(), k, q.similarities.data(), q.rows.data(), &parameters);
    } else {
        faiss::SearchParameters parameters;
        if (q.filtered) parameters.sel = &selector;
        index.search(1, q.query.data(), k, q.similarities.data(), q.rows.data(), &parameters);
    }
}

void search(const faiss::Index& index, Question& q) {
    if (index.ntotal == 0 || q.k == 0) return;
    const auto* graph = dynamic_cast<const faiss::IndexHNSW*>(&index);
    if (graph && q.exact) searchExactly(*graph->storage, q);
    else if (graph) searchGraph(*graph, q);
    else searchOther(index, q);
}

}  // namespace

void searchHeld(Held& held, Question& q) {
    auto* graph = dynamic_cast<faiss::IndexHNSW*>(held.index.get());
    const int wanted = int(std::min(std::max<idx_t>(q.effort, 1), std::max<idx_t>(held.index->ntotal, 1)));
    {
        std::shared_lock guard(held.lock);
        if (!graph || q.exact || graph->hnsw.efSearch == wanted) {
            search(*held.index, q);
            return;
        }
    }
    std::unique_lock guard(held.lock);
    graph->hnsw.efSearch = wanted;
    search(*held.index, q);
}
