// The N-API binding to FAISS: build, search, save, load, cluster, off the main thread; every failure is a rejected promise.
#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/IDSelector.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <faiss/invlists/InvertedLists.h>
#include <napi.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <vector>

/// OpenBLAS's own; absent where another BLAS is linked.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace {

using idx_t = faiss::Index::idx_t;

void require(bool holds, const char* otherwise) {
    if (!holds) throw std::invalid_argument(otherwise);
}

/// Searches share the index; training and adding have it alone.
struct Held {
    std::unique_ptr<faiss::Index> index;
    std::shared_mutex lock;
};

/// Runs `work` on a pool thread, then makes the answer on the main thread; keeps JavaScript arrays alive meanwhile.
class Task : public Napi::AsyncWorker {
   public:
    using Work = std::function<void()>;
    using Answer = std::function<Napi::Value(Napi::Env)>;

    static Napi::Value Run(Napi::Env env, int threads, Work work, Answer answer, Napi::Value keep) {
        auto* task = new Task(env, threads, std::move(work), std::move(answer));
        if (keep.IsObject()) task->keep_ = Napi::Persistent(keep.As<Napi::Object>());
        Napi::Promise promise = task->deferred_.Promise();
        task->Queue();
        return promise;
    }

   protected:
    void Execute() override {
        // The number belongs to the calling thread, so that another search is not slowed down or sped up by it.
        omp_set_num_threads(std::max(1, threads_));
        try {
            work_();
        } catch (const std::exception& error) {
            SetError(error.what());
        } catch (...) {
            SetError("FAISS failed without saying why.");
        }
    }
    void OnOK() override { deferred_.Resolve(answer_(Env())); }
    void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

   private:
    Task(Napi::Env env, int threads, Work work, Answer answer)
            : Napi::AsyncWorker(env),
              deferred_(Napi::Promise::Deferred::New(env)),
              threads_(threads),
              work_(std::move(work)),
              answer_(std::move(answer)) {}
    Napi::Promise::Deferred deferred_;
    Napi::ObjectReference keep_;
    int threads_;
    Work work_;
    Answer answer_;
};

Napi::Float32Array floatsOf(const Napi::Value& value) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
        throw Napi::TypeError::New(value.Env(), "A Float32Array is expected.");
    return value.As<Napi::Float32Array>();
}

int64_t numberOf(const Napi::Value& value, int64_t least, int64_t most, const char* what) {
    if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string(what) + " must be a number.");
    const double number = value.As<Napi::Number>().DoubleValue();
    if (!(number >= double(least) && number <= double(most)) || number != std::floor(number))
        throw Napi::RangeError::New(value.Env(), std::string(what) + " is out of range.");
    return int64_t(number);
}

int64_t optionOf(const Napi::Object& options, const char* name, int64_t otherwise, int64_t least, int64_t most) {
    const Napi::Value value = options.Get(name);
    return value.IsUndefined() ? otherwise : numberOf(value, least, most, name);
}

/// HNSW wants the smaller to be the nearer.
struct Negative : faiss::DistanceComputer {
    std::unique_ptr<faiss::DistanceComputer> inner;
    explicit Negative(faiss::DistanceComputer* computer) : inner(computer) {}
    void set_query(const float* x) override { inner->set_query(x); }
    float operator()(idx_t i) override { return -(*inner)(i); }
    float symmetric_dis(idx_t i, idx_t j) override { return -inner->symmetric_dis(i, j); }
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

/// Every row that passes, one by one: what a graph cannot do well when few rows pass.
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

/// FAISS 1.7.3 filters no graph search, so the caller asks for more and those that do not pass are left out here.
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

/// Searches share the index while they agree on efSearch; one that wants another has it alone.
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

// What FAISS believes of a file without looking; a wrong number here is a wild read later.
void checkQuantizer(const faiss::ScalarQuantizer& sq, const faiss::Index& index) {
    require(sq.qtype == faiss::ScalarQuantizer::QT_8bit, "the quantizer is not of the expected kind");
    require(idx_t(sq.d) == index.d && sq.code_size == size_t(index.d), "the quantizer is of another dimension");
    require(sq.trained.size() == 2 * size_t(index.d), "the quantizer is not trained");
}

void checkCodes(const faiss::IndexFlatCodes& codes, size_t size) {
    require(codes.code_size == size && codes.codes.size() == size * size_t(codes.ntotal), "rows are missing");
}

void checkStorage(const faiss::Index& index) {
    if (const auto* flat = dynamic_cast<const faiss::IndexFlat*>(&index)) {
        checkCodes(*flat, size_t(flat->d) * 4);
    } else if (const auto* scalar = dynamic_cast<const faiss::IndexScalarQuantizer*>(&index)) {
        checkQuantizer(scalar->sq, index);
        checkCodes(*scalar, size_t(index.d));
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

class NativeIndex : public Napi::ObjectWrap<NativeIndex> {
   public:
    std::shared_ptr<Held> held;

    static Napi::Function Define(Napi::Env env) {
        return DefineClass(env, "NativeIndex",
                           {InstanceMethod("train", &NativeIndex::Train), InstanceMethod("add", &NativeIndex::Add),
                            InstanceMethod("search", &NativeIndex::Search), InstanceMethod("save", &NativeIndex::Save),
                            InstanceMethod("reconstruct", &NativeIndex::Reconstruct),
                            InstanceMethod("close", &NativeIndex::Close),
                            InstanceAccessor("rows", &NativeIndex::Rows, nullptr),
                            InstanceAccessor("dim", &NativeIndex::Dim, nullptr),
                            InstanceAccessor("lists", &NativeIndex::Lists, nullptr),
                            InstanceAccessor("memory", &NativeIndex::Memory, nullptr)});
    }

    /// Nothing, or (factory, dim).
    explicit NativeIndex(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeIndex>(info) {
        held = std::make_shared<Held>();
        if (info.Length() == 0) return;
        if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "The factory must be a string.");
        const int dim = int(numberOf(info[1], 1, 65536, "dim"));
        try {
            held->index.reset(faiss::index_factory(dim, info[0].As<Napi::String>().Utf8Value().c_str(), faiss::METRIC_INNER_PRODUCT));
        } catch (const std::exception& error) {
            throw Napi::Error::New(info.Env(), error.what());
        }
    }

    static Napi::Value Wrap(Napi::Env env, std::shared_ptr<Held> held) {
        Napi::EscapableHandleScope scope(env);
        Napi::Object object = env.GetInstanceData<Napi::FunctionReference>()->New({});
        Unwrap(object)->held = std::move(held);
        return scope.Escape(object);
    }

   private:
    std::shared_ptr<Held> open(Napi::Env env) const {
        if (!held || !held->index) throw Napi::Error::New(env, "This index has been closed.");
        return held;
    }

    /// (rows: Float32Array, { threads, pointsPerCentroid })
    Napi::Value Train(const Napi::CallbackInfo& info) {
        return fill(info, [](faiss::Index& index, idx_t n, const float* x, idx_t points) {
            if (auto* lists = dynamic_cast<faiss::IndexIVF*>(&index)) {
                lists->cp.max_points_per_centroid = int(points);
                lists->cp.min_points_per_centroid = 1;
                // k-means by inner product drifts unless its centres stay on the sphere.
                lists->cp.spherical = true;
            }
            if (!index.is_trained) index.train(n, x);
        });
    }

    Napi::Value Add(const Napi::CallbackInfo& info) {
        return fill(info, [](faiss::Index& index, idx_t n, const float* x, idx_t) {
            require(index.is_trained, "The index must be trained first.");
            require(index.ntotal + n < INT32_MAX, "That is more rows than one index holds.");
            if (n > 0) index.add(n, x);
        });
    }

    Napi::Value fill(const Napi::CallbackInfo& info, std::function<void(faiss::Index&, idx_t, const float*, idx_t)> use) {
        auto own = open(info.Env());
        const Napi::Float32Array rows = floatsOf(info[0]);
        const Napi::Object options = info[1].IsObject() ? info[1].As<Napi::Object>() : Napi::Object::New(info.Env());
        const idx_t points = optionOf(options, "pointsPerCentroid", 256, 1, 100000);
        const idx_t d = own->index->d;
        if (idx_t(rows.ElementLength()) % d != 0) throw Napi::RangeError::New(info.Env(), "Rows are cut.");
        const idx_t n = idx_t(rows.ElementLength()) / d;
        const float* x = rows.Data();
        return Task::Run(
                info.Env(), int(optionOf(options, "threads", 1, 1, 1024)),
                [=] {
                    std::unique_lock guard(own->lock);
                    use(*own->index, n, x, points);
                },
                [](Napi::Env env) { return env.Undefined(); }, rows);
    }

    /// (query: Float32Array, { k, effort, filter?, exact? }) → { rows: Uint32Array, similarities: Float32Array }
    Napi::Value Search(const Napi::CallbackInfo& info) {
        const Napi::Env env = info.Env();
        auto own = open(env);
        const Napi::Float32Array query = floatsOf(info[0]);
        if (!info[1].IsObject()) throw Napi::TypeError::New(env, "Options are expected.");
        const Napi::Object options = info[1].As<Napi::Object>();
        if (idx_t(query.ElementLength()) != own->index->d) throw Napi::RangeError::New(env, "The question has another dimension.");
        auto q = std::make_shared<Question>();
        q->query.assign(query.Data(), query.Data() + query.ElementLength());
        q->k = std::min<idx_t>(numberOf(options.Get("k"), 0, INT32_MAX, "k"), own->index->ntotal);
        q->effort = optionOf(options, "effort", 64, 1, INT32_MAX);
        q->exact = options.Get("exact").ToBoolean();
        const Napi::Value filter = options.Get("filter");
        if (!filter.IsUndefined()) {
            if (!filter.IsTypedArray() || filter.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array)
                throw Napi::TypeError::New(env, "The filter must be a Uint32Array.");
            const auto bits = filter.As<Napi::Uint32Array>();
            if (idx_t(bits.ElementLength()) * 32 < own->index->ntotal) throw Napi::RangeError::New(env, "The filter is too short.");
            q->filter.assign(bits.Data(), bits.Data() + bits.ElementLength());
            q->filtered = true;
        }
        return Task::Run(
                env, 1,
                [=] {
                    searchHeld(*own, *q);
                },
                [q](Napi::Env env) -> Napi::Value {
                    size_t count = 0;
                    for (const idx_t row : q->rows) count += row >= 0;
                    auto rows = Napi::Uint32Array::New(env, count);
                    auto similarities = Napi::Float32Array::New(env, count);
                    for (size_t from = 0, to = 0; from < q->rows.size(); from++) {
                        if (q->rows[from] < 0) continue;
                        rows[to] = uint32_t(q->rows[from]);
                        similarities[to++] = q->similarities[from];
                    }
                    auto answer = Napi::Object::New(env);
                    answer.Set("rows", rows);
                    answer.Set("similarities", similarities);
                    return answer;
                },
                env.Undefined());
    }

    Napi::Value Save(const Napi::CallbackInfo& info) {
        auto own = open(info.Env());
        if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "A path is expected.");
        const std::string path = info[0].As<Napi::String>();
        return Task::Run(
                info.Env(), 1,
                [=] {
                    std::shared_lock guard(own->lock);
                    faiss::write_index(own->index.get(), path.c_str());
                },
                [](Napi::Env env) { return env.Undefined(); }, info.Env().Undefined());
    }

    Napi::Value Reconstruct(const Napi::CallbackInfo& info) {
        auto own = open(info.Env());
        const idx_t row = numberOf(info[0], 0, own->index->ntotal - 1, "row");
        auto vector = Napi::Float32Array::New(info.Env(), size_t(own->index->d));
        try {
            std::shared_lock guard(own->lock);
            own->index->reconstruct(row, vector.Data());
        } catch (const std::exception& error) {
            throw Napi::Error::New(info.Env(), error.what());
        }
        return vector;
    }

    Napi::Value Close(const Napi::CallbackInfo& info) {
        held.reset();
        return info.Env().Undefined();
    }
    Napi::Value Rows(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(open(info.Env())->index->ntotal)); }
    Napi::Value Dim(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), open(info.Env())->index->d); }
    Napi::Value Memory(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(bytesOf(*open(info.Env())->index))); }
    Napi::Value Lists(const Napi::CallbackInfo& info) {
        const auto* lists = dynamic_cast<const faiss::IndexIVF*>(open(info.Env())->index.get());
        return Napi::Number::New(info.Env(), lists ? double(lists->nlist) : 0);
    }
};

/// (path, mmap) → NativeIndex. The caller has checked that every length in the file fits in it.
Napi::Value Load(const Napi::CallbackInfo& info) {
    if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "A path is expected.");
    const std::string path = info[0].As<Napi::String>();
    const int flags = info[1].ToBoolean() ? faiss::IO_FLAG_MMAP : 0;
    auto own = std::make_shared<Held>();
    return Task::Run(
            info.Env(), 1,
            [=] {
                own->index.reset(faiss::read_index(path.c_str(), flags));
                require(own->index != nullptr, "there is no index in it");
                // Mapped lists are not in memory to be looked through; that way of opening is for files just verified.
                if (flags == 0) check(*own->index);
                auto* lists = dynamic_cast<faiss::IndexIVF*>(own->index.get());
                if (lists && flags == 0) lists->make_direct_map(true);
            },
            [=](Napi::Env env) { return NativeIndex::Wrap(env, own); }, info.Env().Undefined());
}

/// (rows, dim, k, { seed, niter, nredo, spherical, pointsPerCentroid, threads, initial }) → { centroids, assignments, inertia }
/// `initial`: k × dim numbers to start from; random rows without it.
Napi::Value Kmeans(const Napi::CallbackInfo& info) {
    const Napi::Float32Array rows = floatsOf(info[0]);
    const int d = int(numberOf(info[1], 1, 65536, "dim"));
    if (rows.ElementLength() % size_t(d) != 0) throw Napi::RangeError::New(info.Env(), "Rows are cut.");
    const idx_t n = idx_t(rows.ElementLength()) / d;
    const int k = int(numberOf(info[2], 1, std::max<idx_t>(1, n), "k"));
    if (n == 0) throw Napi::RangeError::New(info.Env(), "There are no rows to cluster.");
    const Napi::Object options = info[3].IsObject() ? info[3].As<Napi::Object>() : Napi::Object::New(info.Env());
    faiss::ClusteringParameters cp;
    cp.seed = int(optionOf(options, "seed", 1234, 0, INT32_MAX));
    cp.niter = int(optionOf(options, "niter", 25, 1, 10000));
    cp.nredo = int(optionOf(options, "nredo", 1, 1, 1000));
    cp.spherical = options.Get("spherical").ToBoolean();
    cp.min_points_per_centroid = 1;
    cp.max_points_per_centroid = int(optionOf(options, "pointsPerCentroid", 1 << 24, 1, 1 << 24));
    std::vector<float> initial;
    if (!options.Get("initial").IsUndefined()) {
        const Napi::Float32Array given = floatsOf(options.Get("initial"));
        if (given.ElementLength() != size_t(k) * size_t(d)) throw Napi::RangeError::New(info.Env(), "The centroids to start from are not k × dim.");
        initial.assign(given.Data(), given.Data() + given.ElementLength());
        for (const float value : initial)
            if (!std::isfinite(value)) throw Napi::RangeError::New(info.Env(), "The centroids to start from hold a number that is not finite.");
    }
    struct Found {
        std::vector<float> centroids;
        std::vector<int32_t> assignments;
        double inertia = 0;
    };
    auto found = std::make_shared<Found>();
    const float* x = rows.Data();
    return Task::Run(
            info.Env(), int(optionOf(options, "threads", 1, 1, 1024)),
            [=] {
                for (idx_t i = 0; i < n * d; i++) require(std::isfinite(x[i]), "The rows hold a number that is not finite.");
                std::unique_ptr<faiss::Index> nearest;
                if (cp.spherical) nearest = std::make_unique<faiss::IndexFlatIP>(d);
                else nearest = std::make_unique<faiss::IndexFlatL2>(d);
                faiss::Clustering clustering(d, k, cp);
                clustering.centroids = initial;
                clustering.train(n, x, *nearest);
                nearest->reset();
                nearest->add(k, clustering.centroids.data());
                std::vector<idx_t> labels(static_cast<size_t>(n));
                std::vector<float> scores(static_cast<size_t>(n));
                nearest->search(n, x, 1, scores.data(), labels.data());
                found->assignments.resize(size_t(n));
                for (idx_t i = 0; i < n; i++) {
                    const idx_t label = std::max<idx_t>(0, labels[size_t(i)]);
                    found->assignments[size_t(i)] = int32_t(label);
                    const float* c = clustering.centroids.data() + label * d;
                    double sum = 0;
                    for (int j = 0; j < d; j++) sum += (double(x[i * d + j]) - c[j]) * (double(x[i * d + j]) - c[j]);
                    found->inertia += sum;
                }
                found->centroids = std::move(clustering.centroids);
            },
            [found](Napi::Env env) -> Napi::Value {
                auto centroids = Napi::Float32Array::New(env, found->centroids.size());
                std::copy(found->centroids.begin(), found->centroids.end(), centroids.Data());
                auto assignments = Napi::Int32Array::New(env, found->assignments.size());
                std::copy(found->assignments.begin(), found->assignments.end(), assignments.Data());
                auto answer = Napi::Object::New(env);
                answer.Set("centroids", centroids);
                answer.Set("assignments", assignments);
                answer.Set("inertia", Napi::Number::New(env, found->inertia));
                return answer;
            },
            rows);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
    // OpenBLAS ends its threads before every fork, and waits for ever for one that is at work: a process that trains an index
    // while it starts git would hang. With one thread OpenBLAS has none at work; FAISS's own loops use OpenMP, and k-means of
    // 20,000 x 256 takes the same time on two cores.
    if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
    Napi::Function type = NativeIndex::Define(env);
    // One for each thread of JavaScript that loads the binding: a static would belong to the last.
    env.SetInstanceData(new Napi::FunctionReference(Napi::Persistent(type)));
    exports.Set("NativeIndex", type);
    exports.Set("load", Napi::Function::New(env, Load));
    exports.Set("kmeans", Napi::Function::New(env, Kmeans));
    exports.Set("faissVersion", Napi::String::New(env, std::to_string(FAISS_VERSION_MAJOR) + "." + std::to_string(FAISS_VERSION_MINOR) + "." + std::to_string(FAISS_VERSION_PATCH)));
    return exports;
}

}  // namespace

NODE_API_MODULE(faiss, Init)
