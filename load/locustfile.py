"""Locust users of Visage, for those who know Locust (not among the locked packages: `pip install locust`).

locust -f load/locustfile.py --host http://127.0.0.1:8000
"""

from __future__ import annotations

import random

from locust import HttpUser, between, task

from load.open_loop import photo


class Visitor(HttpUser):
    """Restores a small photo, looks, and asks now and then whether the service is ready."""

    wait_time = between(2.0, 10.0)
    photos = (photo(0.1), photo(0.25))

    @task(5)
    def enhance(self) -> None:
        """A refusal for want of a slot is an answer, not a failure."""
        with self.client.post(
            "/api/v1/enhance",
            files={"file": ("photo.jpg", random.choice(self.photos))},
            data={"upscale_factor": "2"},
            catch_response=True,
        ) as response:
            if response.status_code in (429, 503) and "retry-after" in response.headers:
                response.success()

    @task(1)
    def readyz(self) -> None:
        """What the page asks."""
        self.client.get("/api/v1/readyz")
