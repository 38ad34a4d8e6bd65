"""Settings for all tests."""

from hypothesis import settings

# Machines are noisy and kernels compile on first use: no test may fail for being slow.
settings.register_profile("mesacircuits", deadline=None)
settings.load_profile("mesacircuits")
