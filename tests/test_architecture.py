"""What the import contracts of pyproject.toml cannot see: what is really loaded, and that no circle closes."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import grimp
import pytest

from deployments.stages import STAGES
from load.service import ROOT
from serve_app import __version__

MAX_LINES = 300
GENERATED = "Written by docs/generate.py"
MAX_README_WORDS = 900

EXTRAS = ("celery", "kombu", "redis", "boto3", "c2pa")
"""What the extras `jobs`, `s3` and `c2pa` bring: without them the service starts as long as they are not asked for."""
HEAVY = ("cv2", "torch", "torchvision", "imagecodecs", "PIL", "onnxruntime", "skimage")


SPARED = {
    "serve_app.cli.main": (*HEAVY, "numpy", "pydantic", "ray", "httpx"),
    "serve_app.client": (*HEAVY, "numpy", "pydantic", "ray"),
    "deployments.errors": (*HEAVY, "numpy", "pydantic"),
    "deployments.stages": HEAVY,
    "deployments.serving": HEAVY,
    "serve_app.http.errors": HEAVY,
    "serve_app.page.app": HEAVY,
    "serve_app.ingress": EXTRAS,
    "serve_app.app": ("torch", "torchvision", "onnxruntime", *EXTRAS),
}
"""What each module does not load. Each may load what those before it do."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """What is loaded once each module of SPARED is, in their order and in one process."""
    script = (
        "import importlib, json, sys\n"
        "found = {}\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    found[name] = [module for module in sys.modules if '.' not in module]\n"
        "print(json.dumps(found))"
    )
    run = subprocess.run([sys.executable, "-c", script, *SPARED], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("module", SPARED)
def test_importing_it_does_not_load_model_or_image_libraries(loaded: dict[str, list[str]], module: str) -> None:
    assert set(SPARED[module]) & set(loaded[module]) == set()


@pytest.mark.parametrize("package", ["deployments", "serve_app", "load", "training"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    circles = [
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if graph.chain_exists(importer=imported, imported=importer)
    ]
    assert circles == []


def test_there_is_one_version() -> None:
    package = json.loads((ROOT / "ui" / "package.json").read_text())
    (latest, *_) = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert package["version"] == latest == __version__


def test_files_stay_small_and_the_readme_short() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in tracked.split() if not name.startswith("tests/") and (ROOT / name).is_file()]
    assert len(files) > 50
    written = {file: file.read_text().splitlines() for file in files}
    by_hand = {file: lines for file, lines in written.items() if not lines or GENERATED not in lines[0]}
    assert [file.name for file, lines in by_hand.items() if len(lines) > MAX_LINES] == []
    assert len((ROOT / "README.md").read_text().split()) <= MAX_README_WORDS


def test_every_test_on_a_cluster_is_where_make_test_runs_it() -> None:
    """It looks for them in these folders alone, and leaves them out everywhere else."""
    said = re.search(r"^CLUSTERED := \$\(addprefix tests/,(.*)\)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert said is not None
    files = [
        file.relative_to(ROOT / "tests")
        for file in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"mark\.(cluster|browser)\b", file.read_text())
    ]
    assert files and {file.parts[0] for file in files} <= set(said[1].split())


def test_no_list_of_all_stages_stands_beside_the_declaration() -> None:
    """The word list itself, in any order of up to 200 characters; generated files and prose aside."""
    names = "|".join(STAGES)
    listed = re.compile(rf"(?:[\"'](?:{names})[\"'][^\"'\n]{{0,40}}\n?\s*){{{len(STAGES)}}}")
    found = [
        str(file.relative_to(ROOT))
        for folder in ("deployments", "serve_app", "load", "tests", "docs")
        for file in (ROOT / folder).rglob("*.py")
        if listed.search(text := file.read_text()) and "Written by docs/generate.py" not in text
    ]
    assert found == []
