// Builds, searches, saves and loads indexes for JavaScript; the work itself runs off the main thread.
#include "native-index.h"

#include <faiss/IndexIVF.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "check.h"
#include "task.h"

Napi::Function NativeIndex::Define(Napi::Env env) {
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

NativeIndex::NativeIndex(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeIndex>(info) {
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

Napi::Value NativeIndex::Wrap(Napi::Env env, std::shared_ptr<Held> held) {
    Napi::EscapableHandleScope scope(env);
    Napi::Object object = env.GetInstanceData<Napi::FunctionReference>()->New({});
    Unwrap(object)->held = std::move(held);
    return scope.Escape(object);
}

std::shared_ptr<Held> NativeIndex::open(Napi::Env env) const {
    if (!held || !held->index) throw Napi::Error::New(env, "This index has been closed.");
    return held;
}

Napi::Value NativeIndex::Train(const Napi::CallbackInfo& info) {
    return fill(info, [](faiss::Index& index, idx_t n, const float* x, idx_t points) {
        if (auto* lists = dynamic_cast<faiss::IndexIVF*>(&index)) {
            lists->cp.max_points_per_centroid = int(points);
            lists->cp.min_points_per_centroid = 1;
            // k-means by inner product only converges while its centres keep unit length.
            lists->cp.spherical = true;
        }
        if (!index.is_trained) index.train(n, x);
    });
}

Napi::Value NativeIndex::Add(const Napi::CallbackInfo& info) {
    return fill(info, [](faiss::Index& index, idx_t n, const float* x, idx_t) {
        require(index.is_trained, "The index must be trained first.");
        require(index.ntotal + n < INT32_MAX, "That is more rows than one index holds.");
        if (n > 0) index.add(n, x);
    });
}

Napi::Value NativeIndex::fill(const Napi::CallbackInfo& info, Use use) {
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

 Napi::Value NativeIndex::Search(const Napi::CallbackInfo& info) {
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

Napi::Value NativeIndex::Save(const Napi::CallbackInfo& info) {
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

Napi::Value NativeIndex::Reconstruct(const Napi::CallbackInfo& info) {
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

Napi::Value NativeIndex::Close(const Napi::CallbackInfo& info) {
    held.reset();
    return info.Env().Undefined();
}

Napi::Value NativeIndex::Rows(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(open(info.Env())->index->ntotal)); }

Napi::Value NativeIndex::Dim(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), open(info.Env())->index->d); }
Napi::Value NativeIndex::Memory(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(bytesOf(*open(info.Env())->index))); }

Napi::Value NativeIndex::Lists(const Napi::CallbackInfo& info) {
    const auto* lists = dynamic_cast<const faiss::IndexIVF*>(open(info.Env())->index.get());
    return Napi::Number::New(info.Env(), lists ? double(lists->nlist) : 0);
}

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
