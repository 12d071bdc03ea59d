"""Time limit: reads all that comes and never answers."""
import os

while os.read(0, 65536):
    pass
