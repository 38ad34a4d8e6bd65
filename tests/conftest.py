"""Settings for all tests."""

import os

from hypothesis import settings

# Machines are noisy and kernels compile on first use: no test may fail for being slow. Continuous
# integration tries the same examples every time; elsewhere each run tries new ones.
settings.register_profile("mesacircuits", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "mesacircuits")
