"""Wrong answer: 4 KiB of bytes that are no frames."""
import os

os.write(1, bytes(i * i % 251 for i in range(4096)))
while os.read(0, 65536):
    pass
