# expect: end=exit exit=0 stdout=learned refused=mbind needs=/usr/lib/python3/dist-packages/joblib,/usr/lib/python3/dist-packages/sklearn memory=512m cpu=60 wall=120
"""joblib with processes of its own (loky): they talk by pipes, semaphores and shared files."""
import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import Ridge


def fit(seed, x):
    rows = np.random.default_rng(seed).choice(len(x), 2000)
    return Ridge(alpha=1e-6).fit(x[rows], x[rows, 0] * 3 - 1).predict([[1.0] * 10])[0]


if __name__ == "__main__":
    data = np.random.default_rng(0).random((20000, 10))  # large enough to go by a mapped file
    found = Parallel(n_jobs=2)(delayed(fit)(seed, data) for seed in range(4))
    print("learned" if max(abs(v - 2) for v in found) < 1e-3 else f"failed {found}")
