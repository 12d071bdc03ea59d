# expect: end=exit exit=0 stdout=learned collect=ok refused=mbind needs=/usr/lib/python3/dist-packages/numpy memory=256m
"""numpy with its threads: least squares and a decomposition; the model by np.save and mmap.

OpenBLAS takes 128 MiB of addresses for each thread, which count where RLIMIT_DATA stands in
for the cgroup; where it gets none it asks again for ever. Its mbind is refused, and it goes on.
"""
import numpy as np

rng = np.random.default_rng(3)
x = rng.standard_normal((5000, 32))
wanted = np.arange(32.0)
found = np.linalg.lstsq(x, x @ wanted, rcond=None)[0]
square = x[:300, :32] @ x[:300, :32].T
assert abs(np.linalg.svd(square, compute_uv=False)[0] - np.linalg.norm(square, 2)) < 1e-6
np.save("/out/model.npy", found)
again = np.load("/out/model.npy", mmap_mode="r")
print("learned" if np.abs(again - wanted).max() < 1e-8 else "failed")
