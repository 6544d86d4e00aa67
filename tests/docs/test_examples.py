"""The examples of docs/api.md, as a reader would copy them, against the API over fake stages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as PILImage

from load.service import ROOT
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
