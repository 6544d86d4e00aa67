"""What the response says besides the picture."""

from __future__ import annotations

import pickle

import pytest

from deployments.notes import NoteCode
from deployments.restorer import NO_PRIOR
from serve_app.pipeline.outcomes import left_out
from tests.helpers.api import enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO


def test_the_warning_counts_the_faces_that_were_left_out() -> None:
    for more, expected in (
        (0, None),
        (3, "Only the 2 largest of 5 faces were considered; the others are unchanged."),
    ):
        client = client_of(FakeStages(left_out=more))
        answer = enhance(client, PHOTO)
        assert answer.json()["data"]["warning"] == expected


def test_each_note_has_a_code_and_its_values_for_who_says_it_in_another_language() -> None:
    stages = FakeStages(left_out=3, similarity=0.45, notes=(NO_PRIOR,))
    data = enhance(client_of(stages), PHOTO).json()["data"]
    said = {note["code"]: note["values"] for note in data["notes"]}
    assert said == {
        "faces_left_out": {"kept": 2, "found": 5},
        "no_facial_prior": {},
        "may_have_changed": {"face": 2, "similarity": pytest.approx(0.35)},
    }
    assert data["warning"] == " ".join(note["text"] for note in data["notes"])
    [found] = enhance(client_of(stages), PHOTO, dry_run="true").json()["data"]["notes"]
    assert (found["code"], found["values"]) == ("faces_left_out", {"kept": 2, "found": 5})


def test_a_note_keeps_its_code_and_values_on_its_way_between_replicas() -> None:
    note = pickle.loads(pickle.dumps(left_out(32, 10)))
    assert (note, note.code, note.values) == (left_out(32, 10), NoteCode.FACES_LEFT_OUT, {"kept": 32, "found": 42})
