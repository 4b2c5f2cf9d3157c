// The structure of every index kind that is used here, checked: sizes, links between rows, lists.
#include "check.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/invlists/InvertedLists.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

void require(bool holds, const char* otherwise) {
    if (!holds) throw std::invalid_argument(otherwise);
}

namespace {

using idx_t = faiss::Index::idx_t;

// FAISS takes these numbers from the file without checking them; a wrong one would be read out of bounds in a search.
void checkQuantizer(const faiss::ScalarQuantizer& sq, const faiss::Index& index) {
    const bool halves = sq.qtype == faiss::ScalarQuantizer::QT_fp16;
    require(halves || sq.qtype == faiss::ScalarQuantizer::QT_8bit, "the quantizer is not of the expected kind");
    const size_t bytes = size_t(index.d) * (halves ? 2 : 1);
    require(idx_t(sq.d) == index.d && sq.code_size == bytes, "the quantizer is of another dimension");
    require(halves || sq.trained.size() == 2 * size_t(index.d), "the quantizer is not trained");
}

void checkCodes(const faiss::IndexFlatCodes& codes, size_t size) {
    require(codes.code_size == size && codes.codes.size() == size * size_t(codes.ntotal), "rows are missing");
}

void checkStorage(const faiss::Index& index) {
    if (const auto* flat = dynamic_cast<const faiss::IndexFlat*>(&index)) {
        checkCodes(*flat, size_t(flat->d) * 4);
    } else if (const auto* scalar = dynamic_cast<const faiss::IndexScalarQuantizer*>(&index)) {
        checkQuantizer(scalar->sq, index);
        checkCodes(*scalar, scalar->sq.code_size);
    } else {
        require(false, "the rows are stored in an unknown way");
    }
}

void checkGraph(const faiss::IndexHNSW& index) {
    const faiss::HNSW& graph = index.hnsw;
    const size_t n = size_t(index.ntotal);
    require(index.storage && index.storage->ntotal == index.ntotal && index.storage->d == index.d, "rows and graph differ");
    require(index.storage->metric_type == index.metric_type, "rows and graph differ in metric");
    checkStorage(*index.storage);
    require(graph.levels.size() == n && graph.offsets.size() == n + 1, "the graph has another size");
    const auto& widths = graph.cum_nneighbor_per_level;
    require(!widths.empty() && widths[0] == 0, "the graph has no levels");
    for (size_t i = 1; i < widths.size(); i++)
        require(widths[i] >= widths[i - 1] && widths[i] < (1 << 20), "the graph's levels are not in order");
    require(graph.offsets[0] == 0 && graph.offsets[n] == graph.neighbors.size(), "the graph's lists are cut");
    int highest = -1;
    for (size_t i = 0; i < n; i++) {
        const int level = graph.levels[i];
        require(level >= 1 && size_t(level) < widths.size(), "a row has an impossible level");
        highest = std::max(highest, level - 1);
        require(graph.offsets[i + 1] >= graph.offsets[i] && graph.offsets[i + 1] - graph.offsets[i] == size_t(widths[size_t(level)]),
                "a row's list has another length");
        for (int l = 0; l < level; l++)
            for (size_t at = graph.offsets[i] + size_t(widths[size_t(l)]); at < graph.offsets[i] + size_t(widths[size_t(l) + 1]); at++) {
                const auto to = graph.neighbors[at];
                // A neighbour on a level must itself be on that level, or following it reads past its list.
                require(to == -1 || (to >= 0 && size_t(to) < n && graph.levels[size_t(to)] > l), "a link leads nowhere");
            }
    }
    require(graph.max_level == highest, "the graph's top is elsewhere");
    require(n == 0 ? graph.entry_point == -1
                   : graph.entry_point >= 0 && size_t(graph.entry_point) < n &&
                            graph.levels[size_t(graph.entry_point)] == highest + 1,
            "the graph's entry is elsewhere");
}

void checkLists(const faiss::IndexIVF& index) {
    require(index.quantizer && index.quantizer->d == index.d, "the lists' centres are of another dimension");
    require(idx_t(index.nlist) == index.quantizer->ntotal && index.nlist > 0, "lists and centres differ in number");
    require(index.quantizer->metric_type == index.metric_type, "lists and centres differ in metric");
    checkStorage(*index.quantizer);
    const auto* lists = dynamic_cast<const faiss::ArrayInvertedLists*>(index.invlists);
    require(lists && lists->nlist == index.nlist && lists->code_size == index.code_size, "the lists have another shape");
    if (const auto* scalar = dynamic_cast<const faiss::IndexIVFScalarQuantizer*>(&index)) {
        checkQuantizer(scalar->sq, index);
        require(index.code_size == size_t(index.d), "the codes have another size");
    } else {
        require(dynamic_cast<const faiss::IndexIVFFlat*>(&index) && index.code_size == size_t(index.d) * 4,
                "the codes have another size");
    }
    std::vector<bool> seen(size_t(index.ntotal), false);
    size_t total = 0;
    for (size_t list = 0; list < lists->nlist; list++) {
        const auto& ids = lists->ids[list];
        require(lists->codes[list].size() == ids.size() * index.code_size, "a list is cut");
        for (const idx_t id : ids) {
            require(id >= 0 && id < index.ntotal && !seen[size_t(id)], "a list names a row that is not there");
            seen[size_t(id)] = true;
        }
        total += ids.size();
    }
    require(total == size_t(index.ntotal), "rows are missing from the lists");
    require(index.direct_map.type == faiss::DirectMap::NoMap, "there is a map that nobody wrote");
}

}  // namespace

void check(const faiss::Index& index) {
    require(index.d > 0 && index.ntotal >= 0 && index.ntotal < INT32_MAX, "the size is impossible");
    require(index.is_trained && index.metric_type == faiss::METRIC_INNER_PRODUCT, "it was not built for the inner product");
    if (const auto* graph = dynamic_cast<const faiss::IndexHNSW*>(&index)) checkGraph(*graph);
    else if (const auto* lists = dynamic_cast<const faiss::IndexIVF*>(&index)) checkLists(*lists);
    else checkStorage(index);
}

size_t bytesOf(const faiss::Index& index) {
    if (const auto* graph = dynamic_cast<const faiss::IndexHNSW*>(&index))
        return bytesOf(*graph->storage) + graph->hnsw.neighbors.size() * 4 + graph->hnsw.offsets.size() * 8 +
                graph->hnsw.levels.size() * 4;
    if (const auto* lists = dynamic_cast<const faiss::IndexIVF*>(&index))
        // Code, id, and the place in the map that finds a row again.
        return size_t(index.ntotal) * (lists->code_size + 16) + bytesOf(*lists->quantizer);
    if (const auto* codes = dynamic_cast<const faiss::IndexFlatCodes*>(&index)) return codes->codes.size();
    return 0;
}
