# scikit-learn's k-means, on vectors or on TF-IDF of texts: a peer that cluster.bench.ts compares with.
"""A line of JSON on standard input says what follows; the labels of each seed come back as one line of JSON.

{"kind": "vectors", "dim": 256, "k": 10, "seeds": [1, 2, 3], "path": "rows.f32"}   rows x dim float32
{"kind": "texts", "k": 10, "seeds": [1, 2, 3], "path": "texts.json"}               a list of texts
"""
import json
import sys
import time

import numpy
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

asked = json.loads(sys.stdin.readline())
if asked["kind"] == "vectors":
    rows = numpy.fromfile(asked["path"], dtype="<f4").reshape(-1, asked["dim"])
else:
    with open(asked["path"], encoding="utf8") as file:
        texts = json.load(file)
    rows = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english").fit_transform(texts)

labels = []
start = time.perf_counter()
for seed in asked["seeds"]:
    found = KMeans(n_clusters=asked["k"], n_init=3, random_state=seed).fit(rows)
    labels.append(found.labels_.tolist())
seconds = (time.perf_counter() - start) / len(asked["seeds"])
print(json.dumps({"labels": labels, "seconds": seconds}))
