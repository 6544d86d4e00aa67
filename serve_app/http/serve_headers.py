"""Request headers that mean something to Ray Serve."""

STEERING_HEADERS = ("x-request-timeout-seconds", "x-request-disconnect-disabled")
"""Serve obeys them: a client could otherwise choose its time-out, or keep its work running after it has left."""

REQUEST_ID_HEADER = "X-Request-ID"
"""Serve takes a request's id from it, or makes one; passes it on to the stages, logs it and returns it."""
