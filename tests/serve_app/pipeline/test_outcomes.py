"""What the response says besides the picture."""

from __future__ import annotations

from tests.helpers.api import enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO


def test_the_warning_counts_the_faces_that_were_left_out() -> None:
    for left_out, expected in (
        (0, None),
        (3, "Only the 2 largest of 5 faces were considered; the others are unchanged."),
    ):
        client = client_of(FakeStages(left_out=left_out))
        answer = enhance(client, PHOTO)
        assert answer.json()["data"]["warning"] == expected
