"""Settings of the test runner: no deadlines on a busy machine; in CI the same examples every time."""

import os

from hypothesis import settings

# a fault shows where it is in the tests, not the one line that users get
os.environ["GVHDCALC_DEBUG"] = "1"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
