#!/usr/bin/python3
"""Makes the npz fixtures of this folder with NumPy (1.24.2). Run by hand: make.py FOLDER."""
import io
import sys
import zipfile
import numpy as np

out = sys.argv[1]
f4 = np.arange(6, dtype="<f4").reshape(2, 3) / 2
i8 = np.array([1, 2**40, -3], dtype="<i8")
cube = np.arange(24, dtype="<i4").reshape(2, 3, 4)
arrays = dict(f4=f4, i8=i8, u1=np.array([0, 255], dtype="u1"), f8=np.array([0.1]),
              fortran=np.asfortranarray(cube), none=np.zeros((0, 5), dtype="<i4"))


def npy(array, version):
    data = io.BytesIO()
    np.lib.format.write_array(data, array, version=version)
    return data.getvalue()


def archive(name, members, zip64=False, method=zipfile.ZIP_DEFLATED, extra=b""):
    with zipfile.ZipFile(f"{out}/{name}.npz", "w", method) as z:
        for key, data in members.items():
            info = zipfile.ZipInfo(key + ".npy")
            info.compress_type = method
            info.extra = extra
            with z.open(info, "w", force_zip64=zip64) as member:
                member.write(data)


np.savez(f"{out}/stored.npz", **arrays)
np.savez_compressed(f"{out}/deflated.npz", **arrays)
archive("zip64", {k: npy(v, (1, 0)) for k, v in arrays.items()}, zip64=True)
archive("version2", {"f4": npy(f4, (2, 0))})
archive("version3", {"f4": npy(f4, (3, 0))})
archive("big_endian", {"f4": npy(f4.astype(">f4"), (1, 0))})
archive("complex", {"f4": npy(f4.astype("<c8"), (1, 0))})
archive("objects", {"f4": npy(np.array([None]), (1, 0))})
archive("rank5", {"f4": npy(np.zeros((1, 1, 1, 1, 1), "<f4"), (1, 0))})
archive("bzip2", {"f4": npy(f4, (1, 0))}, method=zipfile.ZIP_BZIP2)
