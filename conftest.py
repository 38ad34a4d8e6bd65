"""Where Hypothesis keeps its files while tests and doctests run: not in the working directory."""

import os

from mesacircuits.cache_folders import user_cache_folder

if (folder := user_cache_folder("hypothesis")) is not None:
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(folder))
