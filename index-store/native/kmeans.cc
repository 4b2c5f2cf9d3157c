// Clusters rows with FAISS's k-means: spherical or Euclidean, from random rows or from given centroids.
#include "kmeans.h"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "check.h"
#include "task.h"

using idx_t = faiss::Index::idx_t;

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
