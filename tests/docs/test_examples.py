"""The examples of docs/api.md, as a reader would copy them, against the API over fake stages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image as PILImage

from load.service import ROOT
from serve_app.http.routes.film_jobs import film_jobs_router
from serve_app.http.routes.jobs import jobs_router
from serve_app.jobs.service import Jobs
from serve_app.settings import Settings
from tests.helpers.fakes import FakeStages, make_app
from tests.helpers.images import one_face
from tests.helpers.loopback import listening

SERVICE = "http://127.0.0.1:8000"
RUNNERS = {
    "sh": ("bash", ["bash", "-euo", "pipefail"], "sh"),
    "python": (sys.executable, [sys.executable], "py"),
    "js": ("node", ["node"], "mjs"),
}
EXAMPLES = re.findall(
    r"^```(sh|python|js)\n(.*?)^```", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE | re.DOTALL
)


def test_there_are_examples_in_every_language() -> None:
    assert {language for language, _ in EXAMPLES} == set(RUNNERS)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "text"), EXAMPLES, ids=[f"{name}{i}" for i, (name, _) in enumerate(EXAMPLES)])
def test_an_example_does_what_it_says(language: str, text: str, tmp_path: Path) -> None:
    program, command, suffix = RUNNERS[language]
    if shutil.which(program) is None or (language == "sh" and shutil.which("curl") is None):
        pytest.skip(f"{program} or curl is not installed")
    PILImage.fromarray(one_face()).resize((128, 128)).save(tmp_path / "portrait.jpg")
    assert SERVICE in text
    with listening() as url:
        script = tmp_path / f"example.{suffix}"
        script.write_text(text.replace(SERVICE, url))
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run([*command, script.name], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    results = list(tmp_path.glob("restored*.png"))
    assert len(results) == 1
    with PILImage.open(results[0]) as result:
        assert result.size == (256, 256)
    if "metrics" in text:
        assert "31.5" in run.stdout


def test_every_name_of_the_openapi_document_is_in_the_page() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    settings = Settings.model_validate({"jobs": {"redis": "redis://127.0.0.1:1"}})
    app = make_app(FakeStages())
    app.include_router(jobs_router(Jobs(cast(Any, None), cast(Any, None)), settings.limits))
    app.include_router(film_jobs_router(Jobs(cast(Any, None), cast(Any, None)), settings.video))
    names = set()
    for schema in app.openapi()["components"]["schemas"].values():
        if not schema.get("title", "").startswith(("Body_", "HTTPValidation", "Validation")):
            names |= {*schema.get("properties", {}), *(value for value in schema.get("enum", []))}
    assert len(names) > 100
    assert {name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page)} == set()
