"""Time limit: is ready, and reads nothing more."""
import struct
import time

import os

os.read(0, 24)
os.write(1, struct.pack("<IHH", 0, 2, 0))
time.sleep(100000)
