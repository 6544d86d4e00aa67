"""The stages, each a class that runs without Ray, and their Serve deployments. See docs/architecture.md."""

import os

# OpenCV's threads otherwise look for work in a loop, on CPUs that others want. It reads this when it is loaded, and
# everything of ours that loads it, however it was started, imports this package first.
for _of in ("WORKER", "MAIN", "PAUSE_LIMIT"):
    os.environ.setdefault(f"OPENCV_THREAD_POOL_ACTIVE_WAIT_{_of}", "0")
